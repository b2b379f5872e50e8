"""A query as a question to a full-text index. The index narrows; what it finds is checked again by `explain`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from monitor.query.analyzer import MAX_KEY, Analysis
from monitor.query.evaluation import parts, prefix_key
from monitor.query.tree import After, And, Before, Exact, From, Name, Node, Or, Phrase, Prefix, Query, Word

MAX_LEXEMES = 16_000  # positions that one tsvector can tell apart
Write = Callable[[str, bool], str]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Filters that must hold for the whole query: a channel's username, the first day, the day after the last (UTC)."""

    channel: str | None = None
    after: date | None = None
    before: date | None = None


def index_text(analysis: Analysis) -> str:
    """What FTS5 indexes for a text: its keys as words."""
    return " ".join(sorted({_encoded(key) for key in analysis.keys}))


def tsvector_text(analysis: Analysis) -> str:
    """What PostgreSQL indexes for a text: its keys as lexemes, for a cast to tsvector."""
    return " ".join(f"'{_encoded(key)}'" for key in sorted(analysis.keys)[:MAX_LEXEMES])


def fts5(query: Query) -> str | None:
    """A MATCH expression that finds every post that satisfies the query and some more; None if the index cannot help."""
    return _expression(query.root, _fts5_term, " AND ", " OR ")


def tsquery(query: Query) -> str | None:
    """The same for a cast to tsquery."""
    return _expression(query.root, _tsquery_term, " & ", " | ")


def conditions(query: Query) -> Conditions:
    """What the caller can ask of its own columns."""
    items = query.root.items if isinstance(query.root, And) else (query.root,)
    channels = [item.channel for item in items if isinstance(item, From)]
    first = [item.day for item in items if isinstance(item, After)]
    last = [item.day for item in items if isinstance(item, Before)]
    return Conditions(channels[0] if channels else None, max(first, default=None), min(last, default=None))


def _expression(node: Node, write: Write, both: str, either: str) -> str | None:
    if isinstance(node, And):
        found = [part for item in node.items if (part := _expression(item, write, both, either)) is not None]
        return _joined(found, both) if found else None
    if isinstance(node, Or):
        every = [_expression(item, write, both, either) for item in node.items]
        known = [part for part in every if part is not None]
        return _joined(known, either) if len(known) == len(every) else None
    if isinstance(node, Prefix):
        return write(prefix_key(node), True)
    if isinstance(node, Word | Exact | Name | Phrase):
        groups = dict.fromkeys(_joined([write(key, False) for key in sorted(keys)], either) for keys in parts(node))
        return _joined(list(groups), both)
    return None


def _joined(items: list[str], operator: str) -> str:
    return items[0] if len(items) == 1 else f"({operator.join(items)})"


def _fts5_term(key: str, is_prefix: bool) -> str:
    return f'"{_encoded(key)}"' + ("*" if is_prefix else "")


def _tsquery_term(key: str, is_prefix: bool) -> str:
    return f"'{_encoded(key)}'" + (":*" if is_prefix else "")


def _encoded(key: str) -> str:
    """The key as one token of letters, digits and "_" that neither index splits; a collision is only a candidate more."""
    return "".join(char if char.isalnum() else "_" for char in key[:MAX_KEY])
