"""A query as the matcher asks it: terms that a post must have, terms that it must not have, and tests for what is left.

Most queries are terms alone: a word in all its forms, a prefix, a filter, and any of several of them, is one term.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias, TypeVar

from monitor.query import notation
from monitor.query.evaluation import parts, prefix_key
from monitor.query.terms import atoms, term
from monitor.query.tokens import TOKEN
from monitor.query.tree import And, Exact, From, Has, Is, Lang, Leaf, Name, Node, Not, Or, Pattern, Phrase, Prefix, Word


class Sequence(NamedTuple):
    """Tokens with these terms stand in this order, at most `slop` others between neighbours."""

    terms: tuple[str, ...]
    slop: int

    @property
    def pair(self) -> tuple[str, str] | None:
        """The two terms that must follow one another, if that is all."""
        return (self.terms[0], self.terms[1]) if len(self.terms) == 2 and not self.slop else None


class Expression(NamedTuple):
    """A pattern matches."""

    source: str


class Every(NamedTuple):
    """All of these hold."""

    every: tuple["Test", ...]


class Some(NamedTuple):
    """One of these holds."""

    some: tuple["Test", ...]


class Never(NamedTuple):
    """This does not hold."""

    test: "Test"


Test: TypeAlias = str | Sequence | Expression | Every | Some | Never  # a string is a term
Cost: TypeAlias = Callable[[str], tuple[int, int, str]]
_T = TypeVar("_T")
_WORDS = (Word, Exact, Name, Phrase)


class Plan(NamedTuple):
    """A query holds if the post has all `wanted` terms, none of the `unwanted`, and all tests hold."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    tests: tuple[Test, ...] = ()

    @property
    def only_term(self) -> str | None:
        """The one term that is all there is to it."""
        return self.wanted[0] if len(self.wanted) == 1 and not self.unwanted and not self.tests else None


def plan(node: Node, cost: Cost) -> Plan:
    """The plan of a query; of several terms that would do the one with the least `cost` is taken."""
    if isinstance(node, And):
        plans = [plan(item, cost) for item in node.items]
        return Plan(
            _merged(one.wanted for one in plans),
            _merged(one.unwanted for one in plans),
            _merged(one.tests for one in plans),
        )
    if isinstance(node, Or):
        return _either([plan(item, cost) for item in node.items], cost)
    if isinstance(node, Not):
        inner = plan(node.item, cost)
        return Plan(unwanted=(inner.only_term,)) if inner.only_term else Plan(tests=(Never(_whole(inner)),))
    return _leaf(node)


def terms(test: Test) -> Iterator[str]:
    """The terms that a test asks for."""
    if isinstance(test, str):
        yield test
    elif isinstance(test, Sequence):
        yield from test.terms
    elif isinstance(test, Never):
        yield from terms(test.test)
    elif isinstance(test, Every | Some):
        for item in test[0]:
            yield from terms(item)


def _merged(several: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(several)))


def _either(plans: list[Plan], cost: Cost) -> Plan:
    """One term if each of them is one; else a test, behind a term of each if each has one."""
    simple = [one.only_term for one in plans if one.only_term]
    if len(simple) == len(plans):
        return Plan((_union(simple),))
    anchors = [min(one.wanted, key=cost) for one in plans if one.wanted]
    return Plan((_union(anchors),) if len(anchors) == len(plans) else (), (), (Some(tuple(map(_whole, plans))),))


def _union(terms: list[str]) -> str:
    return term(atom for one in terms for atom in atoms(one))


def _whole(one: Plan) -> Test:
    if one.only_term:
        return one.only_term
    return Every((*one.wanted, *one.tests, *map(Never, one.unwanted)))


def _leaf(leaf: Leaf) -> Plan:
    if isinstance(leaf, _WORDS):
        found = tuple(term(keys) for keys in parts(leaf))
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        return Plan(tuple(dict.fromkeys(found)), (), (Sequence(found, slop),) if len(found) > 1 else ())
    if isinstance(leaf, Pattern):
        literals = notation.literals(leaf.source) or []
        whole = literals and all(map(TOKEN.fullmatch, literals))  # else no token of a post need hold it
        wanted = (term(f"%{literal}" for literal in literals),) if whole else ()
        return Plan(wanted, (), (Expression(leaf.source),))
    return Plan((term(_atoms(leaf)),))


def _atoms(leaf: Leaf) -> list[str]:
    if isinstance(leaf, Prefix):
        return [f"^{prefix_key(leaf)}"]
    if isinstance(leaf, From):
        return [f"@{leaf.channel}"]
    if isinstance(leaf, Has):
        return [f":has:{kind}" for kind in leaf.kinds]
    assert isinstance(leaf, Lang | Is), f"{leaf} is for searches"
    return [f":{leaf}"]
