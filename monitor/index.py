"""The full-text index over a post's keys: FTS5 on SQLite, a tsvector table on PostgreSQL.

The index is contentless: it holds what `query.sql` makes of a text, and a candidate is checked again by `query.explain`.
SQLite 3.40 deletes from such a table only when told the text that was indexed (sqlite.org/fts5.html, 4.4.3).
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.query.analyzer import analyze
from monitor.query.sql import index_text, tsvector_text

_SQLITE_ADD = text("INSERT INTO post_index(rowid, keys) VALUES (:id, :keys)")
_SQLITE_DELETE = text("INSERT INTO post_index(post_index, rowid, keys) VALUES ('delete', :id, :keys)")
_POSTGRES_ADD = text(
    "INSERT INTO post_index(post_id, keys) VALUES (:id, CAST(:keys AS tsvector))"
    " ON CONFLICT (post_id) DO UPDATE SET keys = excluded.keys"
)


async def add(session: AsyncSession, texts: dict[int, str]) -> None:
    """Index new posts: {post id: text}."""
    if not texts:
        return
    if _on_sqlite(session):
        await session.execute(_SQLITE_ADD, [_sqlite_row(post_id, body) for post_id, body in texts.items()])
    else:
        await session.execute(_POSTGRES_ADD, [_postgres_row(post_id, body) for post_id, body in texts.items()])


async def replace(session: AsyncSession, post_id: int, old: str, new: str) -> None:
    """Index a post's new text in place of its old one."""
    if _on_sqlite(session):
        await session.execute(_SQLITE_DELETE, _sqlite_row(post_id, old))
    await add(session, {post_id: new})


def _on_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _sqlite_row(post_id: int, body: str) -> dict[str, int | str]:
    return {"id": post_id, "keys": index_text(analyze(body))}


def _postgres_row(post_id: int, body: str) -> dict[str, int | str]:
    return {"id": post_id, "keys": tsvector_text(analyze(body))}
