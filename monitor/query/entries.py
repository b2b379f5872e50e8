"""A post's entry in SQLite's index: its terms as FTS5 is given them, put together from its tokens' entries.

Some come twice, which an index without positions does not keep (`detail=none`, sqlite.org/fts5.html).
"""

from collections.abc import Sequence
from struct import pack

from monitor.query import fts5, indexing
from monitor.query.analysis import raw_tokens
from monitor.query.document import Document
from monitor.query.indexing import Token
from monitor.query.remembering import Remembered

CACHED_WORDS = 8_000


def fts5_entry(document: Document, channel_id: int) -> bytes:
    """What the table is given for a post, in UTF-8."""
    raw = raw_tokens(document.text)
    tokens = list(map(_WRITTEN.__getitem__, raw))
    different = dict(zip(raw, tokens, strict=True)).values()
    beside = fts5.document(indexing.terms_beside(document, channel_id, different))
    return "\n".join([*(token.terms[0] for token in different), _pairs(indexing.pairs_of(tokens)), beside]).encode()


def _written(raw: str) -> Token:
    """A token whose terms are one text, as the table is given them."""
    token = indexing.token_of(raw)
    return token._replace(terms=(fts5.document(token.terms),))


_WRITTEN = Remembered(_written, CACHED_WORDS)


def remember(words: int) -> None:
    """Remember the entries of so many words from now on, instead of CACHED_WORDS: a kilobyte each."""
    _WRITTEN.words = words


def _pairs(numbers: Sequence[int]) -> str:
    """`pair_term` of each of the numbers, a line each: of the eight hexadecimal digits of 32 bits the first three are zeros."""
    return ("\n" + pack(f">{len(numbers)}I", *numbers).hex("\n", 4)).replace("\n000", "\np")
