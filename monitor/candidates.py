"""Which posts may satisfy a query, newest first: asked of the index in the way that costs least."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.index import is_sqlite
from monitor.models import Post
from monitor.newest import Bounds, Row, newest, newest_posts
from monitor.query import sql
from monitor.query.syntax import Query
from monitor.vocabulary import dialect_of

COUNT_MS = 60
"""So long a statement that counts may take."""
_LAST_ID = 2**62
_BRIEFLY = text("SELECT set_config('statement_timeout', :limit, true)")
_ENDED = "57014"  # query_canceled: postgresql.org/docs/current/errcodes-appendix.html


class Batch(NamedTuple):
    """Posts, the newest first, and the id below which the next ones are, None at the end."""

    rows: Sequence[Row]
    next: int | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """The posts that may satisfy one query; ids lie in [since, until). `plan.is_exact`: each of them does satisfy it."""

    plan: sql.Plan
    since: int
    until: int

    @classmethod
    async def of(cls, session: AsyncSession, query: Query, now: datetime) -> "Candidates":
        """The candidates of a query; `now` is the moment that `last:` counts from."""
        plan = sql.plan(query, await dialect_of(session, query), now)
        since = post_ids.first_id(plan.since) if plan.since else 0
        until = post_ids.first_id(plan.until) if plan.until else _LAST_ID
        return cls(plan, since, until)

    async def batches(self, session: AsyncSession, before: int | None, size: int, largest: int) -> AsyncIterator[Batch]:
        """The candidates that are smaller than `before`, newest first: at first `size` at once, then more, `largest` at most."""
        while True:
            rows = await newest_posts(session, self.plan.expression, self._bounds(before), size)
            before = rows[-1].id if len(rows) == size else None
            yield Batch(rows, before)
            if before is None:
                return
            size = min(size * 3, largest)

    async def newest(self, session: AsyncSession, before: int | None, size: int) -> list[int]:
        """The ids of the newest `size` candidates that are smaller than `before`, descending; fewer at the end only."""
        since, until = bounds = self._bounds(before)
        if self.plan.expression is not None:
            return await newest(session, self.plan.expression, bounds, size)
        posts = select(Post.id).where(Post.id >= since, Post.id < until)
        return list(await session.scalars(posts.order_by(Post.id.desc()).limit(size)))

    def _bounds(self, before: int | None) -> Bounds:
        return Bounds(self.since, self.until if before is None else min(before, self.until))

    async def count(self, session: AsyncSession, limit: int) -> int | None:
        """How many they are, counted up to `limit`; None if some may not satisfy the query, or PostgreSQL is too long about it.

        Words that are frequent, and hardly ever neighbours, have it look at very many posts.
        """
        if not self.plan.is_exact:
            return None
        if is_sqlite(session):
            return len(await self.newest(session, None, limit))
        attempt = await session.begin_nested()  # its end undoes the limit, and goes on after a statement that was ended
        try:
            await session.execute(_BRIEFLY, {"limit": str(COUNT_MS)})
            return len(await self.newest(session, None, limit))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _ENDED:
                raise
            return None
        finally:
            await attempt.rollback()
