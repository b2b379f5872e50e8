"""What a costly function has answered lately."""

from collections.abc import Callable
from typing import TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Recent(dict[_K, _V]):
    """The answers of a function by its argument: `recent[argument]`; the last `size` / 2 that were asked for are known for sure.

    Unlike functools' cache it writes nothing where an answer is known: among a hundred thousand answers each note of what was asked
    for last is a place of memory that the processor has to fetch.
    """

    def __init__(self, answer: Callable[[_K], _V], size: int) -> None:
        super().__init__()
        self._answer = answer
        self._half = size // 2
        self._older: dict[_K, _V] = {}

    def __missing__(self, argument: _K) -> _V:
        found = self._older.get(argument)
        if found is None:
            found = self._answer(argument)
        if len(self) >= self._half:
            self._older = self.copy()
            self.clear()
        self[argument] = found
        return found
