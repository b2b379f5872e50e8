"""Why a document satisfies a query: the characters to print bold."""

from collections.abc import Sequence
from datetime import datetime

from monitor.query.document import Document
from monitor.query.evaluation import Span, Subject, holds, parts, spans
from monitor.query.tree import And, Exact, Name, Node, Not, Or, Phrase, Query, Word


def explain(query: Query, document: Document, now: datetime | None = None) -> list[Span] | None:
    """None if the document does not satisfy the query; else merged, ascending spans [start, end) in characters.

    The spans are empty for a match by filters alone; `now` is the moment that `last:` counts from.
    """
    subject = Subject(document, now)
    return _merged(spans(query.root, subject)) if holds(query.root, subject) else None


def bold(query: Query, document: Document, now: datetime) -> list[Span]:
    """The spans of a document that is known to satisfy the query."""
    return bold_each([(query, wanted_of(query))], Subject(document, now))[0]


def bold_each(queries: Sequence[tuple[Query, frozenset[str]]], subject: Subject) -> list[list[Span]]:
    """The same for several queries, each with `wanted_of` it: the document's tokens are looked through once for all."""
    subject.analysis.expect(frozenset().union(*(wanted for _, wanted in queries)))
    return [_merged(spans(query.root, subject)) for query, _ in queries]


def wanted_of(query: Query) -> frozenset[str]:
    """The keys that a document is looked through for, to say where the query holds."""
    return frozenset().union(*_words(query.root))


def _words(node: Node) -> list[frozenset[str]]:
    """The keys of each word that a document may be looked through for."""
    if isinstance(node, And | Or):
        return [keys for item in node.items for keys in _words(item)]
    if isinstance(node, Not):
        return _words(node.item)
    return list(parts(node)) if isinstance(node, Word | Exact | Name | Phrase) else []


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
