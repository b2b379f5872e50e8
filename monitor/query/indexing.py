"""What an index holds of a post: short strings, its terms, whose first character names their kind.

- ``e l n s`` the keys of the text, as `monitor.query.analyzer` makes them, and of the addresses behind it;
- ``b`` the first three letters of a word: short prefixes;
- ``p`` two neighbouring tokens, as one of a million numbers: phrases; different pairs may share a number;
- ``f`` what filters ask for: the channel's id, the language, what it carries, whether it is a forward or was edited.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, product
from zlib import crc32

from monitor.query.analyzer import link_keys, post_keys
from monitor.query.document import Document
from monitor.query.evaluation import is_link_key
from monitor.query.tokens import TOKEN

BEGINNING = 3  # letters
CACHED_TOKENS = 60_000
MAX_TOKENS = 20_000  # of one text, as the analyzer's
_TEN_BITS = 1023
_DIGITS = [one + two for one, two in product("0123456789abcdefghijklmnopqrstuv", repeat=2)]


def index_terms(document: Document, channel_id: int) -> set[str]:
    """Every term of a post."""
    tokens = list(map(_token, TOKEN.findall(document.text)[:MAX_TOKENS]))
    terms = {term for terms, _, _ in tokens for term in terms}
    for (_, lefts, _), (_, _, rights) in pairwise(tokens):
        for left in lefts:
            for right in rights:
                number = crc32(right, left)
                terms.add("p" + _DIGITS[number >> 10 & _TEN_BITS] + _DIGITS[number & _TEN_BITS])
    for address in document.links:
        terms.update(link_keys(address))
    terms.update(_filters(document, channel_id, terms))
    return terms


def pair_term(left: str, right: str) -> str:
    """The term of two keys whose tokens follow one another."""
    number = crc32(right.encode(), crc32(left.encode()))
    return "p" + _DIGITS[number >> 10 & _TEN_BITS] + _DIGITS[number & _TEN_BITS]


def pair_keys(keys: Iterable[str]) -> list[str]:
    """Those of a token's keys by which it is half of a pair."""
    return [key for key in keys if key[0] in "ls"]


def beginning_term(key: str) -> str:
    """The term of words that begin as this ``e`` key does."""
    return "b" + key[1 : 1 + BEGINNING]


def channel_term(channel_id: int) -> str:
    """The term of a channel's posts."""
    return f"fc{channel_id}"


def language_term(code: str) -> str:
    """The term of posts in a language."""
    return f"fl{code}"


def media_term(kind: str) -> str:
    """The term of posts that carry this: a word of `has:`."""
    return f"fh{kind}"


def state_term(kind: str) -> str:
    """The term of posts that are this: a word of `is:`."""
    return f"fi{kind}"


@lru_cache(maxsize=CACHED_TOKENS)
def _token(raw: str) -> tuple[tuple[str, ...], tuple[int, ...], tuple[bytes, ...]]:
    """A token's terms, and itself as the left and as the right half of a pair."""
    keys = post_keys(raw)
    halves = [key.encode() for key in pair_keys(keys)]
    beginnings = {beginning_term(key) for key in keys if key[0] == "e"}
    return (*keys, *beginnings), tuple(map(crc32, halves)), tuple(halves)


def _filters(document: Document, channel_id: int, terms: set[str]) -> Iterator[str]:
    yield channel_term(channel_id)
    if document.language:
        yield language_term(document.language)
    yield from map(media_term, document.media)
    if document.links or any(map(is_link_key, terms)):
        yield media_term("link")
    if document.is_forward:
        yield state_term("forward")
    if document.is_edited:
        yield state_term("edited")
