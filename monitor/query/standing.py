"""Where standing queries wait: a place is reached by having terms, one after another, and by passing tests."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from monitor.query.plan import Test
from monitor.query.reading import Pair, Reading
from monitor.query.remembering import Remembered
from monitor.query.terms import Terms

Numbers: TypeAlias = "array[int]"  # 64-bit, ascending

CACHED = 120_000  # words
_FEW = 8  # numbers kept for each one cut out: with fewer they are asked for one by one
_NO_PLACES: dict[str, "Place"] = {}
_NO_PHRASES: dict[Pair, "Place"] = {}
_NO_TESTS: dict[tuple[Test, ...], "Place"] = {}
_NO_BARS: dict[str, Numbers] = {}


def remember(words: int) -> None:
    """Remember where so many words lead to from now on, instead of CACHED."""
    global CACHED
    CACHED = words


class Route(NamedTuple):
    """The way to a query's place: terms to have, two in a row to follow one another, tests to pass; and terms that bar it."""

    path: tuple[str, ...]
    pair: Pair | None
    tests: tuple[Test, ...]
    barred: tuple[str, ...]


class Place:
    """Queries, by number, that are satisfied here unless barred by a term; and the places that one gets to from here.

    What many queries share is asked once for all of them: a frequent word with a hundred thousand different second
    words or exclusions costs a look at the document's terms, not at the queries.
    """

    __slots__ = ("barred", "behind", "beyond", "numbers", "phrases")

    def __init__(self) -> None:
        self.numbers: Numbers = array("q")
        self.barred = _NO_BARS  # by term, those that it bars
        self.beyond = _NO_PLACES  # by the next term
        self.phrases = _NO_PHRASES  # by two terms in a row
        self.behind = _NO_TESTS  # by tests

    def add(self, number: int, route: Route) -> None:
        """Keep a query at the end of a route from here."""
        place = self
        for term in route.path:
            place = place._next(term)
        if route.pair:
            place = place._along(route.pair)
        if route.tests:
            place = place._past(route.tests)
        insort(place.numbers, number)
        place._bar(number, route.barred)

    def remove(self, number: int, route: Route) -> None:
        """Forget a query that was added so; places that nothing is left in go."""
        if route.path:
            place = self.beyond[route.path[0]]
            place.remove(number, route._replace(path=route.path[1:]))
            if place._is_empty():
                del self.beyond[route.path[0]]
        elif route.pair:
            place = self.phrases[route.pair]
            place.remove(number, route._replace(pair=None))
            if place._is_empty():
                del self.phrases[route.pair]
        elif route.tests:
            place = self.behind[route.tests]
            place.remove(number, route._replace(tests=()))
            if place._is_empty():
                del self.behind[route.tests]
        else:
            _take(self.numbers, number)
            self._unbar(number, route.barred)

    def found(self, reading: Reading, first: Iterable["Place"]) -> Numbers:
        """The queries that a document satisfies, in no order; `first`: the places that its terms lead to from here."""
        found: Numbers = array("q")
        terms = reading.terms
        places = [self, *first]
        for place in places:  # grows on the way
            if place.numbers:
                bars = place.barred
                found += place.numbers if not bars or bars.keys().isdisjoint(terms) else place._open(terms)
            if place.beyond and place is not self:
                places += [place.beyond[term] for term in place.beyond.keys() & terms]
            if place.phrases:
                places += reading.along(place.phrases)
            if place.behind:
                places += [past for tests, past in place.behind.items() if reading.passes(tests)]
        return found

    def _open(self, terms: set[str]) -> Numbers:
        """The numbers here that no term bars."""
        out = set().union(*(self.barred[term] for term in self.barred.keys() & terms))
        if len(out) * _FEW > len(self.numbers):
            return array("q", [number for number in self.numbers if number not in out])
        kept, start = array("q"), 0
        for number in sorted(out):
            end = bisect_left(self.numbers, number, start)
            kept += self.numbers[start:end]
            start = end + 1
        return kept + self.numbers[start:]

    def _next(self, term: str) -> "Place":
        if self.beyond is _NO_PLACES:
            self.beyond = {}
        return self.beyond.setdefault(term, Place()) if term not in self.beyond else self.beyond[term]

    def _along(self, pair: Pair) -> "Place":
        if self.phrases is _NO_PHRASES:
            self.phrases = {}
        return self.phrases.setdefault(pair, Place())

    def _past(self, tests: tuple[Test, ...]) -> "Place":
        if self.behind is _NO_TESTS:
            self.behind = {}
        return self.behind.setdefault(tests, Place())

    def _bar(self, number: int, terms: tuple[str, ...]) -> None:
        if terms and self.barred is _NO_BARS:
            self.barred = {}
        for term in terms:
            insort(self.barred.setdefault(term, array("q")), number)

    def _unbar(self, number: int, terms: tuple[str, ...]) -> None:
        for term in terms:
            _take(self.barred[term], number)
            if not self.barred[term]:
                del self.barred[term]

    def _is_empty(self) -> bool:
        return not (self.numbers or self.beyond or self.phrases or self.behind)


class Starts(Remembered[tuple[tuple[str, ...], tuple[Place, ...]]]):
    """A token's terms, and the places that they lead to from the first one, by token: worked out when first asked for."""

    def __init__(self, place: Place, terms: Terms) -> None:
        super().__init__(self._led, CACHED)
        self._place = place
        self._terms = terms
        self._state = (0, 0)

    def refresh(self) -> None:
        """Forget everything if terms or first places have come or gone."""
        state = (self._terms.stamp, len(self._place.beyond))
        if state != self._state:
            self._state = state
            self.clear()

    def of(self, terms: Iterable[str]) -> list[Place]:
        """The places that these terms lead to."""
        places = self._place.beyond
        return [places[term] for term in terms if term in places]

    def _led(self, raw: str) -> tuple[tuple[str, ...], tuple[Place, ...]]:
        terms = tuple(self._terms.of_token(raw))
        return terms, tuple(self.of(terms))


def _take(numbers: Numbers, number: int) -> None:
    del numbers[bisect_left(numbers, number)]
