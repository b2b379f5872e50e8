"""A thread for each topic of a private chat, where the bot has threads there (core.telegram.org/bots/api#user, has_topics_enabled)."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct
from monitor.models import ChatKind, Subscriber, Subscription, Topic
from monitor.tables import SUBSCRIPTIONS

NAME_LENGTH = 128  # characters: core.telegram.org/bots/api#createforumtopic
NAMELESS = "Dozor"

_OWN = SUBSCRIPTIONS.c
_THREAD = (
    select(_OWN.thread_id)
    .where(_OWN.subscriber_id == bindparam("subscriber"), _OWN.topic_id.in_(bindparam("topics", expanding=True)))
    .where(_OWN.thread_id != 0)
    .order_by(_OWN.created_at, _OWN.topic_id)
    .limit(1)
)


class Wish(NamedTuple):
    """The thread of a subscription is to be called `name`; `thread_id` 0: is to be made."""

    subscriber_id: int
    topic_id: int
    thread_id: int
    name: str


async def wishes(session: AsyncSession, chat_id: int, limit: int) -> list[Wish]:
    """What is to be done in a private chat, at most `limit`: threads that are missing, or have another name than their topic."""
    private = (Subscriber.chat_id == chat_id, Subscriber.thread_id == 0, Subscriber.kind == ChatKind.PRIVATE)
    followed = (
        select(Subscription, Topic)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Topic, Topic.id == Subscription.topic_id)
        .where(*private, Subscription.ended_at.is_(None))
        .order_by(Subscription.created_at, Topic.id)
    )
    wanted = []
    for subscription, topic in await session.execute(followed):
        name = name_of(topic)
        if subscription.thread_id == 0 or subscription.thread_name != name:
            wanted.append(Wish(subscription.subscriber_id, topic.id, subscription.thread_id, name))
    return wanted[:limit]


async def settle(session: AsyncSession, wish: Wish, thread_id: int) -> None:
    """Write down which thread the subscription has, and what it is called."""
    theirs = (Subscription.subscriber_id == wish.subscriber_id, Subscription.topic_id == wish.topic_id)
    await session.execute(update(Subscription).where(*theirs).values(thread_id=thread_id, thread_name=wish.name))


async def thread_of(session: AsyncSession, subscriber: Subscriber, topic_ids: Iterable[int]) -> int:
    """Where a message about these topics belongs: the thread of the first that has one, or that of the chat itself."""
    first = await direct.scalar(session, _THREAD, {"subscriber": subscriber.id, "topics": list(topic_ids)})
    return first or subscriber.thread_id


async def name_for(session: AsyncSession, subscriber_id: int, thread_id: int) -> str | None:
    """What the thread is called that takes the place of one that is gone: as the first topic told there; None: nothing is any more."""
    forum = await session.scalar(select(Subscriber.thread_id).where(Subscriber.id == subscriber_id)) == thread_id
    followed = (Subscription.subscriber_id == subscriber_id, Subscription.ended_at.is_(None))
    told = select(Topic).join(Subscription, Subscription.topic_id == Topic.id).where(*followed)
    if not forum:
        told = told.where(Subscription.thread_id == thread_id)
    topic = await session.scalar(told.order_by(Subscription.created_at, Topic.id).limit(1))
    if topic is not None:
        return name_of(topic)
    return NAMELESS if forum else None


async def move(session: AsyncSession, subscriber_id: int, gone: int, thread_id: int, name: str) -> None:
    """What was told in the thread that is gone is told in this one, which has that name."""
    theirs = (Subscription.subscriber_id == subscriber_id, Subscription.thread_id == gone)
    await session.execute(update(Subscription).where(*theirs).values(thread_id=thread_id, thread_name=name))
    forum = update(Subscriber).where(Subscriber.id == subscriber_id, Subscriber.thread_id == gone)
    await session.execute(forum.values(thread_id=thread_id))


async def forget(session: AsyncSession, subscriber_id: int, thread_id: int) -> None:
    """The thread of a private chat is gone, and another one could not be made: that is tried when the person is next heard of."""
    theirs = (Subscription.subscriber_id == subscriber_id, Subscription.thread_id == thread_id)
    await session.execute(update(Subscription).where(*theirs).values(thread_id=0, thread_name=None))


def name_of(topic: Topic) -> str:
    """What the topic's thread is called."""
    return (f"{topic.emoji} {topic.name}" if topic.emoji else topic.name)[:NAME_LENGTH]
