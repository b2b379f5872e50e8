"""From a query's text to its tree, or to an error that says where and why."""

from functools import cache

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args
from lark.exceptions import VisitError

from monitor.errors import MonitorError
from monitor.query import leaves, plain
from monitor.query.tree import And, Node, Not, Or, Query

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "MAX_TERMS", "Query", "QuerySyntaxError", "parse"]

MAX_LENGTH = 1000  # characters
MAX_TERMS = 64
MAX_DEPTH = 12

_GRAMMAR = r"""
?start: either
?either: both (_OR both)*
?both: unit+
?unit: NOT atom -> negative
     | atom
?atom: "(" either ")"
     | leaf
leaf: PHRASE | PATTERN | FILTER | EXACT | NAME | PREFIX | WORD

_OR.9: /\||OR(?=[\s(]|$)/
NOT.8: /-(?=[^\s|)])/
PHRASE.7: /=?"[^"]*"(~[0-9]+)?/
PATTERN.7: /\/(?:[^\/\\\n]|\\.)+\//
FILTER.7: /has:\w*(\|\w+(?![\w:]))*|(from|lang|is|after|before|last):[^\s()|"]*/i
EXACT.6: /=[^\s()|"]+/
NAME.6: /~[^\s()|"]+/
PREFIX.6: /[^\s()|"=~\/#@$-][^\s()|"*]*\*|\*/
WORD: /[^\s()|"=~\/*-][^\s()|"*]*/
%ignore /[\s\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+|[-–—,;](?=\s|$)/
"""
_SEVERAL = (And, Or)
_QUOTES = str.maketrans("«»“”„‟", '""""""')
_HINTS = {
    "empty": "Write at least one word.",
    "too_long": f"A query may have {MAX_LENGTH} characters.",
    "too_many_terms": f"A query may have {MAX_TERMS} words.",
    "too_deep": f"Brackets may stand {MAX_DEPTH} deep.",
    "unclosed_quote": "Did you forget a closing quote?",
    "unclosed_bracket": "Did you forget a closing bracket?",
    "only_negative": "Say what you want, not only what you do not want.",
    "short_prefix": "A star needs at least three letters before it.",
    "bad_regex": "This regular expression cannot be used.",
    "bad_filter": "This filter does not exist or does not know this value.",
    "unknown_language": "This language is not known: write its code, such as lang:en, lang:ru, lang:uk, lang:az or lang:tr.",
    "bad_date": "Write dates as 2025-07-01 and spans as 12h, 7d or 2w.",
    "search_only": "after:, before: and last: work in a search, not in a topic.",
    "unexpected": "This cannot stand here.",
}


class QuerySyntaxError(MonitorError):
    """The query cannot be understood."""

    code = "query_syntax"

    def __init__(self, reason: str, position: int, query: str = "") -> None:
        """`reason` is a stable key, `position` the character of the `query` where it went wrong."""
        self.reason = reason
        self.position = position
        self.query = query
        self.hint = _HINTS[reason]
        super().__init__(f"{self.hint} (character {position + 1})", reason=reason, position=position)


class _Tree(Transformer[Token, Node]):
    """Builds nodes from the bottom up; brackets inside brackets of the same kind disappear."""

    def leaf(self, items: list[Token]) -> Node:
        token = items[0]
        try:
            return leaves.node(token.type, str(token))
        except leaves.LeafError as error:
            raise QuerySyntaxError(error.reason, token.start_pos or 0) from None

    @v_args(meta=False)
    def negative(self, items: list[Token | Node]) -> Node:
        sign, item = items
        if isinstance(sign, Token) and (isinstance(item, Token) or not _is_wanted(item)):
            raise QuerySyntaxError("only_negative", sign.start_pos or 0)
        assert not isinstance(item, Token)
        return Not(item)

    def both(self, items: list[Node]) -> Node:
        return And(tuple(part for item in items for part in (item.items if isinstance(item, And) else (item,))))

    def either(self, items: list[Node]) -> Node:
        return Or(tuple(part for item in items for part in (item.items if isinstance(item, Or) else (item,))))


def parse(text: str) -> Query:
    """The tree of a query. Raises QuerySyntaxError."""
    try:
        return _parsed(text)
    except QuerySyntaxError as error:
        error.query = text
        raise


def _parsed(text: str) -> Query:
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError("too_long", MAX_LENGTH)
    straight = text if text.isalnum() else text.translate(_QUOTES)
    if not straight.strip():
        raise QuerySyntaxError("empty", 0)
    return Query(plain.tree(straight, MAX_TERMS) or _checked(straight))


def _checked(text: str) -> Node:
    _check_depth(text)
    root = _tree(text)
    if not _is_wanted(root):
        raise QuerySyntaxError("only_negative", 0)
    if _count(root) > MAX_TERMS:
        raise QuerySyntaxError("too_many_terms", len(text))
    return root


def _tree(text: str) -> Node:
    try:
        tree = _parser().parse(text)
        return _Tree().transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, QuerySyntaxError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise _explained(text, error) from None


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="basic")


def _explained(text: str, error: UnexpectedInput) -> QuerySyntaxError:
    position = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(text)
    if isinstance(error, UnexpectedCharacters) and text[position : position + 1] == '"':
        return QuerySyntaxError("unclosed_quote", position)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        if "(" in text and text.count("(") > text.count(")"):
            return QuerySyntaxError("unclosed_bracket", text.rfind("("))
        return QuerySyntaxError(
            "unexpected" if any(char.isprintable() and char not in " -–—,;" for char in text) else "empty", len(text)
        )
    return QuerySyntaxError("unexpected", position)


def _check_depth(text: str) -> None:
    depth = 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too_deep", position)


def _is_wanted(node: Node) -> bool:
    if isinstance(node, Not):
        return False
    if isinstance(node, And):
        return any(map(_is_wanted, node.items))
    if isinstance(node, Or):
        return all(map(_is_wanted, node.items))
    return True


def _count(node: Node) -> int:
    if isinstance(node, Not):
        return _count(node.item)
    if isinstance(node, _SEVERAL):
        return sum(map(_count, node.items))
    return 1
