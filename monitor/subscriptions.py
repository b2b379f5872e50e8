"""Who is told of what, and how."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import unwanted
from monitor.database import Sessions
from monitor.deleting import delete_old
from monitor.errors import MonitorError
from monitor.limits import limits_of
from monitor.models import Feed, Match, Mode, Subscriber, Subscription, Topic
from monitor.query.matcher import require_standing
from monitor.query.syntax import parse
from monitor.tongues import require_known
from monitor.topics import next_stamp
from monitor.upsert import insert_for

NAME_LENGTH = 128


class TooManySubscriptionsError(MonitorError):
    """This chat holds as many subscriptions as it may: remove one with /unsubscribe first."""

    code = "too_many_subscriptions"


class TopicGoneError(MonitorError):
    """This topic is no longer there."""

    code = "topic_gone"


async def subscribe(session: AsyncSession, subscriber: Subscriber, query: str, now: datetime) -> tuple[Topic, bool]:
    """Subscribe to a private topic for the query; False beside the topic when it was subscribed already.

    Raises QuerySyntaxError for a query that cannot stand, TooManySubscriptionsError at the limit.
    """
    topic = await own_topic(session, subscriber, standing(query))
    if topic is None:
        topic = Topic(owner_id=subscriber.id, name=query.strip()[:NAME_LENGTH], query=standing(query), created_at=now)
        await _refuse_above_limit(session, subscriber)
        topic.stamp = await next_stamp(session)
        session.add(topic)
        await session.flush()
    return topic, await follow(session, subscriber, topic, now)


async def follow(session: AsyncSession, subscriber: Subscriber, topic: Topic, now: datetime) -> bool:
    """Subscribe to this topic, or take back that it was ended; False if it was subscribed already.

    Raises TopicGoneError for a topic that was deleted, TooManySubscriptionsError at the limit.
    """
    if topic.deleted_at is not None:
        raise TopicGoneError
    known = await session.get(Subscription, (subscriber.id, topic.id))
    if known is not None and known.ended_at is None:
        return False
    await _refuse_above_limit(session, subscriber)
    if known is not None:
        known.ended_at = None
        await session.flush()
        await unwanted.restore_topic(session, subscriber.id, topic.id, now)
        return True
    values = {"subscriber_id": subscriber.id, "topic_id": topic.id, "mode": Mode.INSTANT, "created_at": now}
    added = insert_for(session, Subscription).values(values).on_conflict_do_nothing().returning(Subscription.topic_id)
    return (await session.execute(added)).scalar_one_or_none() is not None


async def end(session: AsyncSession, subscriber: Subscriber, topic_id: int, now: datetime) -> Topic | None:
    """End the subscription, which `follow` takes back until it is swept away; None when there was none.

    What is queued for it alone goes, and comes back with it.
    """
    subscription = await session.get(Subscription, (subscriber.id, topic_id))
    if subscription is None or subscription.ended_at is not None:
        return None
    subscription.ended_at = now
    await session.flush()
    await unwanted.drop_topic(session, subscriber.id, topic_id, now)
    return await session.get_one(Topic, topic_id)


async def change(session: AsyncSession, subscriber: Subscriber, topic_id: int, **values: Any) -> Subscription:
    """Set columns of the subscription: mode, priority, paused, channels, languages. Raises TopicGoneError."""
    subscription, _ = await subscribed(session, subscriber, topic_id)
    for name, value in values.items():
        setattr(subscription, name, value)
    await session.flush()
    return subscription


async def subscribed(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> tuple[Subscription, Topic]:
    """The subscription to this topic, and the topic. Raises TopicGoneError where it has ended or never was."""
    found = (await session.execute(_live(subscriber).where(Topic.id == topic_id))).one_or_none()
    if found is None:
        raise TopicGoneError
    return found[0], found[1]


async def subscriptions(session: AsyncSession, subscriber: Subscriber) -> list[tuple[Subscription, Topic]]:
    """What this subscriber is told of, oldest first."""
    ordered = _live(subscriber).order_by(Subscription.created_at, Topic.id)
    return [(subscription, topic) for subscription, topic in await session.execute(ordered)]


async def open_to(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> Topic:
    """A topic that the subscriber may see: a public one, or one it is told of, or was until lately. Raises TopicGoneError."""
    topic = await session.get(Topic, topic_id)
    if topic is None or topic.deleted_at is not None:
        raise TopicGoneError
    if topic.owner_id is not None and await session.get(Subscription, (subscriber.id, topic_id)) is None:
        raise TopicGoneError
    return topic


async def own_topic(session: AsyncSession, subscriber: Subscriber, query: str) -> Topic | None:
    """The subscriber's private topic of this canonical query."""
    return await session.scalar(select(Topic).where(Topic.owner_id == subscriber.id, Topic.query == query))


async def sweep(sessions: Sessions, before: datetime) -> int:
    """Delete what was ended or deleted before this moment, and private topics that nobody is told of; how many rows.

    Links to feeds go with their subscriptions. What satisfied these topics goes first, since that may be very much.
    """
    async with sessions() as session:
        doomed = (await session.scalars(select(Topic.id).where(_is_doomed(before)))).all()
    for topic_id in doomed:
        await delete_old(sessions, Match, Match.topic_id == topic_id)
    async with sessions.begin() as session:
        return await _sweep(session, before)


def _is_doomed(before: datetime) -> ColumnElement[bool]:
    theirs = exists().where(Subscription.topic_id == Topic.id)
    followed = theirs.where(or_(Subscription.ended_at.is_(None), Subscription.ended_at >= before))
    ended = Topic.id.in_(select(Subscription.topic_id).where(Subscription.ended_at < before))
    return or_(Topic.deleted_at < before, and_(Topic.owner_id.is_not(None), ended, ~followed))


async def _sweep(session: AsyncSession, before: datetime) -> int:
    ended = delete(Subscription).where(Subscription.ended_at < before).returning(Subscription.topic_id)
    topic_ids = set(await session.scalars(ended))
    told = (Subscription.subscriber_id == Feed.subscriber_id, Subscription.topic_id == Feed.topic_id)
    await session.execute(delete(Feed).where(~exists().where(*told)).execution_options(synchronize_session=False))
    gone = delete(Topic).where(Topic.deleted_at < before).returning(Topic.id)
    return len(topic_ids) + len((await session.scalars(gone)).all()) + await _delete_lonely(session, sorted(topic_ids))


async def _delete_lonely(session: AsyncSession, topic_ids: Sequence[int]) -> int:
    followed = select(Subscription.topic_id).where(Subscription.topic_id == Topic.id).exists()
    lonely = delete(Topic).where(Topic.id.in_(topic_ids), Topic.owner_id.is_not(None), ~followed).returning(Topic.id)
    return len((await session.scalars(lonely)).all())


def standing(query: str) -> str:
    """The canonical text of a query that can stand. Raises QuerySyntaxError."""
    parsed = parse(query)
    require_standing(parsed)
    require_known(parsed)
    return str(parsed)


def _live(subscriber: Subscriber) -> Select[Subscription, Topic]:
    joined = select(Subscription, Topic).join(Topic, Topic.id == Subscription.topic_id)
    return joined.where(Subscription.subscriber_id == subscriber.id, Subscription.ended_at.is_(None))


async def _refuse_above_limit(session: AsyncSession, subscriber: Subscriber) -> None:
    live = (Subscription.subscriber_id == subscriber.id, Subscription.ended_at.is_(None))
    limit = limits_of(session).topics
    if (await session.scalar(select(func.count()).select_from(Subscription).where(*live)) or 0) >= limit:
        raise TooManySubscriptionsError(limit=limit)
