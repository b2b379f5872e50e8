"""Less of something, at one press of a button under an alert, also of what is queued already; a second press takes it back."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import unwanted
from monitor.channels import UnknownChannelError
from monitor.models import Channel, Mode, Mute, Subscriber
from monitor.subscriptions import subscribed

FEWER = (6, 2)
"""Posts an hour, step by step; after the last one the topic comes in digests."""


class Hush(StrEnum):
    """For how long a topic is muted."""

    HOUR = "hour"
    DAY = "day"


SPANS = {Hush.HOUR: timedelta(hours=1), Hush.DAY: timedelta(days=1)}


async def mute_topic(
    session: AsyncSession, subscriber: Subscriber, topic_id: int, hush: Hush, now: datetime
) -> tuple[str, datetime | None]:
    """(the topic's name, until when it is muted now: None if that was taken back). Raises TopicGoneError."""
    subscription, topic = await subscribed(session, subscriber, topic_id)
    until = now + SPANS[hush]
    muted = subscription.muted_until is not None and subscription.muted_until > now
    again = muted and subscription.muted_until is not None and abs(subscription.muted_until - until) < SPANS[hush]
    subscription.muted_until = None if again else until
    await session.flush()
    if again:
        await unwanted.release_topic(session, subscriber.id, topic_id, now)
    else:
        await unwanted.hold_topic(session, subscriber.id, topic_id, until, now)
    return topic.name, subscription.muted_until


async def mute_channel(
    session: AsyncSession, subscriber: Subscriber, channel_id: int, now: datetime
) -> tuple[str, bool]:
    """(the channel's title, whether it is muted now). Raises UnknownChannelError."""
    channel = await session.get(Channel, channel_id)
    if channel is None:
        raise UnknownChannelError(name=str(channel_id))
    mute = await session.get(Mute, (subscriber.id, channel_id))
    if mute is not None:
        await session.delete(mute)
        await unwanted.restore_channel(session, subscriber.id, channel_id, now)
    else:
        session.add(Mute(subscriber_id=subscriber.id, channel_id=channel_id, created_at=now))
        await unwanted.drop_channel(session, subscriber.id, channel_id, now)
    await session.flush()
    return channel.title, mute is None


async def lessen(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> tuple[str, int | None]:
    """(the topic's name, how many posts an hour it tells of from now on: None if it comes in digests). Raises TopicGoneError."""
    subscription, topic = await subscribed(session, subscriber, topic_id)
    limit = subscription.hourly_limit
    fewer = next((step for step in FEWER if limit is None or step < limit), None)
    if fewer is None:
        subscription.mode, subscription.hourly_limit = Mode.DIGEST, None
    else:
        subscription.hourly_limit = fewer
    await session.flush()
    return topic.name, fewer
