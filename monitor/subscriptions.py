"""Who is told of what."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.models import Mode, Subscriber, Subscription, Topic
from monitor.query.matcher import require_standing
from monitor.query.syntax import parse
from monitor.upsert import insert_for

MAX_SUBSCRIPTIONS = 200
NAME_LENGTH = 128
TOPIC_LOCK = 0x700C  # any number: it names the advisory lock


class TooManySubscriptionsError(MonitorError):
    """One chat may hold 200 subscriptions: remove one with /unsubscribe first."""

    code = "too_many_subscriptions"


async def subscribe(session: AsyncSession, subscriber: Subscriber, query: str, now: datetime) -> tuple[Topic, bool]:
    """Subscribe to a private topic for the query; False beside the topic when it was subscribed already.

    Raises QuerySyntaxError for a query that cannot stand, TooManySubscriptionsError at the limit.
    """
    parsed = parse(query)
    require_standing(parsed)
    canonical = str(parsed)
    found = await session.scalar(select(Topic).where(Topic.owner_id == subscriber.id, Topic.query == canonical))
    if found is not None:
        return found, False
    await _refuse_above_limit(session, subscriber)
    await _serialise_topic_ids(session)
    topic = Topic(owner_id=subscriber.id, name=query.strip()[:NAME_LENGTH], query=canonical, created_at=now)
    session.add(topic)
    await session.flush()
    values = {"subscriber_id": subscriber.id, "topic_id": topic.id, "mode": Mode.INSTANT, "created_at": now}
    await session.execute(insert_for(session, Subscription).values(values).on_conflict_do_nothing())
    return topic, True


async def unsubscribe(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> Topic | None:
    """End the subscription; a private topic goes with it. None when there was no such subscription."""
    subscription = await session.get(Subscription, (subscriber.id, topic_id))
    if subscription is None:
        return None
    topic = await session.get_one(Topic, topic_id)
    await session.delete(subscription)
    await session.flush()
    if topic.owner_id == subscriber.id:
        await session.delete(topic)
        await session.flush()
    return topic


async def subscriptions(session: AsyncSession, subscriber: Subscriber) -> list[Topic]:
    """The topics this subscriber is told of, oldest subscription first."""
    statement = (
        select(Topic)
        .join(Subscription, Subscription.topic_id == Topic.id)
        .where(Subscription.subscriber_id == subscriber.id)
        .order_by(Subscription.created_at, Topic.id)
    )
    return list(await session.scalars(statement))


async def _refuse_above_limit(session: AsyncSession, subscriber: Subscriber) -> None:
    count = select(func.count()).select_from(Subscription).where(Subscription.subscriber_id == subscriber.id)
    if (await session.scalar(count) or 0) >= MAX_SUBSCRIPTIONS:
        raise TooManySubscriptionsError(limit=MAX_SUBSCRIPTIONS)


async def _serialise_topic_ids(session: AsyncSession) -> None:
    """Make topic ids commit in order: readers follow the table by `id > newest seen`."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(TOPIC_LOCK)))
