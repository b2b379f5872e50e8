"""Keys of which a post needs at least one to satisfy a query: under them the query waits in the matcher's index."""

from collections.abc import Callable

from monitor.query.evaluation import Parts, parts
from monitor.query.tree import And, Exact, Name, Node, Not, Or, Phrase, Word

Cost = Callable[[frozenset[str]], float]


def anchor(node: Node, cost: Cost) -> frozenset[str] | None:
    """The cheapest set of such keys, None if the node has none (negations, prefixes, patterns, filters)."""
    if isinstance(node, Word | Exact | Name | Phrase):
        return min(parts(node), key=cost)
    if isinstance(node, And):
        found = [keys for item in node.items if (keys := anchor(item, cost)) is not None]
        return min(found, key=cost, default=None)
    if isinstance(node, Or):
        every = [anchor(item, cost) for item in node.items]
        known = [keys for keys in every if keys is not None]
        return frozenset().union(*known) if len(known) == len(every) else None
    return None


def wanted_and_unwanted(root: Node) -> tuple[Parts, Parts] | None:
    """Key sets that a post must meet and must miss, if that is all there is to the query; else None."""
    items = root.items if isinstance(root, And) else (root,)
    wanted: Parts = ()
    unwanted: Parts = ()
    for item in items:
        leaf = item.item if isinstance(item, Not) else item
        if not isinstance(leaf, Word | Exact | Name) or len(parts(leaf)) != 1:
            return None
        if isinstance(item, Not):
            unwanted += parts(leaf)
        else:
            wanted += parts(leaf)
    return wanted, unwanted
