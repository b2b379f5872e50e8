"""From a matched post to everybody who waits for it.

What few wait for is enqueued in the transaction that stores the post. What very many wait for leaves a row a topic there, and is
enqueued page by page in transactions of their own, so that the next post does not wait; a kill loses nothing but the time of a page.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct, owing
from monitor.among import among
from monitor.claims import ALBUM_WAIT
from monitor.models import BigId, Fanout, Priority
from monitor.tables import FANOUTS, POSTS, SUBSCRIPTIONS, TOPICS

MANY = 300
"""More subscribers than this are enqueued in pages."""
_PAGE_SIZES = {"sqlite": 100, "postgresql": 2_000}
"""A page takes about 5 ms on SQLite, where nothing else is written meanwhile, and 0.1 s on PostgreSQL, where it is."""

# In order, which the index has: PostgreSQL would else read the whole table for a topic that few have, where one has nearly all.
_SOME = (
    select(SUBSCRIPTIONS.c.subscriber_id)
    .where(SUBSCRIPTIONS.c.topic_id == TOPICS.c.id)
    .order_by(SUBSCRIPTIONS.c.subscriber_id)
    .limit(MANY + 1)
)
_CROWD = select(func.count()).select_from(_SOME.correlate(TOPICS).subquery("crowd")).scalar_subquery()
_LOOKUP = 1_000  # topics a statement
_ANY = select(FANOUTS.c.id).limit(1)
_IS_ALBUM = select(POSTS.c.grouped_id.is_not(None)).where(POSTS.c.id == bindparam("post", type_=BigId))
_PAGE = (
    select(SUBSCRIPTIONS.c.subscriber_id)
    .where(
        SUBSCRIPTIONS.c.topic_id == bindparam("topic", type_=BigId),
        SUBSCRIPTIONS.c.subscriber_id > bindparam("after", type_=BigId),
    )
    .order_by(SUBSCRIPTIONS.c.subscriber_id)
    .limit(bindparam("size"))
)


async def crowds(session: AsyncSession, topic_ids: Collection[int]) -> dict[int, int]:
    """How many subscribers each of these topics has, counted up to MANY + 1; those that are gone are left out."""
    ordered, found = sorted(topic_ids), dict[int, int]()
    statement = _crowds(_dialect(session))
    for start in range(0, len(ordered), _LOOKUP):
        rows = await direct.ask(session, statement, {"topics": ordered[start : start + _LOOKUP]})
        found |= {row.id: row.number for row in rows}
    return found


@cache
def _crowds(dialect: str) -> Select[Any]:
    return select(TOPICS.c.id, _CROWD.label("number")).where(among(dialect, TOPICS.c.id, "topics"))


async def enqueue(
    session: AsyncSession, post_id: int, crowds: Mapping[int, int], now: datetime, *, wait: timedelta = timedelta(0)
) -> int:
    """Owe the post, after `wait`, to the subscribers of these topics who let it through, once each. `crowds`: how many they have.

    How many were added, or begun with.
    """
    if not crowds:
        return 0
    if sum(crowds.values()) > MANY:
        rows = [{"post_id": post_id, "topic_id": topic, "after": 0, "created_at": now} for topic in crowds]
        await session.execute(insert(Fanout), rows)
        return len(rows)
    filling = {"post": post_id, "topics": list(crowds), "rank": Priority.ALERT, "now": now, "due": now + wait}
    return len(await direct.ask(session, owing.to_subscribers(_dialect(session)), filling))


class News(NamedTuple):
    """What of a post says to whom it is owed: its album, its story; its id is its own. `is_album`: it has a grouped id."""

    id: int
    album_id: int
    story_id: int | None
    is_album: bool


class Owed(NamedTuple):
    """A post that is to be owed, `due` at a time, to the subscribers of topics: `crowds` says how many each has."""

    post: News
    crowds: Mapping[int, int]
    due: datetime


async def enqueue_all(session: AsyncSession, owed: Sequence[Owed], now: datetime) -> int:
    """The same for several posts: what few wait for takes a statement for all of them, as far as no post is told of another's news."""
    if _dialect(session) == "sqlite":
        return sum([await enqueue(session, post.album_id, crowds, now, wait=due - now) for post, crowds, due in owed])
    few = [each for each in owed if 0 < sum(each.crowds.values()) <= MANY]
    many = [each for each in owed if sum(each.crowds.values()) > MANY]
    begun = sum([await enqueue(session, post.album_id, crowds, now, wait=due - now) for post, crowds, due in many])
    for part in _apart(few):
        rows = [
            (each.post.album_id, topic, each.due, place) for place, each in enumerate(part) for topic in each.crowds
        ]
        filling = dict(zip(("posts", "topics", "dues", "places"), map(list, zip(*rows, strict=True)), strict=True))
        added = await session.execute(owing.to_many(), {**filling, "rank": Priority.ALERT, "now": now})
        begun += len(added.all())
    return begun


def _apart(owed: Sequence[Owed]) -> Iterator[list[Owed]]:
    """Runs of posts of which no two are of one story or album; what other stories an album is of, by its parts, is not looked up."""
    run: list[Owed] = []
    seen: set[int | None] = set()
    for each in owed:
        post = each.post
        mine = {post.album_id, post.story_id} - {None}
        is_alone = post.album_id != post.id or (post.is_album and post.story_id is not None)
        if run and (is_alone or not seen.isdisjoint(mine)):
            yield run
            run, seen = [], set()
        run.append(each)
        seen |= mine
        if is_alone:
            yield run
            run, seen = [], set()
    if run:
        yield run


async def any_waits(session: AsyncSession) -> bool:
    """Whether there is a page to turn."""
    return await session.scalar(_ANY) is not None


async def turn_page(session: AsyncSession, now: datetime) -> bool:
    """Enqueue the next page of the oldest post that very many wait for; False if there is none."""
    fanout = await session.scalar(select(Fanout).order_by(Fanout.id).limit(1).with_for_update(skip_locked=True))
    if fanout is None:
        return False
    page = {"topic": fanout.topic_id, "after": fanout.after}
    dialect = _dialect(session)
    last = max(await session.scalars(_PAGE, {**page, "size": page_size(dialect)}), default=None)
    if last is not None:
        wait = ALBUM_WAIT if await session.scalar(_IS_ALBUM, {"post": fanout.post_id}) else timedelta(0)
        due = max(now, fanout.created_at + wait)
        filling = {"post": fanout.post_id, "rank": Priority.CROWD, "now": now, "due": due}
        await session.execute(owing.to_page(dialect), {**page, **filling, "last": last})
        fanout.after = last
    else:
        await session.delete(fanout)
    await session.flush()
    return True


def page_size(dialect: str) -> int:
    """How many rows a page has on the database of this name."""
    return _PAGE_SIZES[dialect]


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name
