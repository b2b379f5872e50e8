"""Why a document satisfies a query: the characters to print bold."""

from datetime import datetime

from monitor.query.document import Document
from monitor.query.evaluation import Span, Subject, holds, spans
from monitor.query.tree import Query


def explain(query: Query, document: Document, now: datetime | None = None) -> list[Span] | None:
    """None if the document does not satisfy the query; else merged, ascending spans [start, end) in characters.

    The spans are empty for a match by filters alone; `now` is the moment that `last:` counts from.
    """
    return explained(query, Subject(document, now))


def bold(query: Query, document: Document, now: datetime) -> list[Span]:
    """The spans of a document that is known to satisfy the query."""
    return _merged(spans(query.root, Subject(document, now)))


def explained(query: Query, subject: Subject) -> list[Span] | None:
    """The same for a document that several queries are asked about: it is analyzed once."""
    return _merged(spans(query.root, subject)) if holds(query.root, subject) else None


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
