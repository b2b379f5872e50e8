"""Numbers in arrays under PostgreSQL's GIN: `terms` in the order of a post's tokens, `pairs` of neighbours."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from monitor.query.dialects import Part, Run, joined
from monitor.query.evaluation import is_link_key
from monitor.query.numbering import class_of, filter_number, hashed, is_pair, pair

MAX_NUMBERS = 2_000  # with one key or prefix; more are in so many posts that the newest are soon found otherwise
MAX_PAIRS = 16  # of two neighbours' classes: each is in one of seventy posts by chance
NOTHING = "false"


@dataclass(frozen=True, slots=True)
class Postgres:
    """How the table is asked. `numbers`: of the tokens with a key; `beginnings`: of those that begin like a prefix's ``e`` key.

    Both are None where they are too many.
    """

    channels: Mapping[str, Collection[int]]
    numbers: Mapping[str, Collection[int] | None]
    beginnings: Mapping[str, Collection[int] | None]

    def any_of(self, terms: Iterable[str]) -> str:
        return overlap(map(filter_number, terms))

    def token(self, keys: frozenset[str]) -> Part | None:
        numbers = self._numbers(keys)
        return None if numbers is None else Part(overlap(numbers), True)

    def run(self, run: Run) -> Part | None:
        columns = list(map(self._numbers, run.columns))
        known = [numbers for numbers in columns if numbers is not None]
        if not all(known):
            return Part(NOTHING, True)
        parts = list(map(overlap, known))
        if run.slop or len(known) < len(columns) or any(is_link_key(key) for keys in run.columns for key in keys):
            return Part(self.both(parts), False) if parts else None
        return Part(self.both([*parts, *_pairs(known), _in_a_row(known)]), True)

    def prefix(self, key: str) -> Part | None:
        numbers = self.beginnings[key]
        return None if numbers is None else Part(overlap(numbers), True)

    def both(self, expressions: Iterable[str]) -> str:
        return joined(expressions, " AND ")

    def either(self, expressions: Iterable[str]) -> str:
        return joined(expressions, " OR ")

    def without(self, expression: str, excluded: str) -> str:
        return f"({expression} AND NOT {excluded})"

    def _numbers(self, keys: frozenset[str]) -> set[int] | None:
        """Those of tokens with one of these keys, None if they are too many; an address's keys are numbers themselves."""
        found = {hashed(key) for key in keys if is_link_key(key)}
        for key in keys:
            numbers = self.numbers.get(key, ())
            if numbers is None:
                return None
            found.update(numbers)
        return found


def overlap(numbers: Iterable[int]) -> str:
    """Posts with one of these numbers."""
    several = sorted(set(numbers))
    return f"terms && {_array(several)}" if several else NOTHING


def _pairs(columns: Sequence[set[int]]) -> Iterator[str]:
    """For each two neighbours the pairs of which a post has one, unless they are too many or the index does not have them all."""
    for left, right in pairwise(columns):
        lefts, rights = ({class_of(number): number for number in column}.values() for column in (left, right))
        neighbours = list(product(lefts, rights))
        found = {pair(one, other) for one, other in neighbours}
        if len(found) <= MAX_PAIRS and all(is_pair(one, other) for one, other in neighbours):
            yield f"pairs && {_array(sorted(found), 'smallint')}"


def _in_a_row(columns: Sequence[set[int]]) -> str:
    """From a token of the first column on each next one stands in the next."""
    first, *others = (_array(sorted(numbers)) for numbers in columns)
    tests = (f"terms[at + {step}] = ANY ({numbers})" for step, numbers in enumerate(others, 1))
    return (
        "EXISTS (SELECT FROM unnest(terms) WITH ORDINALITY AS token(number, at)"
        f" WHERE number = ANY ({first}) AND {' AND '.join(tests)})"
    )


def _array(numbers: Collection[int], kind: str = "bigint") -> str:
    return f"CAST('{{{','.join(map(str, numbers))}}}' AS {kind}[])"
