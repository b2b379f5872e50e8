"""Which of many standing queries does a document satisfy?

Each query waits under keys that it requires, the least crowded ones; a document wakes only the queries under its own
keys, and each distinct query is evaluated once however many people keep it.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.query.anchors import anchor, channel, starts, triples
from monitor.query.document import Document
from monitor.query.evaluation import Parts, Subject, holds
from monitor.query.standing import Group, Standing
from monitor.query.syntax import QuerySyntaxError
from monitor.query.tree import After, And, Before, Last, Node, Not, Or, Query

logger = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # no standing query asks for the time


class Matcher:
    """Standing queries by key; adding and removing one costs nothing to the others."""

    def __init__(self) -> None:
        self._by_owner: dict[int, Standing] = {}
        self._by_root: dict[Node, Standing] = {}
        self._waiting: dict[str, dict[Standing | Group, None]] = {}
        self._groups: dict[Parts, Group] = {}
        self._always: dict[Standing, None] = {}
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
        woken: dict[Standing | Group, None] = dict.fromkeys(self._always)
        for key in self._waiting.keys() & self._offered(subject):
            woken.update(self._waiting[key])
        found = (standing for one in woken for standing in self._satisfied(one, subject))
        return sorted(owner for standing in found for owner in standing.owners)

    def _offered(self, subject: Subject) -> frozenset[str]:
        """All keys of the document that a query may wait under; those of a kind that none waits under are not made."""
        offered = subject.keys
        if self._kinds["^"]:
            offered = offered.union(starts(subject.keys))
        if self._kinds["%"]:
            offered = offered.union(triples(subject.document.text))
        return offered.union((channel(subject.document),)) if self._kinds["@"] else offered

    def _satisfied(self, woken: Standing | Group, subject: Subject) -> Iterable[Standing]:
        if isinstance(woken, Group):
            return woken.satisfied(subject.keys)
        try:
            return (woken,) if holds(woken.root, subject) else ()
        except Exception:  # one bad query must not stop a document
            logger.exception("query %s failed", woken.root)
            return ()

    def _stand(self, root: Node) -> Standing:
        standing = Standing(root, anchor(root, self._crowd))
        self._by_root[root] = standing
        if standing.sets is not None and standing.anchor is not None:
            self._join(standing, standing.sets, standing.anchor)
        elif standing.anchor is None:
            self._always[standing] = None
        else:
            self._wait(standing, standing.anchor)
        return standing

    def _join(self, standing: Standing, sets: tuple[Parts, Parts], keys: frozenset[str]) -> None:
        wanted, unwanted = sets
        group = self._groups.get(wanted)
        if group is None:
            group = self._groups[wanted] = Group(wanted, keys)
            self._wait(group, keys)
        group.add(standing, unwanted)

    def _leave(self, standing: Standing) -> None:
        del self._by_root[standing.root]
        if standing.sets is not None and standing.anchor is not None:
            group = self._groups[standing.sets[0]]
            group.remove(standing)
            if not group:
                del self._groups[standing.sets[0]]
                self._wake(group, group.anchor)
        elif standing.anchor is None:
            del self._always[standing]
        else:
            self._wake(standing, standing.anchor)

    def _wait(self, one: Standing | Group, keys: frozenset[str]) -> None:
        for key in keys:
            self._waiting.setdefault(key, {})[one] = None
            self._kinds[key[0]] += 1

    def _wake(self, one: Standing | Group, keys: frozenset[str]) -> None:
        """Let it wait no more."""
        for key in keys:
            self._kinds[key[0]] -= 1
            del self._waiting[key][one]
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
