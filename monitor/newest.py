"""The newest rows of the index that satisfy an expression.

SQLite's FTS5 gives the newest rows of a term at once. PostgreSQL's GIN gives all of them in no order; but asked for spans of time
as well, it passes over what lies outside. So the newest thousand posts are asked about first, then older ones, in steps that grow
the more the less was found.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.index import is_sqlite
from monitor.models import Channel, Post
from monitor.query.numbering import spans_within
from monitor.query.postgres import overlap

FIRST = 1_000  # posts that PostgreSQL is asked about first
LEAST, MOST = 3, 16  # how many times as far back the next step reaches

_SQLITE = (
    "SELECT rowid FROM post_index WHERE post_index MATCH :match AND rowid >= :since AND rowid < :until"
    " ORDER BY rowid DESC LIMIT :size"
)
_FOUND = text(_SQLITE).columns(column("rowid", BigInteger)).subquery("found")
_SQLITE_POSTS = (
    select(_FOUND.c.rowid, Post, Channel)
    .join_from(_FOUND, Post, Post.id == _FOUND.c.rowid, isouter=True)
    .join(Channel, Channel.id == Post.channel_id, isouter=True)
    .order_by(_FOUND.c.rowid.desc())
)
_POSTS = select(Post.id, Post, Channel).join(Channel, Channel.id == Post.channel_id).order_by(Post.id.desc())
_POSTGRES = (  # a bitmap of its own, whatever the planner knows of the table: else it may read all of it backwards
    "WITH found AS MATERIALIZED (SELECT post_id FROM post_index WHERE {match})"
    " SELECT post_id FROM found WHERE post_id >= :since AND post_id < :until ORDER BY post_id DESC LIMIT :size"
)
_POSTGRES_PLAN = text(  # compile nothing, which takes longer
    "SELECT set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true)"
)
_POSTGRES_FIRST = text(
    "SELECT (SELECT post_id FROM post_index WHERE post_id < :until ORDER BY post_id DESC OFFSET :posts LIMIT 1),"
    " (SELECT min(post_id) FROM post_index), (SELECT max(post_id) FROM post_index WHERE post_id < :until)"
)


class Bounds(NamedTuple):
    """Ids of posts, [since, until)."""

    since: int
    until: int


class Row(NamedTuple):
    """An id of the index and its post, None if there is none."""

    id: int
    post: Post | None
    channel: Channel | None


async def newest_posts(session: AsyncSession, match: str | None, bounds: Bounds, size: int) -> Sequence[Row]:
    """The rows of what `newest` gives, in this order: on SQLite in one statement. All posts there are if there is nothing to match."""
    if match is None:
        within = _POSTS.where(Post.id >= bounds.since, Post.id < bounds.until).limit(size)
        return [Row(*row) for row in await session.execute(within)]
    if is_sqlite(session):
        asked = {**bounds._asdict(), "size": size, "match": match}
        return [Row(*row) for row in await session.execute(_SQLITE_POSTS, asked)]
    ids = await newest(session, match, bounds, size)
    posts = {row[0]: Row(*row) for row in await session.execute(_POSTS.where(Post.id.in_(ids)))} if ids else {}
    return [posts.get(post_id, Row(post_id, None, None)) for post_id in ids]


async def newest(session: AsyncSession, match: str, bounds: Bounds, size: int) -> list[int]:
    """The newest `size` ids within the bounds that satisfy an expression of this database's index, descending."""
    if is_sqlite(session):
        return await _ids(session, _SQLITE, {**bounds._asdict(), "size": size, "match": match})
    await session.execute(_POSTGRES_PLAN)
    first, oldest, last = (await session.execute(_POSTGRES_FIRST, {"until": bounds.until, "posts": FIRST})).one()
    if last is None:
        return []
    within = Bounds(max(bounds.since, oldest), last + 1)
    return await _in_steps(session, match, within, max(first or 0, within.since), size)


async def _in_steps(session: AsyncSession, match: str, bounds: Bounds, low: int, size: int) -> list[int]:
    """The newest, asked for from `low` on, then further and further back."""
    found: list[int] = []
    high = bounds.until
    while True:
        spans = spans_within(low, high)
        expression = match if spans is None else f"{overlap(spans)} AND {match}"
        asked = {"since": low, "until": high, "size": size - len(found)}
        found += await _ids(session, _POSTGRES.format(match=expression), asked)
        if len(found) == size or low <= bounds.since:
            return found
        times = min(max(2 * (size - len(found)) // len(found), LEAST), MOST) if found else MOST
        high, low = low, max(low - times * (bounds.until - low), bounds.since)


async def _ids(session: AsyncSession, statement: str, parameters: dict[str, Any]) -> list[int]:
    return list(await session.scalars(text(statement), parameters))
