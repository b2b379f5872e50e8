"""What is remembered of tokens."""

from collections import deque
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

OTHERS = 20_000


class Remembered(dict[str, Value]):
    """What `work` says of tokens, looked up as in a dictionary, at its speed: of so many words, and of OTHERS other tokens.

    Most numbers, links and tags are seen once: counted with the words, a day of them would take their place. When it is full, those
    words go that were not asked for since it was half full, and the other tokens that have been here longest.
    """

    def __init__(self, work: Callable[[str], Value], words: int) -> None:
        self.words = words
        self._work = work
        self._older: dict[str, Value] = {}
        self._others: deque[str] = deque()

    def __missing__(self, raw: str) -> Value:
        value = self._older.pop(raw, None)
        if value is None:
            value = self._work(raw)
        if raw.isalpha():
            self._make_room()
        else:
            self._others.append(raw)
            if len(self._others) > OTHERS:
                self.pop(self._others.popleft(), None)
        self[raw] = value
        return value

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._older.clear()
        self._others.clear()

    def _make_room(self) -> None:
        if 2 * (len(self) - len(self._others)) >= self.words:
            older = dict(self)
            self.clear()
            self._older = older
