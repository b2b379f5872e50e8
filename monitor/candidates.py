"""Which posts may satisfy a query, newest first: asked of the index in the way that costs least.

SQLite's FTS5 gives the newest rows of a term at once. PostgreSQL's GIN gives all rows of a term or none, so what is frequent is
looked for among the newest posts first, and only what is not there much is asked of GIN: its planner, left alone, would read the
whole table backwards for a rare word.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.index import FTS5, POSTGRES, WIDE, is_sqlite
from monitor.models import Channel, Post
from monitor.query import sql
from monitor.query.dialects import MAX_FORMS, Known
from monitor.query.syntax import Query

PROBED = 60  # posts that are read before SQLite asks for all words with a prefix
NEWEST = 5_000  # posts that PostgreSQL looks through before it asks GIN
_LAST_ID = 2**62

_SQLITE = "SELECT rowid FROM post_index WHERE post_index MATCH :match AND rowid >= :since AND rowid < :until"
_POSTGRES_NEWEST = """
    SELECT post_id FROM (
        SELECT post_id, terms FROM post_index WHERE post_id >= :since AND post_id < :until
        ORDER BY post_id DESC LIMIT :newest
    ) AS newest WHERE {match} ORDER BY post_id DESC LIMIT :size"""
_POSTGRES_GIN = """
    WITH found AS MATERIALIZED (SELECT post_id FROM post_index WHERE {match})
    SELECT post_id FROM found WHERE post_id >= :since AND post_id < :until ORDER BY post_id DESC LIMIT :size"""
_POSTGRES_ANY = "SELECT post_id FROM post_index WHERE {match} AND post_id >= :since AND post_id < :until LIMIT :size"
_FORMS = text(
    'SELECT form FROM post_index_forms WHERE form >= CAST(:first AS text) COLLATE "C"'
    ' AND form < CAST(:last AS text) COLLATE "C" LIMIT :limit'
)


class Batch(NamedTuple):
    """Ids of posts, descending, and the id below which the next ones are, None at the end."""

    ids: list[int]
    next: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The posts that may satisfy one query; ids lie in [since, until). `wide`: what finds more of them, but the newest at once."""

    plan: sql.Plan
    wide: str | None
    since: int
    until: int

    @classmethod
    async def of(cls, session: AsyncSession, query: Query, now: datetime) -> "Candidates":
        """The candidates of a query; `now` is the moment that `last:` counts from."""
        known = Known(await _channels(session, query), await _forms(session, query))
        plan = sql.plan(query, FTS5 if is_sqlite(session) else POSTGRES, known, now)
        wide = sql.plan(query, WIDE, known, now).expression if is_sqlite(session) and sql.prefixes(query) else None
        since = post_ids.first_id(plan.since) if plan.since else 0
        return cls(
            plan,
            None if wide == plan.expression else wide,
            since,
            post_ids.first_id(plan.until) if plan.until else _LAST_ID,
        )

    async def batches(self, session: AsyncSession, before: int | None, size: int, largest: int) -> AsyncIterator[Batch]:
        """The candidates that are smaller than `before`, newest first: at first `size` at once, then more, `largest` at most."""
        if self.wide is not None:
            ids = await self._on_sqlite(session, self.wide, before, PROBED)
            ended = len(ids) < PROBED
            for start in range(0, len(ids), size):  # mostly the first few are enough
                some = ids[start : start + size]
                before = None if ended and some[-1] == ids[-1] else some[-1]
                yield Batch(some, before)
            if ended:
                return
        while True:
            ids = await self.newest(session, before, size)
            before = ids[-1] if len(ids) == size else None
            yield Batch(ids, before)
            if before is None:
                return
            size = min(size * 3, largest)

    async def _on_sqlite(self, session: AsyncSession, match: str, before: int | None, size: int) -> list[int]:
        until = self.until if before is None else min(before, self.until)
        bounds = {"since": self.since, "until": until, "size": size, "match": match}
        return await _ids(session, f"{_SQLITE} ORDER BY rowid DESC LIMIT :size", bounds)

    async def newest(self, session: AsyncSession, before: int | None, size: int) -> list[int]:
        """The ids of the newest `size` candidates that are smaller than `before`, descending; fewer at the end only."""
        until = self.until if before is None else min(before, self.until)
        bounds = {"since": self.since, "until": until, "size": size}
        match = self.plan.expression
        if match is None:
            posts = select(Post.id).where(Post.id >= self.since, Post.id < until)
            return list(await session.scalars(posts.order_by(Post.id.desc()).limit(size)))
        if is_sqlite(session):
            return await self._on_sqlite(session, match, before, size)
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
    """PostgreSQL's array holds no forms: those that begin with a prefix stand in a table of their own."""
    if is_sqlite(session):
        return {}
    found: dict[str, list[str] | None] = {}
    for key in sql.prefixes(query):
        bounds = {"first": key[1:], "last": key[1:] + "\U0010ffff", "limit": MAX_FORMS + 1}
        forms = list(await session.scalars(_FORMS, bounds))
        found[key] = forms if len(forms) <= MAX_FORMS else None
    return found
