"""Distinct queries as they wait in the matcher, alone or together with those that want the same words."""

from monitor.query.anchors import wanted_and_unwanted
from monitor.query.evaluation import Parts
from monitor.query.tree import Node


class Standing:
    """One distinct query, who keeps it, and the keys it waits under (None: it is asked about every document)."""

    __slots__ = ("anchor", "owners", "root", "sets")

    def __init__(self, root: Node, keys: frozenset[str] | None) -> None:
        self.root = root
        self.anchor = keys
        self.owners: dict[int, None] = {}
        self.sets = wanted_and_unwanted(root)


class Group:
    """Queries that want the same key sets and differ in what they do not want.

    A frequent word with a hundred thousand different exclusions is asked for once; the document's keys then say which
    of the exclusions apply, not each query in its turn.
    """

    __slots__ = ("_barred", "_members", "_wanted", "anchor")

    def __init__(self, wanted: Parts, keys: frozenset[str]) -> None:
        self.anchor = keys
        self._wanted = wanted
        self._members: dict[Standing, Parts] = {}
        self._barred: dict[str, dict[Standing, None]] = {}

    def __len__(self) -> int:
        return len(self._members)

    def add(self, standing: Standing, unwanted: Parts) -> None:
        """Let a query wait here."""
        self._members[standing] = unwanted
        for key in frozenset().union(*unwanted):
            self._barred.setdefault(key, {})[standing] = None

    def remove(self, standing: Standing) -> None:
        """Forget a query that waits here."""
        for key in frozenset().union(*self._members.pop(standing)):
            del self._barred[key][standing]
            if not self._barred[key]:
                del self._barred[key]

    def satisfied(self, keys: frozenset[str]) -> list[Standing]:
        """The queries that a document with these keys satisfies."""
        if any(map(keys.isdisjoint, self._wanted)):
            return []
        barred = set().union(*(self._barred[key] for key in self._barred.keys() & keys))
        return [standing for standing in self._members if standing not in barred] if barred else list(self._members)
