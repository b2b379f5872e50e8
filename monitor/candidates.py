"""Which posts may satisfy a query, newest first: asked of the index in the way that costs least.

SQLite's FTS5 gives the newest rows of a term at once. PostgreSQL's GIN gives all rows of a term or none, so what is frequent is
looked for among the newest posts first, and only what is not there much is asked of GIN: its planner, left alone, would read the
whole table backwards for a rare word. A prefix has FTS5 read all posts of all words that begin so, but the newest of any of some
words it gives at once: so the words are looked up first.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.index import FTS5, POSTGRES, is_sqlite
from monitor.models import Channel, Post
from monitor.query import sql
from monitor.query.dialects import Known
from monitor.query.syntax import Query

NEWEST = 5_000  # posts that PostgreSQL looks through before it asks GIN
_LAST_ID = 2**62

_SQLITE = (
    "SELECT rowid FROM post_index WHERE post_index MATCH :match AND rowid >= :since AND rowid < :until"
    " ORDER BY rowid DESC LIMIT :size"
)
_POSTGRES_NEWEST = """
    SELECT post_id FROM (
        SELECT post_id, terms FROM post_index WHERE post_id >= :since AND post_id < :until
        ORDER BY post_id DESC LIMIT :newest
    ) AS newest WHERE {match} ORDER BY post_id DESC LIMIT :size"""
_POSTGRES_GIN = """
    WITH found AS MATERIALIZED (SELECT post_id FROM post_index WHERE {match})
    SELECT post_id FROM found WHERE post_id >= :since AND post_id < :until ORDER BY post_id DESC LIMIT :size"""
_POSTGRES_ANY = "SELECT post_id FROM post_index WHERE {match} AND post_id >= :since AND post_id < :until LIMIT :size"
_SQLITE_FORMS = text(  # from word to word: between two of them stand as many rows as posts have the first
    "WITH RECURSIVE words(term) AS ("
    " SELECT (SELECT term FROM post_index_vocabulary WHERE term >= :first AND term < :last LIMIT 1) UNION ALL"
    " SELECT (SELECT term FROM post_index_vocabulary WHERE term >= words.term || char(1) AND term < :last LIMIT 1)"
    " FROM words WHERE term IS NOT NULL LIMIT :limit) SELECT substr(term, 2) FROM words WHERE term IS NOT NULL"
)
_POSTGRES_FORMS = text(
    'SELECT form FROM post_index_forms WHERE form >= CAST(:first AS text) COLLATE "C"'
    ' AND form < CAST(:last AS text) COLLATE "C" LIMIT :limit'
)


class Batch(NamedTuple):
    """Ids of posts, descending, and the id below which the next ones are, None at the end."""

    ids: list[int]
    next: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The posts that may satisfy one query; ids lie in [since, until).

    `are_answers`: each of them does satisfy it. PostgreSQL's never are for sure, since two terms may share a number.
    """

    plan: sql.Plan
    are_answers: bool
    since: int
    until: int

    @classmethod
    async def of(cls, session: AsyncSession, query: Query, now: datetime) -> "Candidates":
        """The candidates of a query; `now` is the moment that `last:` counts from."""
        known = Known(await _channels(session, query), await _forms(session, query))
        on_sqlite = is_sqlite(session)
        plan = sql.plan(query, FTS5 if on_sqlite else POSTGRES, known, now)
        since = post_ids.first_id(plan.since) if plan.since else 0
        until = post_ids.first_id(plan.until) if plan.until else _LAST_ID
        return cls(plan, plan.is_exact and on_sqlite, since, until)

    async def batches(self, session: AsyncSession, before: int | None, size: int, largest: int) -> AsyncIterator[Batch]:
        """The candidates that are smaller than `before`, newest first: at first `size` at once, then more, `largest` at most."""
        while True:
            ids = await self.newest(session, before, size)
            before = ids[-1] if len(ids) == size else None
            yield Batch(ids, before)
            if before is None:
                return
            size = min(size * 3, largest)

    async def newest(self, session: AsyncSession, before: int | None, size: int) -> list[int]:
        """The ids of the newest `size` candidates that are smaller than `before`, descending; fewer at the end only."""
        until = self.until if before is None else min(before, self.until)
        bounds = {"since": self.since, "until": until, "size": size}
        match = self.plan.expression
        if match is None:
            posts = select(Post.id).where(Post.id >= self.since, Post.id < until)
            return list(await session.scalars(posts.order_by(Post.id.desc()).limit(size)))
        if is_sqlite(session):
            return await _ids(session, _SQLITE, {**bounds, "match": match})
        await _plan(session, bitmaps=False)
        found = await _ids(session, _POSTGRES_NEWEST.format(match=match), {**bounds, "newest": NEWEST})
        if len(found) == size:
            return found
        await _plan(session, bitmaps=True)
        return await _ids(session, _POSTGRES_GIN.format(match=match), bounds)

    async def count(self, session: AsyncSession, limit: int) -> int | None:
        """How many they are, counted up to `limit`; None if some of them may not satisfy the query."""
        match = self.plan.expression
        if not self.plan.is_exact:
            return None
        if match is None or is_sqlite(session):
            return len(await self.newest(session, None, limit))
        await _plan(session, bitmaps=True)
        bounds = {"since": self.since, "until": self.until, "size": limit}
        return len(await _ids(session, _POSTGRES_ANY.format(match=match), bounds))


async def _plan(session: AsyncSession, *, bitmaps: bool) -> None:
    """Have PostgreSQL walk the primary key, or ask GIN, whatever it knows of the table; and compile nothing, which takes longer."""
    settings = {"jit": "off", "enable_seqscan": "off", "enable_bitmapscan": "on" if bitmaps else "off"}
    changed = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    await session.execute(text(f"SELECT {changed}"))


async def _ids(session: AsyncSession, statement: str, parameters: dict[str, Any]) -> list[int]:
    return list(await session.scalars(text(statement), parameters))


async def _channels(session: AsyncSession, query: Query) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    if names := sql.channels(query):
        name = func.lower(Channel.username)
        for channel_id, username in await session.execute(select(Channel.id, name).where(name.in_(names))):
            found.setdefault(username, []).append(channel_id)
    return found


async def _forms(session: AsyncSession, query: Query) -> dict[str, list[str] | None]:
    """For each prefix the words of the archive that begin so, None if they are too many."""
    statement, dialect = (_SQLITE_FORMS, FTS5) if is_sqlite(session) else (_POSTGRES_FORMS, POSTGRES)
    found: dict[str, list[str] | None] = {}
    for key in sql.prefixes(query):
        first = dialect.bound(key)
        if first is not None:
            bounds = {"first": first, "last": first + "\U0010ffff", "limit": dialect.MAX_FORMS + 1}
            forms = list(await session.scalars(statement, bounds))
            found[key] = forms if len(forms) <= dialect.MAX_FORMS else None
    return found
