"""A query as a question to an index of `monitor.query.indexing`'s terms, for FTS5 and for PostgreSQL.

The index narrows: what it finds satisfies the query unless the plan is not exact; then each post is asked again by `explain`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise
from typing import TypeVar

from monitor.query import indexing
from monitor.query.analyzer import post_keys
from monitor.query.dialects import Dialect, Known, Part
from monitor.query.evaluation import parts, prefix_key
from monitor.query.tokens import TOKEN
from monitor.query.tree import (
    After,
    And,
    Before,
    Exact,
    From,
    Has,
    Is,
    Lang,
    Last,
    Name,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Word,
)

MAX_PAIRS = 64  # of two neighbours' keys

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask the index, None for every post; whether that is the query itself; and [since, until), None for no bound."""

    expression: str | None
    is_exact: bool
    since: datetime | None
    until: datetime | None


def plan(query: Query, dialect: Dialect, known: Known, now: datetime) -> Plan:
    """How to ask the index; `now` is the moment that `last:` counts from."""
    items = query.root.items if isinstance(query.root, And) else (query.root,)
    bounds = [_bounds(item, now) for item in items if isinstance(item, After | Before | Last)]
    since = max((first for first, _ in bounds if first is not None), default=None)
    until = min((last for _, last in bounds if last is not None), default=None)
    rest = tuple(item for item in items if not isinstance(item, After | Before | Last))
    part = _Compiler(dialect, known).compile(And(rest)) if rest else None
    return Plan(part.expression if part else None, part.is_exact if part else not rest, since, until)


def channels(query: Query) -> set[str]:
    """The usernames whose ids a plan must know."""
    return {leaf.channel for leaf in _leaves(query.root, From)}


def prefixes(query: Query) -> set[str]:
    """The ``e`` keys of its prefixes, whose forms a plan for PostgreSQL must know."""
    return {prefix_key(leaf) for leaf in _leaves(query.root, Prefix)}


def _bounds(node: After | Before | Last, now: datetime) -> tuple[datetime | None, datetime | None]:
    if isinstance(node, Last):
        return now - node.span, None
    midnight = datetime.combine(node.day, time(), UTC)
    return (midnight, None) if isinstance(node, After) else (None, midnight)


def _leaves(node: Node, kind: type[_T]) -> Iterable[_T]:
    if isinstance(node, And | Or):
        for item in node.items:
            yield from _leaves(item, kind)
    elif isinstance(node, Not):
        yield from _leaves(node.item, kind)
    elif isinstance(node, kind):
        yield node


class _Compiler:
    def __init__(self, dialect: Dialect, known: Known) -> None:
        self._dialect = dialect
        self._known = known

    def compile(self, node: Node) -> Part | None:
        """None where the index cannot help."""
        if isinstance(node, And):
            return self._and(node)
        if isinstance(node, Or):
            return self._or(node)
        if isinstance(node, Prefix):
            return self._dialect.prefix(prefix_key(node), self._known)
        if isinstance(node, Word | Exact | Name | Phrase):
            return self._words(node)
        terms = self._filter(node)
        return None if terms is None else Part(self._dialect.any_of(terms), True)

    def _and(self, node: And) -> Part | None:
        wanted = [item for item in node.items if not isinstance(item, Not)]
        found = [part for item in wanted if (part := self.compile(item)) is not None]
        if not found:
            return None
        whole = Part(self._dialect.both(part.expression for part in found), all(part.is_exact for part in found))
        whole = whole if len(found) == len(wanted) else Part(whole.expression, False)
        for item in node.items:
            if isinstance(item, Not):
                whole = self._without(whole, item.item)
        return whole

    def _without(self, whole: Part, excluded: Node) -> Part:
        part = self.compile(excluded)
        if part is not None and part.is_exact:
            expression = self._dialect.without(whole.expression, part.expression)
            if expression is not None:
                return Part(expression, whole.is_exact)
        return Part(whole.expression, False)

    def _or(self, node: Or) -> Part | None:
        found = [part for item in node.items if (part := self.compile(item)) is not None]
        if len(found) < len(node.items):
            return None
        return Part(self._dialect.either(part.expression for part in found), all(part.is_exact for part in found))

    def _words(self, leaf: Word | Exact | Name | Phrase) -> Part:
        tokens = list(dict.fromkeys(map(self._any_key, parts(leaf))))
        if len(tokens) == 1 and len(parts(leaf)) == 1:
            return tokens[0]
        pairs = [] if isinstance(leaf, Phrase) and leaf.slop else _pairs(leaf)
        expressions = [self._dialect.any_of(terms) for terms in pairs]
        return Part(self._dialect.both(dict.fromkeys([*expressions, *(part.expression for part in tokens)])), False)

    def _any_key(self, keys: frozenset[str]) -> Part:
        form = next(iter(keys))
        return self._dialect.form(form) if form[0] == "e" else Part(self._dialect.any_of(sorted(keys)), True)

    def _filter(self, node: Node) -> list[str] | None:
        if isinstance(node, From):
            ids = self._known.channels.get(node.channel, ())
            return [indexing.channel_term(channel_id) for channel_id in ids] or [indexing.channel_term(0)]
        if isinstance(node, Lang):
            return [indexing.language_term(node.code)]
        if isinstance(node, Has):
            return [indexing.media_term(kind) for kind in node.kinds]
        return [indexing.state_term(node.kind)] if isinstance(node, Is) else None


def _pairs(leaf: Word | Exact | Name | Phrase) -> list[list[str]]:
    """For each two neighbours of a phrase the terms of which a post needs one; not for those that are too many."""
    is_exact = isinstance(leaf, Exact) or (isinstance(leaf, Phrase) and leaf.exact)
    halves = _exact_halves(leaf.text) if is_exact else [sorted(keys) for keys in parts(leaf)]
    every = (indexing.pair_terms(left, right) for left, right in pairwise(halves))
    return [terms for terms in every if 0 < len(terms) <= MAX_PAIRS]


def _exact_halves(text: str) -> list[list[str]]:
    """One key of each word that stands in whatever case it is written; none of other tokens."""
    return [indexing.pair_keys(post_keys(raw))[:1] if raw.isalpha() else [] for raw in TOKEN.findall(text)]
