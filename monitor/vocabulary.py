"""What the database knows of the words and channels of a query, without which its index cannot be asked."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import usernames
from monitor.index import is_sqlite
from monitor.query import fts5, postgres, sql
from monitor.query.dialects import Dialect
from monitor.query.evaluation import is_link_key
from monitor.query.fts5 import Fts5, must_be_known, written
from monitor.query.numbering import hashed
from monitor.query.postgres import Postgres
from monitor.query.syntax import Query

_LAST = "\U0010ffff"
_SQLITE_FORMS = text(  # from word to word: between two of them stand as many rows as posts have the first
    "WITH RECURSIVE words(term) AS ("
    " SELECT (SELECT term FROM post_index_vocabulary WHERE term >= :first AND term < :last LIMIT 1) UNION ALL"
    " SELECT (SELECT term FROM post_index_vocabulary WHERE term >= words.term || char(1) AND term < :last LIMIT 1)"
    " FROM words WHERE term IS NOT NULL LIMIT :limit) SELECT substr(term, 2) FROM words WHERE term IS NOT NULL"
)
_POSTGRES_KEYS = text(  # not more of a key than can be asked for
    "SELECT asked.key, word.number FROM unnest(CAST(:keys AS bigint[])) AS asked(key), LATERAL"
    " (SELECT number FROM post_index_words WHERE keys @> ARRAY[asked.key] LIMIT :limit) AS word"
)
_POSTGRES_FORMS = text(
    "SELECT asked.form, word.number FROM unnest(CAST(:keys AS text[])) AS asked(form), LATERAL"
    ' (SELECT number FROM post_index_words WHERE form = asked.form COLLATE "C" LIMIT :limit) AS word'
)
_POSTGRES_BEGINNING = text("SELECT number FROM post_index_words WHERE form >= :first AND form < :last LIMIT :limit")


async def dialect_of(session: AsyncSession, query: Query) -> Dialect:
    """How this query is asked of this database's index."""
    names = sql.channels(query)
    channels = await usernames.ids_of(session, names) if names else {}
    if is_sqlite(session):
        return Fts5(channels, {key: await _forms(session, key) for key in sql.prefixes(query) if must_be_known(key)})
    numbers = await _numbers(session, sql.keys(query))
    return Postgres(channels, numbers, {key: await _beginning(session, key) for key in sql.prefixes(query)})


async def _forms(session: AsyncSession, key: str) -> list[str] | None:
    """The words of the archive that begin like a prefix's key, None if they are too many."""
    first = written(key)
    bounds = {"first": first, "last": first + _LAST, "limit": fts5.MAX_FORMS + 1}
    forms = list(await session.scalars(_SQLITE_FORMS, bounds))
    return forms if len(forms) <= fts5.MAX_FORMS else None


async def _numbers(session: AsyncSession, keys: set[str]) -> dict[str, set[int] | None]:
    """The numbers of the archive's tokens that have each of these keys, None if they are too many."""
    forms = {key[1:]: key for key in keys if key[0] == "e"}
    others = {hashed(key): key for key in keys if key[0] != "e" and not is_link_key(key)}
    found: dict[str, set[int]] = {}
    asked: tuple[tuple[TextClause, Mapping[Any, str]], ...] = ((_POSTGRES_KEYS, others), (_POSTGRES_FORMS, forms))
    for statement, by_name in asked:
        bounds = {"keys": list(by_name), "limit": postgres.MAX_NUMBERS + 1}
        for name, number in await session.execute(statement, bounds) if by_name else ():
            found.setdefault(by_name[name], set()).add(number)
    return {key: numbers if len(numbers) <= postgres.MAX_NUMBERS else None for key, numbers in found.items()}


async def _beginning(session: AsyncSession, key: str) -> list[int] | None:
    """The numbers of tokens with a form that begins like a prefix's key, None if they are too many."""
    bounds = {"first": key[1:], "last": key[1:] + _LAST, "limit": postgres.MAX_NUMBERS + 1}
    numbers = list(await session.scalars(_POSTGRES_BEGINNING, bounds))
    return numbers if len(numbers) <= postgres.MAX_NUMBERS else None
