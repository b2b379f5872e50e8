"""Links to topics: t.me/<bot>?start=<payload> (64 characters of A-Z, a-z, 0-9, _ and -: core.telegram.org/bots/features#deep-linking).

A public topic's payload is its number; a private one's has a secret too, which only those know who were given the link.
"""

import re
from datetime import datetime
from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import subscriptions
from monitor.models import Subscriber, Topic
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


def _is_let_in(topic: Topic, secret: str | None) -> bool:
    return topic.owner_id is None or (topic.secret is not None and compare_digest(topic.secret, secret or ""))
