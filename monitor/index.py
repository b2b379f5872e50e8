"""The full-text index: FTS5 on SQLite, arrays of numbers under GIN on PostgreSQL.

It holds `query.indexing`'s terms of every post and no text. SQLite 3.40 deletes from such a table only when told what was indexed
(sqlite.org/fts5.html, 4.4.3). While posts are indexed anew (`monitor.reindexing`), those below the state's `reached` still wait for
it and are left alone here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.database import Sessions
from monitor.documents import document_of
from monitor.models import Post
from monitor.query.dialects import Fts5, Postgres
from monitor.query.indexing import index_terms
from monitor.tables import INDEX_STATE

FTS5, POSTGRES = Fts5(), Postgres()
MERGED_PAGES = 2_000  # of 4,000 bytes each, in one transaction: a few hundredths of a second
MAX_MERGES = 10_000
MANY = 100  # posts at once, for which FTS5 is told to merge less often
AUTOMERGE = 4  # segments of a level, FTS5's default (sqlite.org/fts5.html, 6.6)

_REACHED = select(INDEX_STATE.c.reached).where(INDEX_STATE.c.id == 1)
_SQLITE_ADD = text("INSERT INTO post_index(rowid, terms) VALUES (:id, CAST(:terms AS TEXT))")
_SQLITE_ADD_MANY = "INSERT INTO post_index(rowid, terms) VALUES (?, CAST(? AS TEXT))"
_SQLITE_DELETE = text("INSERT INTO post_index(post_index, rowid, terms) VALUES ('delete', :id, :terms)")
_SQLITE_MERGE = text("INSERT INTO post_index(post_index, rank) VALUES ('merge', :pages)")
_SQLITE_CONFIGURE = text("INSERT INTO post_index(post_index, rank) VALUES (:name, :value)")
_CHANGES = text("SELECT total_changes()")
_POSTGRES_ADD = text(
    "INSERT INTO post_index(post_id, terms) VALUES (:id, :terms) ON CONFLICT (post_id) DO UPDATE SET terms = excluded.terms"
)
_POSTGRES_FORMS = text(
    "INSERT INTO post_index_forms(form) SELECT form FROM unnest(CAST(:forms AS text[])) AS form"
    " WHERE NOT EXISTS (SELECT FROM post_index_forms AS known WHERE known.form = form.form) ON CONFLICT DO NOTHING"
)


class Entry(NamedTuple):
    """What the index takes of a post: a document of FTS5 (bytes are UTF-8), or PostgreSQL's numbers and the forms beside them."""

    terms: str | bytes | list[int]
    forms: tuple[str, ...]


def terms_of(post: Post) -> set[str]:
    """What the index holds of a post."""
    return index_terms(document_of(post, None), post.channel_id)


async def add(session: AsyncSession, posts: Sequence[Post]) -> None:
    """Index posts that are not in the index."""
    reached = await waiting_below(session) if is_sqlite(session) else 0
    await write(session, {post.id: terms_of(post) for post in posts if post.id >= reached})


async def replace(session: AsyncSession, post: Post, old: set[str]) -> None:
    """Index a post that has changed; `old` are its terms before."""
    if is_sqlite(session):
        if post.id < await waiting_below(session):
            return
        await session.execute(_SQLITE_DELETE, {"id": post.id, "terms": FTS5.document(old)})
    await write(session, {post.id: terms_of(post)})


async def write(session: AsyncSession, terms: dict[int, set[str]]) -> None:
    """Put terms into the index: {post id: terms}."""
    on_sqlite = is_sqlite(session)
    await put(session, {post_id: entry(found, on_sqlite=on_sqlite) for post_id, found in terms.items()})


def entry(terms: set[str], *, on_sqlite: bool) -> Entry:
    """A post's terms as the index takes them."""
    if on_sqlite:
        return Entry(FTS5.document(terms), ())
    return Entry(POSTGRES.numbers(terms), tuple(term[1:] for term in terms if term[0] == "e"))


async def put(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Put entries into the index: {post id: entry}."""
    if not entries:
        return
    if is_sqlite(session) and len(entries) >= MANY:
        await _put_many(session, entries)
        return
    rows = [{"id": post_id, "terms": entry.terms} for post_id, entry in entries.items()]
    await session.execute(_SQLITE_ADD if is_sqlite(session) else _POSTGRES_ADD, rows)
    if forms := {form for entry in entries.values() for form in entry.forms}:
        await session.execute(_POSTGRES_FORMS, {"forms": sorted(forms)})


async def _put_many(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Put entries into FTS5, which merges meanwhile a quarter as often as it does otherwise: that takes it a quarter less time.

    What it holds back in memory until then is written at any savepoint; at the commit it would be merged as ever.
    """
    connection = await session.connection()
    await connection.execute(_SQLITE_CONFIGURE, {"name": "automerge", "value": 4 * AUTOMERGE})
    await connection.exec_driver_sql(_SQLITE_ADD_MANY, [(post_id, entry.terms) for post_id, entry in entries.items()])
    async with connection.begin_nested():
        await connection.execute(_SQLITE_CONFIGURE, {"name": "automerge", "value": AUTOMERGE})


async def tidy(sessions: Sessions) -> None:
    """Merge what many additions have scattered, in short transactions: SQLite then reads faster, and needs a tenth less space."""
    pages = -MERGED_PAGES  # the first time: whatever its state (sqlite.org/fts5.html, 6.8)
    for _ in range(MAX_MERGES):
        async with sessions.begin() as session:
            if not is_sqlite(session):
                return
            before = await session.scalar(_CHANGES) or 0
            await session.execute(_SQLITE_MERGE, {"pages": pages})
            if (await session.scalar(_CHANGES) or 0) - before < 2:
                return
        pages = MERGED_PAGES


async def waiting_below(session: AsyncSession) -> int:
    """Posts with smaller ids are not in the index yet."""
    return await session.scalar(_REACHED) or 0


def is_sqlite(session: AsyncSession) -> bool:
    """Which of the two indexes this is."""
    return session.get_bind().dialect.name == "sqlite"
