"""Less of something, at one press of a button under an alert, also of what is queued already; a second press takes it back."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import unwanted
from monitor.channels import UnknownChannelError
from monitor.models import Channel, Mode, Mute, Subscriber, Subscription
from monitor.subscriptions import subscribed

FEWER = (6, 2)
"""Posts an hour, step by step; before the first one it ceases to ring through silence, after the last one it comes in digests."""


class Hush(StrEnum):
    """For how long a topic is muted."""

    HOUR = "hour"
    DAY = "day"


SPANS = {Hush.HOUR: timedelta(hours=1), Hush.DAY: timedelta(days=1)}


async def mute_topic(
    session: AsyncSession, subscriber: Subscriber, topic_id: int, hush: Hush, now: datetime
) -> tuple[str, datetime | None]:
    """(the topic's name, until when it is muted now: None if that was taken back, by the same button). Raises TopicGoneError."""
    subscription, topic = await subscribed(session, subscriber, topic_id)
    until = (now + SPANS[hush]).replace(microsecond=0)  # as in the keys of what is held
    again = muted_until(subscription, now) is not None and subscription.muted_for == hush
    subscription.muted_until, subscription.muted_for = (None, None) if again else (until, hush)
    await session.flush()
    if again:
        await unwanted.release_topic(session, subscriber.id, topic_id, now)
    else:
        await unwanted.hold_topic(session, subscriber.id, topic_id, now)
    return topic.name, subscription.muted_until


def muted_until(subscription: Subscription, now: datetime) -> datetime | None:
    """When the muting ends that this topic is under; None if there is none."""
    until = subscription.muted_until
    return until if until is not None and until > now else None


async def unmute_topic(session: AsyncSession, subscriber: Subscriber, topic_id: int, now: datetime) -> None:
    """End the muting of the topic, whichever button began it; what it held is due. Raises TopicGoneError."""
    subscription, _ = await subscribed(session, subscriber, topic_id)
    if muted_until(subscription, now) is None:
        return
    subscription.muted_until = subscription.muted_for = None
    await session.flush()
    await unwanted.release_topic(session, subscriber.id, topic_id, now)


async def muted_channels(session: AsyncSession, subscriber: Subscriber) -> frozenset[int]:
    """The ids of the channels that the subscriber does not want to hear of."""
    return frozenset(await session.scalars(select(Mute.channel_id).where(Mute.subscriber_id == subscriber.id)))


async def mute_channel(
    session: AsyncSession, subscriber: Subscriber, channel_id: int, now: datetime
) -> tuple[str, bool]:
    """(the channel's title, whether it is muted now). Raises UnknownChannelError."""
    channel = await session.get(Channel, channel_id)
    if channel is None:
        raise UnknownChannelError(name=str(channel_id))
    mute = await session.get(Mute, (subscriber.id, channel_id))
    if mute is not None:
        await unmute_channel(session, subscriber, channel_id, now)
    else:
        session.add(Mute(subscriber_id=subscriber.id, channel_id=channel_id, created_at=now))
        await unwanted.drop_channel(session, subscriber.id, channel_id, now)
        await session.flush()
    return channel.title, mute is None


async def unmute_channel(session: AsyncSession, subscriber: Subscriber, channel_id: int, now: datetime) -> None:
    """Tell of this channel again, also of what was dropped within the last day; nothing happens where it is not muted."""
    mute = await session.get(Mute, (subscriber.id, channel_id))
    if mute is None:
        return
    await session.delete(mute)
    await unwanted.restore_channel(session, subscriber.id, channel_id, now)
    await session.flush()


class Less(StrEnum):
    """What becomes of a topic that is to tell less, where that is no number of posts."""

    PLAIN = "plain"
    """It does not ring through silence any more."""
    DIGEST = "digest"
    ALREADY = "already"
    """It came in digests before, and does."""
    SILENT = "silent"
    """It told nothing before, and does not."""


async def lessen(session: AsyncSession, subscriber: Subscriber, topic_id: int) -> tuple[str, int | Less]:
    """(the topic's name, how many posts an hour it tells of from now on, or what else has become of it). Raises TopicGoneError."""
    subscription, topic = await subscribed(session, subscriber, topic_id)
    less = _lessen(subscription)
    await session.flush()
    return topic.name, less


def _lessen(subscription: Subscription) -> int | Less:
    """One step less."""
    if subscription.mode == Mode.SILENT:
        return Less.SILENT
    if subscription.priority:
        subscription.priority = False
        return Less.DIGEST if subscription.mode == Mode.DIGEST else Less.PLAIN
    if subscription.mode == Mode.DIGEST:
        return Less.ALREADY
    limit = subscription.hourly_limit
    for step in FEWER:
        if limit is None or step < limit:
            subscription.hourly_limit = step
            return step
    subscription.mode, subscription.hourly_limit = Mode.DIGEST, None
    return Less.DIGEST
