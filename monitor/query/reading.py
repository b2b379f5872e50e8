"""A document as the matcher reads it: the terms it has; what costs more is worked out when a query asks for it, once."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise, product
from typing import TypeAlias, TypeVar

from monitor.query import patterns
from monitor.query.analyzer import link_keys
from monitor.query.document import Document
from monitor.query.haystack import Haystack
from monitor.query.plan import Every, Expression, Never, Sequence, Some, Test
from monitor.query.sieve import Sieve
from monitor.query.terms import LINKED, Terms

logger = logging.getLogger(__name__)

Pair: TypeAlias = tuple[str, str]  # terms of two tokens in a row

_P = TypeVar("_P")
_NOWHERE: list[int] = []
_GLANCES = 60  # phrases of one place whose terms are looked up
_LOOKS = 12  # phrases that the tokens are looked through for; for more it pays to note all pairs


class Reading:
    """`terms`: those of the asked-for terms that the document has; `others`: those that are not of a token."""

    __slots__ = (
        "_expressed",
        "_halves",
        "_haystack",
        "_looks",
        "_pairs",
        "_passing",
        "_places",
        "_sieve",
        "_tokens",
        "_true",
        "others",
        "terms",
    )

    def __init__(
        self, document: Document, raw: list[str], tokens: Iterable[tuple[str, ...]], terms: Terms, sieve: Sieve
    ) -> None:
        """`raw`: the document's tokens, `tokens`: the terms of each."""
        text = document.text
        self.others = terms.of(_atoms(document)) if terms.filters or document.links else []
        self.others += terms.of_cut(text, raw)
        self._tokens = tokens
        self.terms: set[str] = set().union(*tokens, self.others)
        self._haystack = Haystack(text)
        self._passing: set[str] | None = None
        self._sieve = sieve
        self._halves = terms.halves
        self._looks = 0
        self._pairs: set[Pair] | None = None
        self._places: dict[str, list[int]] = {}
        self._expressed: dict[str, bool] = {}  # by pattern
        self._true: dict[Test, bool] = {}

    def passes(self, tests: tuple[Test, ...]) -> bool:
        """Whether all tests hold; one that fails with an error does not."""
        try:
            for test in tests:
                if not self.holds(test):
                    return False
        except Exception:  # one bad query must not stop a document
            logger.exception("tests failed: %s", tests)
            return False
        return True

    def holds(self, test: Test) -> bool:
        """Whether a test holds."""
        if isinstance(test, str):
            return test in self.terms
        if isinstance(test, Expression):
            found = self._expressed.get(test.source)
            if found is None:
                found = self._expressed[test.source] = self._matches(test.source)
            return found
        if isinstance(test, Sequence):  # cheaper to work out than to remember
            return self.terms.issuperset(test.terms) and self._follow(test)
        known = self._true.get(test)
        if known is None:
            known = self._true[test] = self._work_out(test)
        return known

    def _work_out(self, test: Test) -> bool:
        if isinstance(test, Every):
            return all(map(self.holds, test.every))
        if isinstance(test, Some):
            return any(map(self.holds, test.some))
        assert isinstance(test, Never)
        return not self.holds(test.test)

    def _matches(self, source: str) -> bool:
        if source in self._sieve.sources:
            if self._passing is None:
                self._passing = self._sieve.passing(self._haystack.encoded)
            if source not in self._passing:
                return False
        return patterns.compiled(source).matches(self._haystack)

    def positions(self, term: str) -> list[int]:
        """Positions of the tokens that have the term, ascending; not to be changed."""
        if not self._places:
            self._place()
        return self._places.get(term, _NOWHERE)

    def along(self, phrases: Mapping[Pair, _P]) -> list[_P]:
        """What stands under those pairs of terms of which tokens in a row have one each."""
        if self._pairs is None:
            if len(phrases) <= _GLANCES:
                terms = self.terms
                there = [pair for pair in phrases if pair[0] in terms and pair[1] in terms]
                if not there:
                    return []
                self._looks += len(there)
                if self._looks <= _LOOKS:
                    return [phrases[pair] for pair in there if self._stands(pair)]
            self._pairs = self._pair_up()
        return [phrases[pair] for pair in phrases.keys() & self._pairs]

    def _stands(self, pair: Pair) -> bool:
        one, two = pair
        for before, terms in pairwise(self._tokens):  # noqa: SIM110 -- a generator costs more than asking it
            if two in terms and one in before:
                return True
        return False

    def _pair_up(self) -> set[Pair]:
        """The pairs of neighbours' terms that phrases ask for."""
        halves = self._halves
        pairs: set[Pair] = set()
        before: list[str] = []
        for terms in self._tokens:
            now = [term for term in terms if term in halves]
            pairs.update(product(before, now))
            before = now
        return pairs

    def _follow(self, test: Sequence) -> bool:
        first: Collection[int]
        first, *others = map(self.positions, test.terms)
        steps = range(1, test.slop + 2)
        for places in others:
            first = {place + step for place in first for step in steps}.intersection(places)
        return bool(first)

    def _place(self) -> None:
        """Note the positions of the tokens that have each term."""
        places = self._places
        for position, terms in enumerate(self._tokens):
            for term in terms:
                if term in places:
                    places[term].append(position)
                else:
                    places[term] = [position]


def _atoms(document: Document) -> Iterator[str]:
    """What a document has beside its text."""
    yield f"@{(document.channel or '').removeprefix('@').lower()}"
    yield from (f"@{alias}" for alias in document.aliases)
    yield f":lang:{document.language}"
    yield from (f":has:{kind}" for kind in document.media)
    if document.is_forward:
        yield ":is:forward"
    if document.is_edited:
        yield ":is:edited"
    for address in document.links:
        yield LINKED
        yield from link_keys(address)
