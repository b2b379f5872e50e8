"""Keys of which a post needs at least one to satisfy a query: under them the query waits in the matcher's index.

Beside the analyser's keys these are ``^`` and the first letters of a word's form (``^аре``), for prefixes, ``%`` and three
letters in a row (``%кур``), for patterns, and ``@`` with the channel, for ``from:``.
"""

from collections.abc import Callable
from functools import lru_cache

from monitor.query import patterns
from monitor.query.document import Document
from monitor.query.evaluation import Parts, parts, prefix_key
from monitor.query.leaves import MIN_PREFIX
from monitor.query.tree import And, Exact, From, Name, Node, Not, Or, Pattern, Phrase, Prefix, Word

_LONG = 64  # characters between two spaces: more are not worth remembering

Cost = Callable[[frozenset[str]], float]


def anchor(node: Node, cost: Cost) -> frozenset[str] | None:
    """The cheapest set of such keys, None if the node has none (negations, most filters, patterns without a literal)."""
    if isinstance(node, Word | Exact | Name | Phrase):
        return min(parts(node), key=cost)
    if isinstance(node, Prefix | Pattern | From):
        return min(_special(node), key=cost, default=None)
    if isinstance(node, And):
        found = [keys for item in node.items if (keys := anchor(item, cost)) is not None]
        return min(found, key=cost, default=None)
    if isinstance(node, Or):
        every = [anchor(item, cost) for item in node.items]
        known = [keys for keys in every if keys is not None]
        return frozenset().union(*known) if len(known) == len(every) else None
    return None


def _special(node: Prefix | Pattern | From) -> list[frozenset[str]]:
    """The sets to choose from; each holds one key that is none of the analyser's."""
    if isinstance(node, From):
        return [frozenset({f"@{node.channel}"})]
    if isinstance(node, Prefix):
        start = prefix_key(node)[1 : MIN_PREFIX + 1]
        return [frozenset({f"^{start}"})] if len(start) == MIN_PREFIX else []
    return [frozenset({key}) for key in sorted(_triples(patterns.literal(node.source) or ""))]


def starts(keys: frozenset[str]) -> set[str]:
    """What prefixes wait under, of a post's keys."""
    return {f"^{key[1 : MIN_PREFIX + 1]}" for key in keys if key[0] == "e"}


def triples(text: str) -> frozenset[str]:
    """What patterns wait under, of a post's text; a literal holds no space, so each piece between two is read alone."""
    pieces = text.casefold().split()
    return frozenset().union(*(_triples(piece) if len(piece) <= _LONG else _cut(piece) for piece in pieces))


def channel(document: Document) -> str:
    """What `from:` waits under."""
    return f"@{(document.channel or '').removeprefix('@').lower()}"


def _cut(piece: str) -> frozenset[str]:
    return frozenset("%" + piece[at : at + 3] for at in range(len(piece) - 2))


_triples = lru_cache(maxsize=50_000)(_cut)


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
