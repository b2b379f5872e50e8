"""Posts that are older than posts are kept leave with all that belongs to them, oldest first, a few in a transaction.

What is owed and not told yet keeps its post, and all parts of its album, until it is told or nobody is left who wants it. Words that
no post has any more stay in PostgreSQL's table of words: another process may be about to store a post with one of them.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter

from sqlalchemy import ColumnElement, Delete, and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, post_ids
from monitor.among import among
from monitor.database import Sessions
from monitor.index import Entry
from monitor.models import Base, Delivery, DeliveryState, Fanout, Post, Retelling, Subscriber
from monitor.outcomes import REVIVED
from monitor.tables import POSTS

SHORTEST = timedelta(days=7)
"""Posts are kept for so long at least: a story is told on for six days, and what a closed chat is owed is kept for seven."""
GIVEN_UP = timedelta(days=30)
"""A message that was given up keeps its post for so long, since an admin may send it again."""
PAGES = {"sqlite": 25, "postgresql": 200}
"""Posts a transaction: a few hundredths of a second, for which SQLite's other writers wait."""

Conditions = tuple[ColumnElement[bool], ...]
_REFERRING = [
    column
    for table in reversed(Base.metadata.sorted_tables)
    for column in table.columns
    if column.references(POSTS.c.id)
]
"""What belongs to a post, by column. A database that keeps it apart from the posts has no foreign keys that would remove it."""

_DELETE = delete(POSTS).where(among("sqlite", POSTS.c.id, "ids"))
_read_as = attrgetter("version", "edited_at", "preview", "language")


async def pages(sessions: Sessions, before: datetime, now: datetime) -> AsyncIterator[int]:
    """Remove the posts that were made before this moment, a page each time that one is asked for; yields how many it was."""
    remove = _remove_from_sqlite if sessions.engine.dialect.name == "sqlite" else _remove_from_postgresql
    after: int | None = -1
    while after is not None:
        removed, after = await remove(sessions, (Post.id > after, Post.id < post_ids.first_id(before)), now)
        if after is not None:
            yield removed


async def span(session: AsyncSession) -> tuple[datetime, datetime] | None:
    """When the oldest and the newest post were made; None if there is none."""
    ends = [select(end(Post.id)).scalar_subquery() for end in (func.min, func.max)]  # each by itself SQLite has at once
    first, last = (await session.execute(select(*ends))).one()
    return None if first is None else (post_ids.moment_of(first), post_ids.moment_of(last))


async def _remove_from_postgresql(sessions: Sessions, old: Conditions, now: datetime) -> tuple[int, int | None]:
    """Remove a page of old posts: how many, and the id of the last one that was looked at, None if there was none."""
    async with sessions.begin() as session:
        oldest = select(Post.id).where(*old).order_by(Post.id).limit(PAGES["postgresql"])
        ids = (await session.scalars(oldest.with_for_update(skip_locked=True))).all()
        free = await _free(session, ids, now)  # asked after they are locked: from now on nobody can owe them anything
        await index.drop(session, free)
        for statement in _removing() if free else ():
            await session.execute(statement, {"ids": free})
    return len(free), max(ids, default=None)


@cache
def _removing() -> list[Delete]:
    """What takes posts out of PostgreSQL: all that belongs to them first."""
    columns = [*_REFERRING, POSTS.c.id]
    return [delete(column.table).where(among("postgresql", column, "ids")) for column in columns]


async def _remove_from_sqlite(sessions: Sessions, old: Conditions, now: datetime) -> tuple[int, int | None]:
    """The same. The index must be told what it holds of a post; that is worked out before anybody has to wait."""
    async with sessions() as session:
        posts = (await session.scalars(select(Post).where(*old).order_by(Post.id).limit(PAGES["sqlite"]))).all()
        read = {post.id: _read_as(post) for post in posts}
        entries = await _entries(session, posts)
    async with sessions.begin() as session:
        free = await _free(session, list(read), now)
        there = await session.scalars(select(Post).where(Post.id.in_(free)))
        same = [post.id for post in there if _read_as(post) == read[post.id]]  # another one is removed the next time
        await index.remove(session, {post_id: entries[post_id] for post_id in same})
        await session.execute(_DELETE, {"ids": same})  # and what refers to them
    return len(same), max(read, default=None)


async def _entries(session: AsyncSession, posts: Sequence[Post]) -> Mapping[int, Entry]:
    entries = {}
    for post in posts:
        entries[post.id] = index.entry_of(session, post)
        await asyncio.sleep(0)  # a post whose words are not remembered takes a millisecond or two
    return entries


async def _free(session: AsyncSession, ids: Collection[int], now: datetime) -> Sequence[int]:
    """Those of the posts of which nothing is to be told any more."""
    if not ids:
        return []
    return (await session.scalars(select(Post.id).where(Post.id.in_(ids), ~_is_wanted(now)))).all()


def _is_wanted(now: datetime) -> ColumnElement[bool]:
    return or_(
        exists().where(Delivery.post_id.in_([Post.id, Post.album_id]), _is_open(now)),
        exists().where(Fanout.post_id.in_([Post.id, Post.album_id])),
        exists().where(Retelling.post_id.in_([Post.id, Post.album_id])),
    )


def _is_open(now: datetime) -> ColumnElement[bool]:
    """Whether the delivery may still be sent. A chat that is closed is owed what is no older than a week, see `outbox.revive`."""
    state, recent = Delivery.state, Delivery.created_at > now - REVIVED
    hears = exists().where(Subscriber.id == Delivery.subscriber_id, Subscriber.active)
    return or_(
        state.in_([DeliveryState.DUE, DeliveryState.CLAIMED]),
        and_(state == DeliveryState.HELD, or_(hears, recent)),
        and_(state == DeliveryState.REFUSED, Delivery.settled_at.is_(None), recent),
        and_(state == DeliveryState.DEAD, Delivery.settled_at > now - GIVEN_UP),
    )
