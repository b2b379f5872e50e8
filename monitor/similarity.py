"""Whether two texts are copies of one another, footers and small changes aside. Pure: no database, no clock.

A text's shape is the set of its word 3-shingles, as 48-bit numbers, and its numbers. Two texts are copies if they share half of
their shingles (Jaccard) or one holds four fifths of the other's (containment). Copies share one of their ten smallest shingles
(Broder, "On the resemblance and containment of documents", 1997), so only these need an index.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

from xxhash import xxh64_intdigest

from monitor.footers import without_footer
from monitor.query.analyzer import kind_of
from monitor.query.folding import fold
from monitor.query.numbers import wanted
from monitor.query.tokens import AFTER, OTHERS, PLAIN

SKETCH = 10  # shingles
BITS = 48  # of a shingle
MIN_WORDS = 4  # of a text that can be compared; what is shorter is a copy if it is the same, minutes later
SHORT = 10  # words; what is shorter is said again on another day
JACCARD, CONTAINMENT = 0.5, 0.8
LONG, SHORTENED = 30, 0.8  # words of a list of which something was left out, and its Jaccard with the whole
REPEATED = 0.7  # Jaccard of a channel's own post with what it repeats, if it does so later than within FOLLOWED
FOLLOWED = timedelta(hours=1)
NUMBERS, UNNUMBERED = 0.5, 0.8  # what copies share of their numbers; of the rest, if the numbers were corrected
GLIMPSES = 8  # words of a shorter text that are looked for in a longer one
GLIMPSED = 5  # letters of such a word, at least
WINDOW = timedelta(hours=72)
"""How far apart copies of one text may be."""
LASTS = 2 * WINDOW
"""How long a story may be told on, by copies of copies."""
SHORT_WINDOW = timedelta(hours=12)
CORRECTION_WINDOW = timedelta(minutes=15)
CACHED_FORMS = 5_000
CACHED_SHAPES = 512
"""Copies follow one another within minutes, and the first is compared with each."""
_MASK = 2**BITS - 1
_SECOND, _THIRD = 0x9E3779B97F4B, 0xC2B2AE3D27D5  # odd, so that no two words become one
_TOKEN = re.compile(f"(?:({PLAIN})|({'|'.join(OTHERS)})){AFTER}")
"""The two groups are words that lower case is all the folding for, and other tokens."""


@dataclass(frozen=True)
class Shape:
    """What of a text is compared: its words' hashes in order, and which of them are numbers, by their places."""

    words: Sequence[int]
    numbered: Mapping[int, str]

    @cached_property
    def shingles(self) -> frozenset[int]:
        return _shingles(self.words)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(self.numbered.values())

    def sketch(self) -> list[int]:
        """The smallest shingles, ascending; none of a text of two words."""
        return sorted(self.shingles)[:SKETCH]


def shape(text: str, entities: Iterable[dict[str, Any]] = ()) -> Shape:
    """The shape of a post's text, its footer left out; entities as in `footers.without_footer`."""
    return _shape(without_footer(text, entities))


def are_copies(one: Shape, other: Shape, apart: timedelta) -> bool:
    """Whether the texts, posted so far apart, say the same in the same words.

    A template is filled with other numbers later, and a short sentence is said again another day: these must be close in time.
    """
    if _shortest(one, other) < MIN_WORDS:
        return apart <= CORRECTION_WINDOW and one.shingles == other.shingles != frozenset()
    if apart > SHORT_WINDOW and _shortest(one, other) < SHORT:
        return False
    if _alike(one.shingles, other.shingles, JACCARD) and not _differ(one.numbers, other.numbers):
        return True
    return apart <= CORRECTION_WINDOW and _alike(_unnumbered(one), _unnumbered(other), UNNUMBERED)


def is_glimpsed(shorter: str, longer: str) -> bool:
    """Whether of some words of a text half stand in a longer one as they are: if not, it does not hold that text."""
    words = [word for word in shorter.lower().split() if len(word) >= GLIMPSED]
    some = words[:: len(words) // GLIMPSES + 1]
    return 2 * sum(map(longer.lower().__contains__, some)) >= len(some)


def is_repetition(one: Shape, other: Shape, apart: timedelta) -> bool:
    """Whether a channel has only said the same again, or soon more of it, instead of filling its template anew.

    A long list of which a few lines and numbers are left out is the same list; other numbers make another of anything.
    """
    if one.numbers != other.numbers:
        left_out = one.numbers <= other.numbers or other.numbers <= one.numbers
        return left_out and _jaccard(one.shingles, other.shingles) >= SHORTENED and _shortest(one, other) >= LONG
    if apart <= FOLLOWED and _alike(one.shingles, other.shingles, JACCARD):
        return True
    return _jaccard(one.shingles, other.shingles) >= REPEATED


def _alike(one: frozenset[int], other: frozenset[int], jaccard: float) -> bool:
    return len(one & other) >= CONTAINMENT * min(len(one), len(other)) or _jaccard(one, other) >= jaccard


def _shortest(one: Shape, other: Shape) -> int:
    return min(len(one.words), len(other.words))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / ((len(one) + len(other) - shared) or 1)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each text has numbers of its own, and too few in common."""
    return not (one <= other or other <= one) and len(one & other) < NUMBERS * len(one | other)


def _unnumbered(one: Shape) -> frozenset[int]:
    return _shingles([_NUMBER if place in one.numbered else word for place, word in enumerate(one.words)])


@lru_cache(maxsize=CACHED_SHAPES)
def _shape(text: str) -> Shape:
    forms = _forms(text)
    numbered = {place: form for place, form in enumerate(forms) if not form.isalpha() and kind_of(form) == "number"}
    return Shape([number >> (64 - BITS) for number in map(xxh64_intdigest, map(str.encode, forms))], numbered)


def _forms(text: str) -> list[str]:
    """The words as they are compared."""
    tokens = _TOKEN.findall(text.lower().replace("ё", "е"))
    return list(filter(None, [plain or (other if _is_english(other) else _form(other)) for plain, other in tokens]))


def _is_english(token: str) -> bool:
    return token.isascii() and token.isalpha()


@lru_cache(maxsize=CACHED_FORMS)
def _form(raw: str) -> str:
    """A token as it is compared; nothing for links and signs, which copies add or leave out."""
    form = fold(raw)
    kind = "word" if form.isalpha() else kind_of(form)
    return "" if kind in ("link", "sign") else wanted(form)[-1] if kind == "number" else form


def _hashed(form: str) -> int:
    return xxh64_intdigest(form.encode()) >> (64 - BITS)


def _shingles(words: Sequence[int]) -> frozenset[int]:
    """A shingle's hash is made of those of its words in their places."""
    if len(words) < 3:
        return frozenset()
    runs = zip(words, words[1:], words[2:], strict=False)
    return frozenset([(first ^ second * _SECOND ^ third * _THIRD) & _MASK for first, second, third in runs])


_NUMBER = _hashed("0")
