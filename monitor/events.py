"""Whether two posts tell of the same event in other words. Pure: no database, no clock.

What tells is rare words, names and numbers in common, the rarest most of all, near in time, and no number in either that the other
contradicts. The weights were fitted to pairs of real posts that were judged by hand, and the threshold leaves out what may be another
chapter of one long story; `python -m tests.benchmarks.events` measures them.
A story is something stricter (`monitor.similarity`): this is only ever shown on request, it silences no alert.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from monitor.query import numbers
from monitor.query.analyzer import kind_of, post_keys
from monitor.query.folding import fold
from monitor.query.tokens import TOKEN

LEAD = 45  # words: what comes later is background
STEM = 6  # letters of a lemma, in which Russian and Ukrainian mostly agree
MOST = 6.0  # rare words in common: more say no more
CACHED = 20_000
WINDOW = timedelta(hours=36)

_BASE, _SHARED, _CONTRADICTED, _LATER = -2.05, 1.05, -2.1, -0.88
_LETTERS = str.maketrans(
    {"і": "и", "ї": "и", "й": "и", "ы": "и", "є": "е", "э": "е", "ґ": "г", "ь": None, "ъ": None, "'": None}
)
_NUMERALS = {
    "2": "два двое двоє two", "3": "три трое троє three", "4": "четыре четверо чотири four", "5": "пять пятеро пʼять five",
    "6": "шесть шестеро шість six", "7": "семь семеро сім seven", "8": "восемь вісім eight", "9": "девять девʼять nine",
    "10": "десять ten",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """Stems of the first words of a text, each with a word that has it; the numbers among them, and those of the whole text."""

    stems: Mapping[str, str]
    numbers: frozenset[str]
    all_numbers: frozenset[str]


def told(text: str) -> Told:
    """What a text, its footer left out, tells."""
    raws = TOKEN.findall(text)
    lead = {stem: raw for raw in reversed(raws[:LEAD]) if (stem := _stem(raw))}
    return Told(lead, _numbers(raws[:LEAD]), _numbers(raws))


def rarity(posts: int, having: int) -> float:
    """How much a word says that so many of the posts have: 1 where no other has it, 0 where all have."""
    return math.log(max(posts, 2) / max(1, min(having, posts))) / math.log(max(posts, 2))


def likeness(one: Told, other: Told, rare: Mapping[str, float], apart: timedelta) -> float:
    """Above 0 if they tell of the same event; `rare` is the rarity of each of the stems that one of them has."""
    shared = min(MOST, sum(rare.get(stem, 1.0) ** 2 for stem in one.stems if stem in other.stems))
    contradicted = one.numbers - other.all_numbers and other.numbers - one.all_numbers
    later = math.log1p(abs(apart.total_seconds()) / 3600)
    return _BASE + _SHARED * shared + _CONTRADICTED * bool(contradicted) + _LATER * later


def _numbers(raws: Sequence[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_number, raws)))


@lru_cache(maxsize=CACHED)
def _stem(raw: str) -> str | None:
    form = fold(raw)
    kind = kind_of(form)
    if kind in ("link", "sign") or (len(form) < 3 and kind != "number"):
        return None
    if kind == "number":
        return numbers.wanted(form)[-1]
    lemmas = sorted(key for key in post_keys(raw) if key[0] == "l")
    return (lemmas[0][1:] if lemmas else form.lstrip("#@$")).translate(_LETTERS)[:STEM]


@lru_cache(maxsize=CACHED)
def _number(raw: str) -> str | None:
    form = fold(raw)
    return numbers.wanted(form)[-1] if kind_of(form) == "number" else _VALUES.get(form)


_VALUES = {fold(word): value for value, words in _NUMERALS.items() for word in words.split()}
