"""Whether two texts are copies of one another, footers and small changes aside. Pure: no database, no clock.

A text's shape is the set of its word 3-shingles, as 48-bit numbers, and its numbers. Two texts are copies if they share half of
their shingles (Jaccard) or one holds four fifths of the other's (containment). Copies share one of their 16 smallest shingles
(Broder, "On the resemblance and containment of documents", 1997), so only these need an index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from xxhash import xxh64_intdigest

from monitor.footers import without_footer
from monitor.query.analyzer import kind_of
from monitor.query.folding import fold
from monitor.query.numbers import wanted
from monitor.query.tokens import TOKEN

SKETCH = 16  # shingles
BITS = 48  # of a shingle
MIN_WORDS = 4  # of a text that can be compared
SHORT = 10  # words; what is shorter is said again on another day
JACCARD, CONTAINMENT = 0.5, 0.8
REPEATED = 0.8  # Jaccard of a channel's own post with what it repeats
NUMBERS, UNNUMBERED = 0.5, 0.8  # what copies share of their numbers; of the rest, if the numbers were corrected
WINDOW = timedelta(hours=72)
"""How far apart copies of one text may be."""
SHORT_WINDOW = timedelta(hours=12)
CORRECTION_WINDOW = timedelta(minutes=15)
CACHED_TOKENS = 60_000


class Word(NamedTuple):
    """A token as it is compared: its form, and the number that it is."""

    form: bytes
    number: str | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a text is compared."""

    words: Sequence[Word]
    shingles: frozenset[int]
    numbers: frozenset[str]

    def sketch(self) -> list[int]:
        """The smallest shingles, ascending; none of a text too short to be compared."""
        return sorted(self.shingles)[:SKETCH] if len(self.words) >= MIN_WORDS else []


def shape(text: str, entities: Iterable[dict[str, Any]] = ()) -> Shape:
    """The shape of a post's text, its footer left out; entities as in `footers.without_footer`."""
    words = list(filter(None, map(_word, TOKEN.findall(without_footer(text, entities)))))
    shingles = _shingles([word.form for word in words])
    return Shape(words, shingles, frozenset([word.number for word in words if word.number is not None]))


def are_copies(one: Shape, other: Shape, apart: timedelta) -> bool:
    """Whether the texts, posted so far apart, say the same in the same words.

    A template is filled with other numbers later, and a short sentence is said again another day: these must be close in time.
    """
    if min(len(one.words), len(other.words)) < MIN_WORDS:
        return False
    if apart > SHORT_WINDOW and min(len(one.words), len(other.words)) < SHORT:
        return False
    if _alike(one.shingles, other.shingles, JACCARD) and not _differ(one.numbers, other.numbers):
        return True
    return apart <= CORRECTION_WINDOW and _alike(_unnumbered(one), _unnumbered(other), UNNUMBERED)


def is_repetition(one: Shape, other: Shape) -> bool:
    """Whether a channel has only said the same again, instead of filling its template anew."""
    return one.numbers == other.numbers and _jaccard(one.shingles, other.shingles) >= REPEATED


def _alike(one: frozenset[int], other: frozenset[int], jaccard: float) -> bool:
    return len(one & other) >= CONTAINMENT * min(len(one), len(other)) or _jaccard(one, other) >= jaccard


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / ((len(one) + len(other) - shared) or 1)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each text has numbers of its own, and too few in common."""
    return not (one <= other or other <= one) and len(one & other) < NUMBERS * len(one | other)


def _unnumbered(one: Shape) -> frozenset[int]:
    return _shingles([b"0" if word.number else word.form for word in one.words])


def _shingles(forms: list[bytes]) -> frozenset[int]:
    triples = zip(forms, forms[1:], forms[2:], strict=False)
    return frozenset([xxh64_intdigest(b" ".join(triple)) >> (64 - BITS) for triple in triples])


@lru_cache(maxsize=CACHED_TOKENS)
def _word(raw: str) -> Word | None:
    """None for links and signs, which copies add or leave out."""
    form = fold(raw)
    kind = kind_of(form)
    if kind in ("link", "sign"):
        return None
    number = wanted(form)[-1] if kind == "number" else None
    return Word((number or form).encode(), number)
