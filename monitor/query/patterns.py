"""Users' regular expressions: RE2, linear in the text, with Unicode meanings for \\w \\d \\s \\b.

A word boundary has no Unicode form in RE2: it stays only at an edge of an alternative, where the match is checked by hand.
Most patterns begin with letters: these are looked for first, and RE2 is asked only there, which costs a tenth.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import re2

from monitor.query import notation
from monitor.query.haystack import Haystack, follows, is_edge, parts_words

MAX_MEMORY = 1 << 20  # bytes for one pattern
MAX_HITS = 100  # spans shown for one pattern
MAX_TRIES = 500  # places looked at for one pattern with word boundaries
MAX_LEADS = 16  # places that a pattern may begin at, asked one by one; of more RE2 is asked at once, to stay linear


class PatternError(ValueError):
    """RE2 refuses this pattern."""


class CompiledPattern:
    """The alternatives of a pattern. `matches` tells whether one of them does: most have one, which is asked directly."""

    __slots__ = ("alternatives", "matches")

    def __init__(self, alternatives: list["Alternative"]) -> None:
        self.alternatives = alternatives
        self.matches: Callable[[Haystack], bool] = alternatives[0].matches if len(alternatives) == 1 else self._matches

    def _matches(self, haystack: Haystack) -> bool:
        return any(alternative.matches(haystack) for alternative in self.alternatives)

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where any of them matches, in characters, ascending; at most `limit` places of each."""
        text = text.encode(errors="replace").decode()
        return sorted({span for alternative in self.alternatives for span in alternative.spans(text, limit)})


class Alternative:
    """A pattern without "|" outside of brackets, with the word boundaries at its two ends. Raises PatternError."""

    __slots__ = ("_ends_word", "_inner", "_is_literal", "_lead", "_next", "_starts_word")

    def __init__(self, source: str) -> None:
        body, self._starts_word, self._ends_word = notation.without_boundaries(source)
        self._lead = notation.lead(body)
        self._is_literal = len(self._lead) == len(body)
        try:
            self._inner = notation.for_re2(body)
        except notation.NotationError as error:
            raise PatternError(str(error)) from error
        self._next = notation.followers(body, len(self._lead)) if self._lead else ()
        if not self._is_literal:
            _ = self.expression

    @property
    def expression(self) -> Any:
        """What stands between the boundaries."""
        return _re2(self._inner)

    @property
    def _with_neighbours(self) -> Any | None:
        """An expression that takes in the neighbours (its group is the match), where there are boundaries.

        Which of several possible matches RE2 gives does not depend on what stands around it: «кур(с|сы)\\b» must find «курсы»
        though «курс» comes first. Missed is a later start of a match that may begin with a letter or with none, as in «\\b[ а]*курс».
        """
        if not (self._starts_word or self._ends_word):
            return None
        word = notation.CLASSES["w"]
        before = rf"(?:\A|[^{word}])" if self._starts_word else ""
        return _re2(f"{before}({self._inner})" + (rf"(?:\z|[^{word}])" if self._ends_word else ""))

    def matches(self, haystack: Haystack) -> bool:
        """Whether it matches."""
        folded = haystack.folded if self._lead else None
        found = None if folded is None else self._from_lead(haystack, folded)
        return self._anywhere(haystack) if found is None else found

    def spans(self, text: str, limit: int = MAX_HITS) -> list[tuple[int, int]]:
        """Where it matches, in characters; at most `limit` places."""
        plain = (hit.span() for hit in self.expression.finditer(text))
        around = _groups(self._with_neighbours, text) if self._with_neighbours is not None else ()
        tried = chain(islice(plain, MAX_TRIES), islice(around, MAX_TRIES))
        return list(islice((span for span in tried if self._stands(text, *span)), limit))

    def _from_lead(self, haystack: Haystack, folded: str) -> bool | None:
        """Whether it matches where its first letters stand; None if that is not easily said."""
        at = -1
        for _ in range(MAX_LEADS):
            at = folded.find(self._lead, at + 1)
            if at < 0:
                return False
            begins = self._begins(haystack, at)
            if begins is not False:
                return begins
        return None

    def _begins(self, haystack: Haystack, at: int) -> bool | None:
        """Whether a match begins here; None if it may end elsewhere than RE2 says."""
        text = haystack.text
        if self._starts_word and not is_edge(text, at):
            return False
        if self._is_literal:
            return not self._ends_word or is_edge(text, at + len(self._lead))
        if self._next and not follows(text, at + len(self._lead), self._next):
            return False
        hit = self.expression.match(haystack.encoded, haystack.byte(at))
        if hit is None or not self._ends_word:
            return hit is not None
        return parts_words(haystack.encoded, hit.end()) or None

    def _anywhere(self, haystack: Haystack) -> bool:
        hit = self.expression.search(haystack.encoded)
        if hit is None or not (self._starts_word or self._ends_word):
            return hit is not None
        start, end = hit.span()
        stands = (not self._starts_word or parts_words(haystack.encoded, start)) and (
            not self._ends_word or parts_words(haystack.encoded, end)
        )
        return stands or bool(self.spans(haystack.encoded.decode(), limit=1))

    def _stands(self, text: str, start: int, end: int) -> bool:
        return not (self._starts_word and not is_edge(text, start)) and not (self._ends_word and not is_edge(text, end))


@lru_cache(maxsize=200_000)
def compiled(source: str) -> CompiledPattern:
    """The pattern, letter case ignored. Raises PatternError."""
    return CompiledPattern(list(map(Alternative, notation.alternatives(source))))


def joined(sources: list[str]) -> Any | None:
    """An expression that matches wherever one of these patterns does, word boundaries aside; None if RE2 refuses it."""
    alternatives = [one.expression.pattern for source in sources for one in compiled(source).alternatives]
    try:
        return (
            None if any("\\Q" in one for one in alternatives) else _re2("|".join(f"(?:{one})" for one in alternatives))
        )
    except PatternError:
        return None


def _groups(expression: Any, text: str) -> Iterator[tuple[int, int]]:
    """Where the first group of an expression stands; the search goes on behind the group, not behind the match."""
    hit = expression.search(text)
    while hit is not None:
        start, end = hit.span(1)
        yield start, end
        hit = expression.search(text, max(end, hit.start() + 1))


@lru_cache(maxsize=10_000)
def _re2(source: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(source, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise PatternError(str(error)) from error
