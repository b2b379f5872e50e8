"""A post's entry in an FTS5 index, put together from its tokens' entries: the words of `Fts5.document(index_terms(…))`, sooner.

Some come twice, which an index without positions does not keep (`detail=none`, sqlite.org/fts5.html).
"""

from functools import lru_cache

from monitor.query import indexing
from monitor.query.dialects import Fts5
from monitor.query.document import Document

CACHED_TOKENS = 150_000
_FTS5 = Fts5()


def fts5_entry(document: Document, channel_id: int) -> str:
    """What the table is given for a post; for whoever reads very many."""
    raw = indexing.raw_tokens(document)
    tokens = list(map(indexing.token_of, raw))
    beside = _FTS5.document(indexing.terms_beside(document, channel_id, tokens))
    return "\n".join([*map(_written, dict.fromkeys(raw)), *indexing.pairs_of(tokens), beside])


@lru_cache(maxsize=CACHED_TOKENS)
def _written(raw: str) -> str:
    return _FTS5.document(indexing.token_of(raw).terms)
