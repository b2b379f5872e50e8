"""A text as its tokens and their keys, each worked out when it is first asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from monitor.query.analyzer import MAX_TOKENS, post_keys
from monitor.query.folding import PLAIN, fold
from monitor.query.tokens import MIXED, TOKEN

_TEXTS = 16  # whose tokens are remembered
_LOOKS = 8  # sets of keys that the tokens are looked through for; for more it pays to note where each key stands
_HEAD = 4  # characters of a form's key: its kind and three letters, the fewest that a prefix has
_STEPS = 8  # tokens that are passed over one by one; a token that is further away is looked for by what it is

Place = tuple[int, int]
"""Characters [start, end) of a token."""


@dataclass(frozen=True, slots=True)
class Token:
    """The `position`-th token of a text, its characters [start, end), its folded form and its keys."""

    position: int
    start: int
    end: int
    form: str
    keys: tuple[str, ...]


class Analysis:
    """A text's tokens (`raw`: as they are written, in order) and keys, each worked out when it is first asked for.

    Plain words that begin with one of the `needless` letters (`monitor.query.beginnings`) are found only among `keys` and `tokens`.
    """

    def __init__(self, text: str, needless: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.raw = raw_tokens(text)
        self._near: Sequence[int] = _but(needless, text, self.raw) if needless else range(len(self.raw))
        self._expected: list[int] | None = None
        self._places: dict[frozenset[str], list[int]] = {}
        self._beginnings: dict[str, list[int]] = {}
        self._spans: dict[int, Place] = {}
        self._hits = TOKEN.finditer(text)
        self._next = 0  # the position of the token that `_hits` finds next

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys of the text."""
        return frozenset().union(*map(post_keys, self.raw))

    def expect(self, keys: frozenset[str]) -> None:
        """Look the tokens through once for all keys that `places` will be asked about."""
        self._expected = self._look(keys, self._near)

    def places(self, keys: frozenset[str]) -> list[int]:
        """Positions of the tokens that have one of these keys, ascending."""
        known = self._places.get(keys)
        if known is None:
            known = self._places[keys] = self._find(keys)
        return known

    def beginning(self, start: str) -> list[int]:
        """Positions of the tokens that have a form's key (``e``) which begins so, ascending."""
        known = self._beginnings.get(start)
        if known is None:
            near = self._forms.get(start[:_HEAD], ()) if len(start) >= _HEAD else chain(*self._forms.values())
            known = self._beginnings[start] = sorted({position for form, position in near if form.startswith(start)})
        return known

    @cached_property
    def _forms(self) -> dict[str, list[tuple[str, int]]]:
        """The forms' keys and where they stand, by their first characters. A token of letters alone has one form, its first key."""
        found: dict[str, list[tuple[str, int]]] = {}
        for position in self._near:
            raw = self.raw[position]
            for key in post_keys(raw)[:1] if raw.isalpha() else post_keys(raw):
                if key[0] == "e":
                    found.setdefault(key[:_HEAD], []).append((key, position))
        return found

    def _find(self, keys: frozenset[str]) -> list[int]:
        if self._expected is not None:
            return self._look(keys, self._expected)
        if len(self._places) < _LOOKS:
            return self._look(keys, self._near)
        return sorted({position for key in keys for position in self._positions.get(key, ())})

    def _look(self, keys: frozenset[str], near: Sequence[int]) -> list[int]:
        others = list(map(keys.isdisjoint, map(post_keys, map(self.raw.__getitem__, near))))
        return [] if all(others) else [place for place, is_other in zip(near, others, strict=True) if not is_other]

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """Where each key stands: token positions, ascending."""
        found: dict[str, list[int]] = {}
        for position in self._near:
            for key in post_keys(self.raw[position]):
                found.setdefault(key, []).append(position)
        return found

    def span(self, position: int) -> Place:
        """Characters [start, end) of a token."""
        if position not in self._spans:
            if not self._next <= position < self._next + _STEPS:
                self._leap(position)
            while self._next <= position:
                self._spans[self._next] = next(self._hits).span(1)
                self._next += 1
        return self._spans[position]

    def _leap(self, position: int) -> None:
        """Go on at the nearest token up to `position` whose characters stand nowhere else in the text, if that is any nearer."""
        first = self._next if position >= self._next else 0
        while position > first and self.text.find(self.raw[position]) != self.text.rfind(self.raw[position]):
            position -= 1
        if position != self._next:
            self._hits = TOKEN.finditer(self.text, self.text.find(self.raw[position]) if position else 0)
            self._next = position

    @property
    def tokens(self) -> Iterator[Token]:
        """The tokens in order."""
        for position, raw in enumerate(self.raw):
            yield Token(position, *self.span(position), fold(raw), post_keys(raw))


@lru_cache(maxsize=_TEXTS)
def raw_tokens(text: str) -> list[str]:
    """The tokens as they are written, in order, not to be changed: to match, index and explain a post they are asked for in turn."""
    return TOKEN.findall(text)[:MAX_TOKENS]


def analyze(text: str) -> Analysis:
    """The analysis of a text."""
    return Analysis(text)


def _but(needless: frozenset[str], text: str, raw: list[str]) -> list[int]:
    """Positions of the tokens that are no plain words or begin with another letter."""
    is_plain = PLAIN.fullmatch if MIXED.search(text) else str.isalpha
    return [position for position, token in enumerate(raw) if token[0] not in needless or not is_plain(token)]
