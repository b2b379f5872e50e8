"""Why a document satisfies a query: the characters to print bold."""

from datetime import datetime

from monitor.query.document import Document
from monitor.query.evaluation import Span, Subject, holds, parts, spans
from monitor.query.tree import And, Exact, Name, Node, Not, Or, Phrase, Query, Word


def explain(query: Query, document: Document, now: datetime | None = None) -> list[Span] | None:
    """None if the document does not satisfy the query; else merged, ascending spans [start, end) in characters.

    The spans are empty for a match by filters alone; `now` is the moment that `last:` counts from.
    """
    return explained(query, Subject(document, now))


def bold(query: Query, document: Document, now: datetime) -> list[Span]:
    """The spans of a document that is known to satisfy the query."""
    subject = Subject(document, now)
    expected = _words(query.root)
    if len(expected) > 1:
        subject.analysis.expect(frozenset().union(*expected))
    return _merged(spans(query.root, subject))


def explained(query: Query, subject: Subject) -> list[Span] | None:
    """The same for a document that several queries are asked about: it is analyzed once."""
    return _merged(spans(query.root, subject)) if holds(query.root, subject) else None


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
