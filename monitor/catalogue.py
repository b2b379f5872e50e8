"""Public topics: what the admins of the bot offer to everybody."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit
from monitor.editing import DESCRIPTION_LENGTH, LANGUAGE_LINE, one_line, read_queries, split_emoji
from monitor.errors import MonitorError
from monitor.models import Subscriber, Subscription, Topic
from monitor.subscriptions import TopicGoneError
from monitor.topics import next_stamp

SHOWN = 500  # public topics in a list


class IncompleteTopicError(MonitorError):
    """A public topic needs a name and a query, each in a line of its own."""

    code = "incomplete_topic"


class Written(NamedTuple):
    """A topic as an admin writes it: `queries` by language where there are several, `query` all of them together."""

    emoji: str | None
    name: str
    description: str | None
    queries: dict[str, str] | None
    query: str


async def offered(session: AsyncSession, subscriber: Subscriber, limit: int) -> list[Topic]:
    """Public topics that the subscriber is not told of yet, those that admins put first first."""
    live = (Subscription.subscriber_id == subscriber.id, Subscription.ended_at.is_(None))
    theirs = select(Subscription.topic_id).where(*live)
    public = select(Topic).where(Topic.owner_id.is_(None), Topic.deleted_at.is_(None), Topic.id.not_in(theirs))
    return list(await session.scalars(public.order_by(Topic.rank.desc(), Topic.id).limit(limit)))


async def publish(session: AsyncSession, text: str, admin_id: int, now: datetime) -> Topic:
    """Make a public topic of lines: name, description (may be missing), query, or a query for each language ("ru: …").

    Raises IncompleteTopicError, QuerySyntaxError.
    """
    written = read(text)
    topic = Topic(owner_id=None, created_at=now, stamp=await next_stamp(session), **written._asdict())
    session.add(topic)
    await session.flush()
    await _record(session, "published", topic, admin_id, now, query=topic.query)
    return topic


async def remove(session: AsyncSession, topic: Topic, admin_id: int, now: datetime) -> None:
    """Take the topic away from everybody; `restore` brings it back as long as it has not been swept away."""
    topic.deleted_at = now
    theirs = (Subscription.topic_id == topic.id, Subscription.ended_at.is_(None))
    await session.execute(update(Subscription).where(*theirs).values(ended_at=now))
    await session.flush()
    await _record(session, "removed", topic, admin_id, now, query=topic.query)


async def restore(session: AsyncSession, topic_id: int, admin_id: int, now: datetime) -> Topic:
    """Bring a removed topic back, with everybody who was told of it then. Raises TopicGoneError."""
    topic = await session.get(Topic, topic_id)
    if topic is None or topic.owner_id is not None:
        raise TopicGoneError
    if topic.deleted_at is None:
        return topic
    theirs = (Subscription.topic_id == topic_id, Subscription.ended_at == topic.deleted_at)
    await session.execute(update(Subscription).where(*theirs).values(ended_at=None))
    topic.deleted_at = None
    await session.flush()
    await _record(session, "restored", topic, admin_id, now)
    return topic


async def put_first(session: AsyncSession, topic: Topic, admin_id: int, now: datetime) -> None:
    """Show this topic before all others: the first three greet who is new."""
    topic.rank = (await session.scalar(select(func.max(Topic.rank)).where(Topic.owner_id.is_(None))) or 0) + 1
    await session.flush()
    await _record(session, "put_first", topic, admin_id, now)


def read(text: str) -> Written:
    """What an admin wrote. Raises IncompleteTopicError, QuerySyntaxError."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    first = next(
        (number for number, line in enumerate(lines) if number and LANGUAGE_LINE.fullmatch(line)), len(lines) - 1
    )
    if first < 1 or first > 2:
        raise IncompleteTopicError
    emoji, name = split_emoji(lines[0])
    description = one_line(lines[1])[:DESCRIPTION_LENGTH] if first == 2 else None
    queries, query = read_queries("\n".join(lines[first:]))
    return Written(emoji, name, description, queries, query)


async def _record(
    session: AsyncSession, action: str, topic: Topic, admin_id: int, now: datetime, **details: Any
) -> None:
    await audit.record(session, admin_id, action, now, topic=topic.id, target=topic.name, **details)
