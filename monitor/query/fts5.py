"""Terms as words of an FTS5 table with the tokenizer "ascii", to which every character beyond ASCII is a letter."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from monitor.query import indexing
from monitor.query.dialects import Part, Run, joined

MAX_FORMS = 150  # words that begin with a prefix; more are in so many posts that the newest are soon found otherwise
MAX_PAIRS = 64  # of two neighbours' keys

_ASCII = re.compile(r"[\x00-\x09\x0b-/:-@\[-`{-\x7f]")  # what is neither letter nor digit, but the end of a line
_PRIVATE = 0xE000  # of Unicode's private use


def document(terms: Iterable[str]) -> str:
    """What the table is given for a post."""
    return written("\n".join(terms))


def written(text: str) -> str:
    """Terms as the table holds them: what the tokenizer takes for the end of a word becomes what it takes for a letter."""
    return _ASCII.sub(_beyond, text)


def must_be_known(key: str) -> bool:
    """Whether the words that begin like an ``e`` key are asked for by name."""
    return len(key) - 1 not in indexing.BEGINNINGS  # else too many begin so, and they have a term of their own


@dataclass(frozen=True, slots=True)
class Fts5:
    """How the table is asked; `forms`: the words that begin with a prefix, by its ``e`` key, None if they are too many."""

    channels: Mapping[str, Collection[int]]
    forms: Mapping[str, Collection[str] | None]

    def any_of(self, terms: Iterable[str]) -> str:
        return joined((f'"{written(term)}"' for term in terms), " OR ")

    def token(self, keys: frozenset[str]) -> Part:
        return Part(self.any_of(sorted(keys)), True)

    def run(self, run: Run) -> Part:
        tokens = [self.any_of(sorted(keys)) for keys in run.columns]
        pairs = [indexing.pair_terms(left, right) for left, right in pairwise(run.halves) if not run.slop]
        few = [self.any_of(terms) for terms in pairs if 0 < len(terms) <= MAX_PAIRS]
        return Part(self.both([*few, *tokens]), False)

    def prefix(self, key: str) -> Part | None:
        if not must_be_known(key):
            return Part(self.any_of([key, f"b{key[1:]}"]), True)
        forms = self.forms[key]
        if forms is None:
            beginnings = indexing.beginning_terms(key)[-1:]
            return Part(self.any_of(beginnings), False) if beginnings else None
        return Part(self.any_of([key, *(f"e{form}" for form in forms)]), True)

    def both(self, expressions: Iterable[str]) -> str:
        return joined(expressions, " AND ")

    def either(self, expressions: Iterable[str]) -> str:
        return joined(expressions, " OR ")

    def without(self, expression: str, excluded: str) -> str:
        return f"({expression} NOT {excluded})"


def _beyond(found: re.Match[str]) -> str:
    return chr(_PRIVATE + ord(found[0]))
