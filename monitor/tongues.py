"""Which languages a query may ask for."""

from monitor.language import KNOWN
from monitor.query.syntax import Query, QuerySyntaxError
from monitor.query.tree import Lang, leaves


def require_known(query: Query) -> None:
    """Raise QuerySyntaxError for a language that no post is ever found to be in.

    Not the parser's business: a query that stands already goes on standing, whatever it names.
    """
    for leaf in leaves(query.root):
        if isinstance(leaf, Lang) and leaf.code not in KNOWN:
            text = str(query)
            raise QuerySyntaxError("unknown_language", text.index(str(leaf)), text)
