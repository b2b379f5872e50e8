"""A post's entry in an FTS5 index, put together from its tokens' entries: the words of `Fts5.document(index_terms(…))`, sooner.

Some come twice, which an index without positions does not keep (`detail=none`, sqlite.org/fts5.html).
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import pack

from monitor.query import indexing
from monitor.query.analyzer import raw_tokens
from monitor.query.dialects import Fts5
from monitor.query.document import Document
from monitor.query.indexing import Token

CACHED_TOKENS = 150_000
_FTS5 = Fts5()


def fts5_entry(document: Document, channel_id: int) -> bytes:
    """What the table is given for a post, in UTF-8; for whoever reads very many."""
    raw = raw_tokens(document.text)
    tokens = list(map(_written, raw))
    different = dict(zip(raw, tokens, strict=True)).values()
    beside = _FTS5.document(indexing.terms_beside(document, channel_id, different))
    return "\n".join([*(token.terms[0] for token in different), _pairs(indexing.pairs_of(tokens)), beside]).encode()


@lru_cache(maxsize=CACHED_TOKENS)
def _written(raw: str) -> Token:
    """A token whose terms are one text, as the table is given them."""
    token = indexing.token_of(raw)
    return token._replace(terms=(_FTS5.document(token.terms),))


def _pairs(numbers: Sequence[int]) -> str:
    """`pair_term` of each of the numbers, a line each: of the eight hexadecimal digits of 32 bits the first three are zeros."""
    return ("\n" + pack(f">{len(numbers)}I", *numbers).hex("\n", 4)).replace("\n000", "\np")
