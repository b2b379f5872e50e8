"""Which of many standing queries does a document satisfy?

Each query waits under keys that it requires, the least crowded ones; a document wakes only the queries under its own
keys, and each distinct query is evaluated once however many people keep it.
"""

import logging
from collections import Counter
from datetime import UTC, datetime

from monitor.query.anchors import anchor, channel, starts, triples, wanted_and_unwanted
from monitor.query.document import Document
from monitor.query.evaluation import Subject, holds
from monitor.query.syntax import QuerySyntaxError
from monitor.query.tree import After, And, Before, Last, Node, Not, Or, Query

logger = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # no standing query asks for the time


class _Standing:
    """One distinct query, who keeps it, and the keys it waits under (None: it is asked about every document)."""

    __slots__ = ("anchor", "owners", "root", "sets")

    def __init__(self, root: Node, keys: frozenset[str] | None) -> None:
        self.root = root
        self.anchor = keys
        self.owners: dict[int, None] = {}
        self.sets = wanted_and_unwanted(root)


class Matcher:
    """Standing queries by key; adding and removing one costs nothing to the others."""

    def __init__(self) -> None:
        self._by_owner: dict[int, _Standing] = {}
        self._by_root: dict[Node, _Standing] = {}
        self._waiting: dict[str, dict[_Standing, None]] = {}
        self._always: dict[_Standing, None] = {}
        self._kinds: Counter[str] = Counter()  # how many keys of each kind (first character) queries wait under

    def __len__(self) -> int:
        return len(self._by_owner)

    def __contains__(self, key: object) -> bool:
        return key in self._by_owner

    def add(self, key: int, query: Query) -> None:
        """Keep a query under a number, in place of what stood there. Raises QuerySyntaxError("search_only")."""
        require_standing(query)
        self.remove(key)
        standing = self._by_root.get(query.root) or self._stand(query.root)
        standing.owners[key] = None
        self._by_owner[key] = standing

    def remove(self, key: int) -> None:
        """Forget the query under this number, if there is one."""
        standing = self._by_owner.pop(key, None)
        if standing is None:
            return
        del standing.owners[key]
        if not standing.owners:
            self._leave(standing)

    def match(self, document: Document) -> list[int]:
        """The numbers of the queries that the document satisfies, ascending."""
        subject = Subject(document, _EPOCH)
        woken: dict[_Standing, None] = dict(self._always)
        for key in self._waiting.keys() & self._offered(subject):
            woken.update(self._waiting[key])
        return sorted(owner for standing in woken if self._holds(standing, subject) for owner in standing.owners)

    def _offered(self, subject: Subject) -> frozenset[str]:
        """All keys of the document that a query may wait under; those of a kind that none waits under are not made."""
        offered = subject.keys
        if self._kinds["^"]:
            offered = offered.union(starts(subject.keys))
        if self._kinds["%"]:
            offered = offered.union(triples(subject.document.text))
        return offered.union((channel(subject.document),)) if self._kinds["@"] else offered

    def _holds(self, standing: _Standing, subject: Subject) -> bool:
        if standing.sets is not None:
            wanted, unwanted = standing.sets
            misses = subject.keys.isdisjoint
            return not any(map(misses, wanted)) and all(map(misses, unwanted))
        try:
            return holds(standing.root, subject)
        except Exception:  # one bad query must not stop a document
            logger.exception("query %s failed", standing.root)
            return False

    def _stand(self, root: Node) -> _Standing:
        standing = _Standing(root, anchor(root, self._crowd))
        self._by_root[root] = standing
        for key in standing.anchor or ():
            self._waiting.setdefault(key, {})[standing] = None
            self._kinds[key[0]] += 1
        if standing.anchor is None:
            self._always[standing] = None
        return standing

    def _leave(self, standing: _Standing) -> None:
        del self._by_root[standing.root]
        self._always.pop(standing, None)
        for key in standing.anchor or ():
            self._waiting[key].pop(standing)
            self._kinds[key[0]] -= 1
            if not self._waiting[key]:
                del self._waiting[key]

    def _crowd(self, keys: frozenset[str]) -> float:
        """How many queries wait there already; among equals long words are the rarer ones."""
        return sum(len(self._waiting.get(key, ())) for key in keys) - min(map(len, keys), default=0) / 100


def require_standing(query: Query) -> None:
    """Raise QuerySyntaxError("search_only") for a query that only a search can answer."""
    if _asks_for_time(query.root):
        raise QuerySyntaxError("search_only", 0)


def _asks_for_time(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_asks_for_time, node.items))
    return _asks_for_time(node.item) if isinstance(node, Not) else isinstance(node, After | Before | Last)
