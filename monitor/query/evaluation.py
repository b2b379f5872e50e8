"""Whether one document satisfies one query, and on which characters."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from functools import cached_property, lru_cache
from typing import Any

from monitor.query import patterns
from monitor.query.analysis import Analysis
from monitor.query.analyzer import MAX_KEY, form_keys, link_keys, name_keys, word_keys
from monitor.query.document import Document
from monitor.query.folding import fold
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
    Leaf,
    Name,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Word,
)

Span = tuple[int, int]
Parts = tuple[frozenset[str], ...]

_WORDS = (Word, Exact, Name, Phrase)
_READERS: dict[type, Callable[[str], frozenset[str]]] = {Word: word_keys, Exact: form_keys, Name: name_keys}


class Subject:
    """A document under question: its analysis is made once for all queries, none of which is about words of `needless` letters."""

    def __init__(self, document: Document, now: datetime | None = None, needless: frozenset[str] = frozenset()) -> None:
        self.document = document
        self.now = now or datetime.now(UTC)
        self.analysis = Analysis(document.text, needless)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Keys of the addresses behind the text."""
        return frozenset(key for address in self.document.links for key in link_keys(address))


@lru_cache(maxsize=200_000)
def parts(leaf: Word | Exact | Name | Phrase) -> Parts:
    """For each token of a leaf, the keys of which a post's token needs one."""
    exact = isinstance(leaf, Phrase) and leaf.exact
    read = form_keys if exact else _READERS.get(type(leaf), word_keys)
    return tuple(read(raw) for raw in TOKEN.findall(leaf.text))


def holds(node: Node, subject: Subject) -> bool:
    """Whether the document satisfies the node."""
    if isinstance(node, And):
        return all(holds(item, subject) for item in node.items)
    if isinstance(node, Or):
        return any(holds(item, subject) for item in node.items)
    if isinstance(node, Not):
        return not holds(node.item, subject)
    if isinstance(node, _WORDS):
        return _stands(node, subject)
    if isinstance(node, Prefix):
        start = prefix_key(node)
        return bool(_places(node, subject)) or any(key.startswith(start) for key in subject.hidden)
    if isinstance(node, Pattern):
        return bool(patterns.compiled(node.source).spans(subject.document.text, limit=1))
    return _FILTERS[type(node)](node, subject)


def spans(node: Node, subject: Subject) -> list[Span]:
    """Characters of the text on which a node that holds does so."""
    if isinstance(node, And):
        return [span for item in node.items for span in spans(item, subject)]
    if isinstance(node, Or):
        return [span for item in node.items if holds(item, subject) for span in spans(item, subject)]
    if isinstance(node, Pattern):
        return patterns.compiled(node.source).spans(subject.document.text)
    if isinstance(node, Word | Exact | Name | Phrase | Prefix):
        return list(map(subject.analysis.span, _places(node, subject)))
    return []


def prefix_key(node: Prefix) -> str:
    """What a key must begin with to satisfy a prefix."""
    return f"e{fold(node.text)}"[:MAX_KEY]


def _stands(leaf: Word | Exact | Name | Phrase, subject: Subject) -> bool:
    wanted = parts(leaf)
    return bool(_places(leaf, subject)) or (len(wanted) == 1 and not subject.hidden.isdisjoint(wanted[0]))


def _places(leaf: Leaf, subject: Subject) -> list[int]:
    """Positions of the tokens that satisfy a leaf."""
    if isinstance(leaf, Prefix):
        return subject.analysis.beginning(prefix_key(leaf))
    assert isinstance(leaf, _WORDS)
    columns = []
    for keys in parts(leaf):
        found = subject.analysis.places(keys)
        if not found:
            return []
        columns.append(set(found))
    return _runs(columns, leaf.slop if isinstance(leaf, Phrase) else 0)


def is_link_key(key: str) -> bool:
    """Whether a key is that of an address, as a link has; a number with a point is none."""
    return key[0] == "s" and "." in key and not key[1:].partition("/")[0].replace(".", "").strip("№%").isdigit()


def _runs(columns: list[set[int]], slop: int) -> list[int]:
    """Positions in chains that take one position of each column in order, at most `slop` others between neighbours."""
    reachable = [columns[0]]
    for column in columns[1:]:
        steps = {last + step for last in reachable[-1] for step in range(1, slop + 2)}
        reachable.append(column & steps)
    kept = reachable[-1]
    found = list(kept)
    for column in reversed(reachable[:-1]):
        kept = column & {later - step for later in kept for step in range(1, slop + 2)}
        found += kept
    return found


def _has(node: Has, subject: Subject) -> bool:
    media = subject.document.media
    linked = "link" in node.kinds and (subject.document.links or any(map(is_link_key, subject.analysis.keys)))
    return bool(linked) or not media.isdisjoint(node.kinds)


def _from(node: From, subject: Subject) -> bool:
    document = subject.document
    return (document.channel or "").removeprefix("@").lower() == node.channel or node.channel in document.aliases


def _is(node: Is, subject: Subject) -> bool:
    return subject.document.is_forward if node.kind == "forward" else subject.document.is_edited


def _after(node: After, subject: Subject) -> bool:
    return subject.document.date is not None and subject.document.date >= datetime.combine(node.day, time(), UTC)


def _before(node: Before, subject: Subject) -> bool:
    return subject.document.date is not None and subject.document.date < datetime.combine(node.day, time(), UTC)


def _last(node: Last, subject: Subject) -> bool:
    return subject.document.date is not None and subject.document.date >= subject.now - node.span


_FILTERS: dict[type, Callable[[Any, Subject], bool]] = {
    From: _from,
    Lang: lambda node, subject: subject.document.language == node.code,
    Has: _has,
    Is: _is,
    After: _after,
    Before: _before,
    Last: _last,
}
