"""The smallest parts of a query: from one token of its text to one node."""

import re
from collections.abc import Callable
from datetime import date

from monitor.query import patterns
from monitor.query.tokens import TOKEN
from monitor.query.tree import (
    After,
    Before,
    Exact,
    From,
    Has,
    Is,
    Lang,
    Last,
    Leaf,
    Name,
    Pattern,
    Phrase,
    Prefix,
    Word,
)

MIN_PREFIX = 3  # letters
MAX_SLOP_DIGITS = 2
MEDIA = ("photo", "video", "file", "link", "poll")

_CHANNEL = re.compile(r"@?([A-Za-z0-9_]{2,64})")
_SPAN = re.compile(r"([1-9][0-9]{0,3})([hdw])")


class LeafError(ValueError):
    """This token makes no node; `reason` is the key of QuerySyntaxError."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def node(kind: str, text: str) -> Leaf:
    """The node of a token: `kind` is its name in the grammar. Raises LeafError."""
    return _MAKERS[kind](text)


def _word(text: str) -> Leaf:
    return Word(_checked(text))


def _exact(text: str) -> Leaf:
    return Exact(_checked(text[1:]))


def _name(text: str) -> Leaf:
    return Name(_checked(text[1:]))


def _phrase(text: str) -> Leaf:
    opened, words, slop = text.split('"')
    if len(slop) > MAX_SLOP_DIGITS + 1:
        raise LeafError("unexpected")
    return Phrase(_checked(" ".join(words.split())), int(slop[1:] or 0), exact=bool(opened))


def _prefix(text: str) -> Leaf:
    letters = text[:-1]
    if sum(map(str.isalnum, letters)) < MIN_PREFIX or len(TOKEN.findall(letters)) != 1:
        raise LeafError("short_prefix")
    return Prefix(letters)


def _pattern(text: str) -> Leaf:
    source = text[1:-1]
    try:
        patterns.compiled(source)
    except patterns.PatternError:
        raise LeafError("bad_regex") from None
    return Pattern(source)


def _checked(text: str) -> str:
    if not TOKEN.search(text):
        raise LeafError("unexpected")
    return text


def _filter(text: str) -> Leaf:
    name, _, value = text.partition(":")
    return _FILTERS[name.lower()](value)


def _from(value: str) -> Leaf:
    found = _CHANNEL.fullmatch(value)
    if not found:
        raise LeafError("bad_filter")
    return From(found[1].lower())


def _lang(value: str) -> Leaf:
    if not re.fullmatch("[A-Za-z]{2,3}", value):
        raise LeafError("bad_filter")
    return Lang(value.lower())


def _has(value: str) -> Leaf:
    kinds = tuple(dict.fromkeys(value.lower().split("|")))
    if not set(kinds) <= set(MEDIA):
        raise LeafError("bad_filter")
    return Has(kinds)


def _is(value: str) -> Leaf:
    if value.lower() not in ("forward", "edited"):
        raise LeafError("bad_filter")
    return Is(value.lower())


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise LeafError("bad_date") from None


def _last(value: str) -> Leaf:
    found = _SPAN.fullmatch(value)
    if not found:
        raise LeafError("bad_date")
    return Last(int(found[1]), found[2])


_FILTERS: dict[str, Callable[[str], Leaf]] = {
    "from": _from,
    "lang": _lang,
    "has": _has,
    "is": _is,
    "after": lambda value: After(_day(value)),
    "before": lambda value: Before(_day(value)),
    "last": _last,
}
_MAKERS: dict[str, Callable[[str], Leaf]] = {
    "WORD": _word,
    "EXACT": _exact,
    "NAME": _name,
    "PHRASE": _phrase,
    "PREFIX": _prefix,
    "PATTERN": _pattern,
    "FILTER": _filter,
}
