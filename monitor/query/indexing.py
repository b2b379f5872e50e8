"""What SQLite's index holds of a post: short strings, its terms, whose first character names their kind.

- ``e l n s`` the keys of the text, as `monitor.query.analyzer` makes them, and of the addresses behind it;
- ``b`` the first three letters of a longer word, and the first four: short prefixes;
- ``p`` two neighbouring tokens, as one of a million numbers: phrases; different pairs may share a number;
- ``f`` what filters ask for: the channel's id, the language, what it carries, whether it is a forward or was edited.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import NamedTuple
from zlib import crc32

from monitor.query.analyzer import link_keys, post_keys
from monitor.query.document import Document
from monitor.query.evaluation import is_link_key
from monitor.query.remembering import Remembered

BEGINNINGS = (3, 4)  # letters
CACHED_WORDS = 30_000
_PAIRS = 0xFFFFF  # the largest number of a pair
_HEADS = [f"p{number:03x}" for number in range(4096)]
_TAILS = [f"{number:02x}" for number in range(256)]


def pairs_of(tokens: Iterable["Token"]) -> list[int]:
    """The numbers of tokens in a row; some come twice."""
    return [crc32(two, one) & _PAIRS for this, that in pairwise(tokens) for one in this.left for two in that.right]


def terms_beside(document: Document, channel_id: int, tokens: Iterable["Token"]) -> Iterator[str]:
    """The terms that are not of the text's words: addresses behind it, and what filters ask for."""
    for address in document.links:
        yield from link_keys(address)
    is_linked = bool(document.links) or any(token.is_link for token in tokens)
    yield from filter_terms(document, channel_id, is_linked=is_linked)


def filter_terms(document: Document, channel_id: int, *, is_linked: bool) -> Iterator[str]:
    """What filters ask for, the channel first."""
    yield channel_term(channel_id)
    if document.language:
        yield language_term(document.language)
    yield from map(media_term, sorted(document.media))
    if is_linked:
        yield media_term("link")
    if document.is_forward:
        yield state_term("forward")
    if document.is_edited:
        yield state_term("edited")


def pair_terms(left: Iterable[str], right: Iterable[str]) -> list[str]:
    """The terms of which a post has one if tokens with one of these keys each follow one another; none if they are not known."""
    pairs = product(pair_keys(left), pair_keys(right))
    return [pair_term(crc32(two.encode(), crc32(one.encode())) & _PAIRS) for one, two in pairs]


def pair_term(number: int) -> str:
    """The term of a pair of this number: "p" and five hexadecimal digits."""
    return _HEADS[number >> 8] + _TAILS[number & 255]


def pair_keys(keys: Iterable[str]) -> list[str]:
    """Those of a token's keys by which it is half of a pair."""
    return [key for key in keys if key[0] in "ls"]


def beginning_terms(key: str) -> list[str]:
    """The terms of the form of an ``e`` key by which short prefixes of it are found."""
    return ["b" + key[1 : 1 + letters] for letters in BEGINNINGS if len(key) > 1 + letters]


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


class Token(NamedTuple):
    """A token's terms, and itself as the left and as the right half of a pair."""

    terms: tuple[str, ...]
    left: tuple[int, ...]
    right: tuple[bytes, ...]
    is_link: bool


def _token(raw: str) -> Token:
    keys = post_keys(raw)
    halves = [key.encode() for key in pair_keys(keys)]
    beginnings = {term for key in keys if key[0] == "e" for term in beginning_terms(key)}
    is_link = any(map(is_link_key, keys))
    return Token((*keys, *beginnings), tuple(map(crc32, halves)), tuple(halves), is_link)


token_of = Remembered(_token, CACHED_WORDS).__getitem__
"""A token of a post."""
