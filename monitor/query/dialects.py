"""How each index of `monitor.query.indexing`'s terms is written to and asked."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from zlib import crc32

from monitor.query import indexing
from monitor.query.analyzer import post_keys

_ASCII = re.compile(r"[\x00-\x09\x0b-/:-@\[-`{-\x7f]")  # what is neither letter nor digit, but the end of a line
_PRIVATE = 0xE000  # of Unicode's private use


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows: channel ids by username; the words that begin with a prefix, by its ``e`` key, None if too many."""

    channels: Mapping[str, Collection[int]]
    forms: Mapping[str, Collection[str] | None]


class Part(NamedTuple):
    """A part of an expression, and whether a post satisfies it if and only if it satisfies the query's node."""

    expression: str
    is_exact: bool


class Dialect(Protocol):
    """How an index is asked."""

    MAX_FORMS: int
    """Words that begin with a prefix; more are in so many posts that the newest are soon found otherwise."""

    def bound(self, key: str) -> str | None:
        """What the words that begin like an ``e`` key begin with in the index; None if they need not be known."""

    def any_of(self, terms: Iterable[str]) -> str:
        """Posts with at least one of these terms."""

    def form(self, key: str) -> Part:
        """Posts with the form of an ``e`` key."""

    def prefix(self, key: str, known: Known) -> Part | None:
        """Posts with a form that begins like an ``e`` key."""

    def both(self, expressions: Iterable[str]) -> str:
        """Posts that satisfy all."""

    def either(self, expressions: Iterable[str]) -> str:
        """Posts that satisfy one."""

    def without(self, expression: str, excluded: str) -> str | None:
        """Posts that satisfy the one and not the other, None if the index may err."""


class Fts5:
    """Terms as words of an FTS5 table with the tokenizer "ascii", to which every character beyond ASCII is a letter."""

    MAX_FORMS = 150

    def bound(self, key: str) -> str | None:
        return None if len(key) - 1 in indexing.BEGINNINGS else _ASCII.sub(_beyond, key)

    def document(self, terms: Iterable[str]) -> str:
        """What the table is given for a post."""
        return _ASCII.sub(_beyond, "\n".join(terms))

    def any_of(self, terms: Iterable[str]) -> str:
        return self.either(f'"{_ASCII.sub(_beyond, term)}"' for term in terms)

    def form(self, key: str) -> Part:
        return Part(self.any_of([key]), True)

    def prefix(self, key: str, known: Known) -> Part | None:
        if len(key) - 1 in indexing.BEGINNINGS:  # too many words begin so
            return Part(self.any_of([key, f"b{key[1:]}"]), True)
        forms = known.forms[key]
        if forms is None:
            beginnings = indexing.beginning_terms(key)[-1:]
            return Part(self.any_of(beginnings), False) if beginnings else None
        return Part(self.any_of([key, *(f"e{form}" for form in forms)]), True)

    def both(self, expressions: Iterable[str]) -> str:
        return _joined(list(expressions), " AND ")

    def either(self, expressions: Iterable[str]) -> str:
        return _joined(list(expressions), " OR ")

    def without(self, expression: str, excluded: str) -> str | None:
        return f"({expression} NOT {excluded})"


class Postgres:
    """Terms as 32-bit numbers in an array under GIN; forms stand apart, so a form is asked for by one of its lemmas."""

    KINDS = "lsnpf"
    MAX_FORMS = 2_000

    def bound(self, key: str) -> str | None:
        return key[1:]

    def numbers(self, terms: Iterable[str]) -> list[int]:
        """What the array holds for a post."""
        return sorted({_number(term) for term in terms if term[0] in self.KINDS})

    def any_of(self, terms: Iterable[str]) -> str:
        numbers = ",".join(map(str, sorted(set(map(_number, terms)))))
        return f"terms && ARRAY[{numbers}]::integer[]"

    def form(self, key: str) -> Part:
        return Part(self.any_of([_lemma(key)]), False)

    def prefix(self, key: str, known: Known) -> Part | None:
        forms = known.forms.get(key)
        if forms is None:
            return None
        return Part(self.any_of(_lemma(f"e{form}") for form in forms), False)

    def both(self, expressions: Iterable[str]) -> str:
        return _joined(list(expressions), " AND ")

    def either(self, expressions: Iterable[str]) -> str:
        return _joined(list(expressions), " OR ")

    def without(self, expression: str, excluded: str) -> str | None:
        return None  # two terms may share a number: a post would be left out that should not be


def _beyond(found: re.Match[str]) -> str:
    """A character that the tokenizer takes for the end of a word, as one that it takes for a letter."""
    return chr(_PRIVATE + ord(found[0]))


def _joined(items: list[str], operator: str) -> str:
    return items[0] if len(items) == 1 else f"({operator.join(items)})"


def _number(term: str) -> int:
    """A signed 32-bit number."""
    number = crc32(term.encode())
    return number - (1 << 32) if number >> 31 else number


def _lemma(form_key: str) -> str:
    """A key that every post with this form has."""
    keys = post_keys(form_key[1:])
    own = f"l{form_key[1:]}"
    return own if own in keys else next(key for key in keys if key[0] == "l")
