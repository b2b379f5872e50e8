"""Which of many standing queries does a document satisfy?

The cost follows what a document has in common with the queries, not how many queries there are: see `standing`.
"""

from collections.abc import Iterable
from itertools import chain

from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.plan import Expression, Never, Plan, Sequence, plan, terms
from monitor.query.reading import Reading
from monitor.query.sample import Sample
from monitor.query.sieve import Sieve
from monitor.query.standing import Numbers, Place, Route, Starts
from monitor.query.syntax import QuerySyntaxError
from monitor.query.terms import LINKED, Terms, atoms
from monitor.query.tree import After, And, Before, Last, Node, Not, Or, Query

_STEPS = 2  # terms on the way to a place; what else a query wants is tested there

_SEVERAL = (And, Or)
_TIMES = (After, Before, Last)


class Matcher:
    """Standing queries by number; adding and removing one costs nothing to the others."""

    def __init__(self, sample: Iterable[str] = ()) -> None:
        """`sample`: texts of posts, to tell frequent words from rare ones; it changes the speed, not the answers."""
        self._sample = Sample(sample)
        self._terms = Terms()
        self._sieve = Sieve()
        self._place = Place()
        self._starts = Starts(self._place, self._terms)
        self._routes: dict[int, Route] = {}

    def __len__(self) -> int:
        return len(self._routes)

    def __contains__(self, key: object) -> bool:
        return key in self._routes

    def add(self, key: int, query: Query) -> None:
        """Keep a query under a number, in place of what stood there. Raises QuerySyntaxError("search_only")."""
        require_standing(query)
        self.remove(key)
        route = self._route(plan(query.root, self._cost))
        for term in _terms(route):
            self._terms.want(term)
        self._terms.halves.update(route.pair or ())
        for source in _sources(route):
            self._sieve.add(source)
        self._place.add(key, route)
        self._routes[key] = route
        self._starts.refresh()

    def remove(self, key: int) -> None:
        """Forget the query under this number, if there is one."""
        route = self._routes.pop(key, None)
        if route is None:
            return
        self._place.remove(key, route)
        for term in _terms(route):
            self._terms.drop(term)
        for term in route.pair or ():
            self._terms.halves[term] -= 1
            if not self._terms.halves[term]:
                del self._terms.halves[term]
        for source in _sources(route):
            self._sieve.remove(source)
        self._starts.refresh()

    def match(self, document: Document) -> Numbers:
        """The numbers of the queries that the document satisfies, in no order."""
        return self._match(document)[1]

    def places(self, document: Document) -> dict[int, list[int] | None]:
        """{number: positions of the tokens on which the document satisfies the query}, None where only the query itself tells."""
        reading, numbers = self._match(document)
        return {number: _positions(reading, self._routes[number]) for number in numbers}

    def _match(self, document: Document) -> tuple[Reading, Numbers]:
        raw = analyze(document.text).raw
        tokens, places = zip(*map(self._starts.__getitem__, raw), strict=True) if raw else ((), ())
        reading = Reading(document, raw, tokens, self._terms, self._sieve)
        return reading, self._place.found(reading, set(self._starts.of(reading.others)).union(*places))

    def _route(self, plan: Plan) -> Route:
        wanted = plan.wanted if len(plan.wanted) < 2 else tuple(sorted(plan.wanted, key=self._cost))
        phrase = next((test for test in plan.tests if isinstance(test, Sequence) and test.pair), None)
        if phrase is None:
            return Route(wanted[:_STEPS], None, wanted[_STEPS:] + plan.tests, plan.unwanted)
        rest = tuple(term for term in wanted[1:] if term not in phrase.terms)
        return Route(
            wanted[:1], phrase.pair, rest + tuple(test for test in plan.tests if test is not phrase), plan.unwanted
        )

    def _cost(self, term: str) -> tuple[int, int, str]:
        """How many posts of the sample have it; among equals long words are the rarer ones."""
        return self._sample.posts(term), -min(map(len, atoms(term)), default=0), term


def _positions(reading: Reading, route: Route) -> list[int] | None:
    """Where a query of terms alone holds; of others terms do not say which of the places are meant."""
    tests = [*route.path, *(test for test in route.tests if not isinstance(test, Never))]
    terms = [
        test for test in tests if isinstance(test, str) and LINKED not in test
    ]  # a link is bold for its words alone
    if route.pair or len(terms) < len(tests):
        return None
    return sorted({position for term in terms for position in reading.positions(term)})


def _terms(route: Route) -> list[str]:
    return [*route.path, *(route.pair or ()), *chain.from_iterable(map(terms, route.tests)), *route.barred]


def _sources(route: Route) -> list[str]:
    """Patterns that are tested on every document."""
    return [] if route.path else [test.source for test in route.tests if isinstance(test, Expression)]


def require_standing(query: Query) -> None:
    """Raise QuerySyntaxError("search_only") for a query that only a search can answer."""
    found = _time(query.root)
    if found is not None:
        text = str(query)
        raise QuerySyntaxError("search_only", text.find(str(found)), text)


def _time(node: Node) -> Node | None:
    """The first part that asks for the time of a post."""
    if isinstance(node, _SEVERAL):
        return next((found for found in map(_time, node.items) if found is not None), None)
    if isinstance(node, Not):
        return _time(node.item)
    return node if isinstance(node, _TIMES) else None
