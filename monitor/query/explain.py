"""Why a document satisfies a query: the characters to print bold."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.query.beginnings import needless
from monitor.query.document import Document
from monitor.query.evaluation import Span, Subject, holds, parts, prefix_key, spans
from monitor.query.tree import Exact, Name, Phrase, Prefix, Query, Word, leaves


class Highlighter:
    """Asks many documents about one query, of each only the words that it may be about; `now`: the moment that `last:` counts from."""

    def __init__(self, query: Query, now: datetime) -> None:
        self._query = query
        self._now = now
        self._wanted = wanted_of(query)
        starts = tuple(prefix_key(leaf) for leaf in leaves(query.root) if isinstance(leaf, Prefix))
        self._needless = needless(self._wanted, starts)

    def explain(self, document: Document) -> list[Span] | None:
        """What `explain` says of the document."""
        return _explained(self._query, self._subject(document))

    def bold(self, document: Document) -> list[Span]:
        """The spans of a document that is known to satisfy the query."""
        return merged(spans(self._query.root, self._subject(document)))

    def _subject(self, document: Document) -> Subject:
        subject = Subject(document, self._now, self._needless)
        subject.analysis.expect(self._wanted)
        return subject


def explain(query: Query, document: Document, now: datetime | None = None) -> list[Span] | None:
    """None if the document does not satisfy the query; else merged, ascending spans [start, end) in characters.

    The spans are empty for a match by filters alone; `now` is the moment that `last:` counts from.
    """
    return _explained(query, Subject(document, now))


def bold_each(queries: Sequence[tuple[Query, frozenset[str]]], subject: Subject) -> list[list[Span]]:
    """The spans for queries that the document is known to satisfy, each with `wanted_of` it: it is looked through once for all."""
    subject.analysis.expect(frozenset().union(*(wanted for _, wanted in queries)))
    return [merged(spans(query.root, subject)) for query, _ in queries]


def wanted_of(query: Query) -> frozenset[str]:
    """The keys that a document is looked through for, to say where the query holds."""
    words = (leaf for leaf in leaves(query.root) if isinstance(leaf, Word | Exact | Name | Phrase))
    return frozenset().union(*(keys for leaf in words for keys in parts(leaf)))


def _explained(query: Query, subject: Subject) -> list[Span] | None:
    return merged(spans(query.root, subject)) if holds(query.root, subject) else None


def merged(found: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch as one."""
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
