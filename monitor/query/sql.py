"""A query as a question to an index of `monitor.query.indexing`'s terms, for FTS5 and for PostgreSQL.

The index narrows: what it finds satisfies the query unless the plan is not exact; then each post is asked again by `explain`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from monitor.query import indexing
from monitor.query.analyzer import post_keys
from monitor.query.dialects import Dialect, Part, Run
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
    leaves,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask the index, None for every post; whether that is the query itself; and [since, until), None for no bound."""

    expression: str | None
    is_exact: bool
    since: datetime | None
    until: datetime | None


def plan(query: Query, dialect: Dialect, now: datetime) -> Plan:
    """How to ask the index; `now` is the moment that `last:` counts from."""
    items = query.root.items if isinstance(query.root, And) else (query.root,)
    bounds = [_bounds(item, now) for item in items if isinstance(item, After | Before | Last)]
    since = max((first for first, _ in bounds if first is not None), default=None)
    until = min((last for _, last in bounds if last is not None), default=None)
    rest = tuple(item for item in items if not isinstance(item, After | Before | Last))
    part = _Compiler(dialect).compile(And(rest)) if rest else None
    return Plan(part.expression if part else None, part.is_exact if part else not rest, since, until)


def channels(query: Query) -> set[str]:
    """The usernames whose ids a plan must know."""
    return {leaf.channel for leaf in leaves(query.root) if isinstance(leaf, From)}


def prefixes(query: Query) -> set[str]:
    """The ``e`` keys of its prefixes."""
    return {prefix_key(leaf) for leaf in leaves(query.root) if isinstance(leaf, Prefix)}


def keys(query: Query) -> set[str]:
    """The keys of its words."""
    words = (leaf for leaf in leaves(query.root) if isinstance(leaf, Word | Exact | Name | Phrase))
    return {key for leaf in words for part in parts(leaf) for key in part}


def _bounds(node: After | Before | Last, now: datetime) -> tuple[datetime | None, datetime | None]:
    if isinstance(node, Last):
        return now - node.span, None
    midnight = datetime.combine(node.day, time(), UTC)
    return (midnight, None) if isinstance(node, After) else (None, midnight)


class _Compiler:
    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def compile(self, node: Node) -> Part | None:
        """None where the index cannot help."""
        if isinstance(node, And):
            return self._and(node)
        if isinstance(node, Or):
            return self._or(node)
        if isinstance(node, Prefix):
            return self._dialect.prefix(prefix_key(node))
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
            return Part(self._dialect.without(whole.expression, part.expression), whole.is_exact)
        return Part(whole.expression, False)

    def _or(self, node: Or) -> Part | None:
        found = [part for item in node.items if (part := self.compile(item)) is not None]
        if len(found) < len(node.items):
            return None
        return Part(self._dialect.either(part.expression for part in found), all(part.is_exact for part in found))

    def _words(self, leaf: Word | Exact | Name | Phrase) -> Part | None:
        columns = parts(leaf)
        if len(columns) == 1:
            return self._dialect.token(columns[0])
        is_exact = isinstance(leaf, Exact) or (isinstance(leaf, Phrase) and leaf.exact)
        halves = _exact_halves(leaf.text) if is_exact else list(map(sorted, columns))
        return self._dialect.run(Run(columns, halves, leaf.slop if isinstance(leaf, Phrase) else 0))

    def _filter(self, node: Node) -> list[str] | None:
        if isinstance(node, From):
            ids = self._dialect.channels.get(node.channel, ())
            return [indexing.channel_term(channel_id) for channel_id in ids] or [indexing.channel_term(0)]
        if isinstance(node, Lang):
            return [indexing.language_term(node.code)]
        if isinstance(node, Has):
            return [indexing.media_term(kind) for kind in node.kinds]
        return [indexing.state_term(node.kind)] if isinstance(node, Is) else None


def _exact_halves(text: str) -> list[list[str]]:
    """One key of each word that stands in whatever case it is written; none of other tokens."""
    return [indexing.pair_keys(post_keys(raw))[:1] if raw.isalpha() else [] for raw in TOKEN.findall(text)]
