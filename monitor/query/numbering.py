"""A post as an index of arrays holds it: a number for each of its tokens, in order, and numbers for what filters ask for.

Tokens with the same keys share a number. Its upper 31 bits are the token's class, a hash of its first lemma and whether that is short;
its lower 32 a hash of all its keys: two words of a billion posts would hardly share one. Filters' numbers are negative, and so are
those of spans of time.

What thousands of addresses have, their host above all, is a number of its own beside theirs: a question would name too many else.

Words of one or two letters stand in most posts, in any language. So that a phrase with one is looked for in few of them, such a word
makes a pair with its neighbour, one of 4,096 numbers; more numbers would have a post change more pages of the index.
"""

from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from monitor.query import indexing
from monitor.query.analysis import raw_tokens
from monitor.query.analyzer import link_keys, post_keys
from monitor.query.document import Document
from monitor.query.evaluation import is_link_key
from monitor.query.remembering import Remembered

CACHED_WORDS = 60_000
SPANS = (22, 27, 32)  # bits of a post's id: 17 minutes, 9 hours, 12 days
MAX_SPANS = 64  # of one question: each costs what a word costs
_SHORT = 2  # letters
_HALF = 32  # bits
_IS_SHORT = 1 << 62
_FILTERS = -(1 << 62)


class Word(NamedTuple):
    """A number, and the forms and hashes of other keys that a token with this number has; those of an address stand apart."""

    number: int
    forms: tuple[str, ...]
    keys: tuple[int, ...]
    address: tuple[int, ...]


class Numbers(NamedTuple):
    """What the index takes of a post: `terms` are its tokens, filters and addresses, `words` says what the tokens' numbers mean."""

    terms: list[int]
    pairs: list[int]
    words: dict[int, Word]


def numbers_of(document: Document, channel_id: int) -> Numbers:
    """The numbers of a post."""
    words = list(map(word_of, raw_tokens(document.text)))
    hidden = [_word(link_keys(address)) for address in document.links]
    tokens = [word.number for word in words]
    different = dict(zip(tokens, words, strict=True)) | {word.number: word for word in hidden}
    addresses = sorted({number for word in different.values() for number in word.address})
    filters = list(map(filter_number, indexing.filter_terms(document, channel_id, is_linked=bool(hidden or addresses))))
    apart = [number for word in hidden for number in (word.number, filters[0])]  # no phrase runs through two addresses
    pairs = {pair(left, right) for left, right in pairwise(tokens) if is_pair(left, right)}
    return Numbers(tokens + filters + apart + addresses, sorted(pairs), different)


_WORDS = Remembered(lambda raw: _word(post_keys(raw)), CACHED_WORDS)
word_of = _WORDS.__getitem__
"""A token of a post."""


def remember(words: int) -> None:
    """Remember the numbers of so many words from now on, instead of CACHED_WORDS: half a kilobyte each."""
    _WORDS.words = words


def hashed(key: str) -> int:
    """63 bits of a key."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


def filter_number(term: str) -> int:
    """The number of what a filter asks for."""
    return _FILTERS + (hashed(term) >> 1)


def is_pair(left: int, right: int) -> bool:
    """Whether the index knows two neighbours as a pair, by their numbers."""
    return bool((left | right) & _IS_SHORT)


def pair(left: int, right: int) -> int:
    """The number of two neighbours, which are given by theirs."""
    return ((left >> _HALF) * 0x9E3779B1 + (right >> _HALF) * 0x85EBCA6B) >> 16 & 0xFFF


def class_of(number: int) -> int:
    """The class of a token, by its number."""
    return number >> _HALF


def spans_of(post_id: int) -> list[int]:
    """The spans of time that a post is in."""
    return [_span(post_id >> bits, bits) for bits in SPANS]


def spans_within(first: int, last: int) -> list[int] | None:
    """Few spans that together hold all ids in [first, last), and as few others as may be; None for too long a time."""
    for bits in SPANS:
        numbers = range(first >> bits, ((last - 1) >> bits) + 1)
        if len(numbers) <= MAX_SPANS:
            return [_span(number, bits) for number in numbers]
    return None


def _word(keys: tuple[str, ...]) -> Word:
    lemma = next((key for key in keys if key[0] == "l"), keys[0])
    number = (hashed(lemma) & ~_IS_SHORT) >> _HALF << _HALF | hashed("\n".join(keys)) & ((1 << _HALF) - 1)
    number |= _IS_SHORT if len(lemma) <= 1 + _SHORT else 0
    forms = tuple(key[1:] for key in keys if key[0] == "e")
    others = tuple(hashed(key) for key in keys if key[0] != "e" and not is_link_key(key))
    return Word(number, forms, others, tuple(hashed(key) for key in keys if is_link_key(key)))


def _span(number: int, bits: int) -> int:
    return -(1 << 63) + (bits << 55) + number
