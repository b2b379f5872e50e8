"""From a matched post to everybody who waits for it.

What few wait for is enqueued in the transaction that stores the post. What very many wait for leaves a row a topic there, and is
enqueued page by page in transactions of their own, so that the next post does not wait; a kill loses nothing but the time of a page.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from monitor.filters import is_live, lets_through
from monitor.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Fanout,
    Mode,
    Mute,
    Post,
    Priority,
    Subscriber,
    Subscription,
)
from monitor.upsert import insert_for

MANY = 300
"""More subscribers than this are enqueued in pages of so many: a page takes about 10 ms on SQLite."""


async def enqueue(
    session: AsyncSession, post_id: int, topic_ids: Sequence[int], now: datetime, *, wait: timedelta = timedelta(0)
) -> int:
    """Owe the post, after `wait`, to the subscribers of these topics who let it through, once each.

    How many were added, or begun with.
    """
    if await _are_many(session, topic_ids):
        rows = [{"post_id": post_id, "topic_id": topic, "after": 0, "created_at": now} for topic in topic_ids]
        await session.execute(insert(Fanout), rows)
        return len(rows)
    wanting = _wanting(post_id, now).where(Subscription.topic_id.in_(topic_ids))
    return await _insert(session, _owed(post_id, wanting, Priority.ALERT, now, wait))


async def turn_page(session: AsyncSession, now: datetime) -> bool:
    """Enqueue the next page of the oldest post that very many wait for; False if there is none."""
    fanout = await session.scalar(select(Fanout).order_by(Fanout.id).limit(1).with_for_update(skip_locked=True))
    if fanout is None:
        return False
    page = (Subscription.topic_id == fanout.topic_id, Subscription.subscriber_id > fanout.after)
    last = await _last(session, page)
    if last is not None:
        wanting = _wanting(fanout.post_id, fanout.created_at).where(*page, Subscription.subscriber_id <= last)
        await _insert(session, _owed(fanout.post_id, wanting, Priority.CROWD, now))
        fanout.after = last
    else:
        await session.delete(fanout)
    await session.flush()
    return True


async def _are_many(session: AsyncSession, topic_ids: Sequence[int]) -> bool:
    some = select(Subscription.subscriber_id).where(Subscription.topic_id.in_(topic_ids)).limit(MANY + 1)
    return len((await session.execute(some)).all()) > MANY


async def _last(session: AsyncSession, page: tuple[ColumnElement[bool], ...]) -> int | None:
    """The subscriber who ends the page; None for an empty one."""
    ids = select(Subscription.subscriber_id).where(*page).order_by(Subscription.subscriber_id).limit(MANY)
    return max(await session.scalars(ids), default=None)


def _wanting(post_id: int, now: datetime) -> Select[Any]:
    """Subscriptions whose subscriber is there and wants to hear of the post, of its channel and of the topic at this time."""
    muted = exists().where(Mute.subscriber_id == Subscription.subscriber_id, Mute.channel_id == Post.channel_id)
    return (
        select(Subscription.subscriber_id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Post, Post.id == post_id)
        .where(
            Subscriber.active,
            Subscription.mode != Mode.SILENT,
            or_(Subscription.muted_until.is_(None), Subscription.muted_until <= now),
            is_live(),
            lets_through(),
            ~muted,
            ~and_(Subscriber.tells_once, _told(post_id)),
        )
    )


def _told(post_id: int) -> ColumnElement[bool]:
    """Whether another post of the Post's story is an alert of the subscriber's, sent or about to be."""
    other = aliased(Post)
    return exists().where(
        other.story_id == Post.story_id,
        other.album_id != post_id,
        Delivery.subscriber_id == Subscription.subscriber_id,
        Delivery.post_id == other.album_id,
        Delivery.kind == DeliveryKind.ALERT,
        Delivery.state.in_([DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENT]),
    )


def _owed(
    post_id: int, wanting: Select[Any], priority: Priority, now: datetime, wait: timedelta = timedelta(0)
) -> Select[Any]:
    """A row for each subscriber: at once, first of all if it is urgent, or held for the digest."""
    held = and_(Subscription.mode == Mode.DIGEST, ~Subscription.priority)
    ranks = case((held, int(Priority.DIGEST)), (Subscription.priority, int(Priority.URGENT)), else_=int(priority))
    best = func.min(ranks)
    return wanting.add_columns(
        literal(post_id),
        literal(DeliveryKind.ALERT.value),
        best,
        case((best == int(Priority.DIGEST), DeliveryState.HELD.value), else_=DeliveryState.DUE.value),
        literal(now + wait, Delivery.due_at.type),
        literal(0),
        literal(now, Delivery.created_at.type),
    ).group_by(Subscription.subscriber_id)


async def _insert(session: AsyncSession, owed: Select[Any]) -> int:
    """Once each, under the best of the priorities under which a subscriber wants it."""
    columns = ["subscriber_id", "post_id", "kind", "priority", "state", "due_at", "attempts", "created_at"]
    statement = insert_for(session, Delivery).from_select(columns, owed)
    unsent = Delivery.state.in_([DeliveryState.DUE, DeliveryState.HELD])
    better = statement.on_conflict_do_update(
        index_elements=["subscriber_id", "post_id", "kind"],
        set_={name: statement.excluded[name] for name in ("priority", "state", "due_at")},
        where=and_(unsent, Delivery.priority > statement.excluded.priority),
    )
    return len((await session.execute(better.returning(Delivery.id))).all())
