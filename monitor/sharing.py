"""Links to topics: t.me/<bot>?start=<payload> (64 characters of A-Z, a-z, 0-9, _ and -: core.telegram.org/bots/features#deep-linking).

A public topic's payload is its number; a private one's has a secret too, which only those know who were given the link.
"""

import re
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from monitor import subscriptions
from monitor.models import Subscriber, Subscription, Topic
from monitor.subscriptions import TopicGoneError
from monitor.topics import next_stamp

_PAYLOAD = re.compile(r"t(\d{1,15})(?:-([A-Za-z0-9_-]{8,32}))?")


def is_payload(text: str) -> bool:
    """Whether a payload may lead to a topic."""
    return _PAYLOAD.fullmatch(text) is not None


async def payload_of(session: AsyncSession, topic: Topic, secret: str) -> str:
    """What leads to this topic; `secret` becomes a private one's if it has none yet."""
    if topic.owner_id is None:
        return f"t{topic.id}"
    if topic.secret is None:
        topic.secret = secret
        await session.flush()
    return f"t{topic.id}-{topic.secret}"


async def shared(session: AsyncSession, payload: str) -> Topic:
    """The topic that a payload leads to. Raises TopicGoneError."""
    found = _PAYLOAD.fullmatch(payload)
    topic = await session.get(Topic, int(found[1])) if found else None
    if found is None or topic is None or topic.deleted_at is not None or not _is_let_in(topic, found[2]):
        raise TopicGoneError
    return topic


async def copy(session: AsyncSession, subscriber: Subscriber, topic: Topic, now: datetime) -> tuple[Topic, bool]:
    """Make a private topic like this one, and be told of it; False beside it if there is one already.

    Raises TooManySubscriptionsError.
    """
    known = await subscriptions.own_topic(session, subscriber, topic.query)
    if known is not None:
        return known, await subscriptions.follow(session, subscriber, known, now)
    same = {name: getattr(topic, name) for name in ("name", "emoji", "description", "query")}
    made = Topic(owner_id=subscriber.id, created_at=now, stamp=await next_stamp(session), **same)
    session.add(made)
    await session.flush()
    return made, await subscriptions.follow(session, subscriber, made, now)


async def hand_over(session: AsyncSession, chat_id: int) -> None:
    """Topics of this chat's that others are told of become whose they have been longest. Links to them lead nowhere then."""
    mine = select(Subscriber.id).where(Subscriber.chat_id == chat_id)
    for topic in await session.scalars(select(Topic).where(Topic.owner_id.in_(mine))):
        heir = await session.scalar(_heir(topic, mine))
        if heir is not None:
            topic.owner_id, topic.secret = heir, None
    await session.flush()


def _heir(topic: Topic, mine: Select[int]) -> Select[int]:
    """Who has the topic longest of those who have none with this query themselves."""
    own = aliased(Topic)
    has_one = exists().where(own.owner_id == Subscription.subscriber_id, own.query == topic.query)
    told = (Subscription.topic_id == topic.id, Subscription.ended_at.is_(None), Subscription.subscriber_id.not_in(mine))
    longest = select(Subscription.subscriber_id).where(*told, ~has_one)
    return longest.order_by(Subscription.created_at, Subscription.subscriber_id).limit(1)


def _is_let_in(topic: Topic, secret: str | None) -> bool:
    return topic.owner_id is None or (topic.secret is not None and compare_digest(topic.secret, secret or ""))
