"""Messages that were given up, for an admin to look at and to send again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit, outbox, subscribers
from monitor.claims import DEAD
from monitor.models import Channel, Delivery, DeliveryState, Post, Subscriber
from monitor.outcomes import UNTRIED, Said

EVERY = timedelta(hours=1)
"""Admins are told of them no more often."""
_TOLD = "letters:"
"""What the keys of notices begin with that tell of them; that one of these was given up is no news itself."""
_NEWS = or_(Delivery.key.is_(None), Delivery.key.not_like(f"{_TOLD}%"))


class DeadLetter(NamedTuple):
    """A message that was given up, whom it was for, and the post that it was about."""

    delivery: Delivery
    subscriber: Subscriber
    post: Post | None = None
    channel: Channel | None = None


async def dead_letters(session: AsyncSession, limit: int) -> Sequence[DeadLetter]:
    """The newest of them."""
    newest = (
        select(Delivery, Subscriber, Post, Channel)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .outerjoin(Post, Post.id == Delivery.post_id)
        .outerjoin(Channel, Channel.id == Post.channel_id)
        .where(DEAD)
    )
    rows = await session.execute(newest.order_by(Delivery.settled_at.desc(), Delivery.id.desc()).limit(limit))
    return [DeadLetter(*row) for row in rows]


async def tell(session: AsyncSession, people: Iterable[int], now: datetime) -> None:
    """Owe everybody of these (user ids) who has met the bot word of what was given up since the last time, once an hour at most."""
    for person in people:
        subscriber = await subscribers.find(session, person)
        if subscriber is None:
            continue
        told = (Delivery.subscriber_id == subscriber.id, Delivery.key.is_not(None), Delivery.key.like(f"{_TOLD}%"))
        last = await session.scalar(select(func.max(Delivery.created_at)).where(*told))
        if last is not None and last > now - EVERY:
            continue
        news = (DEAD, _NEWS) if last is None else (DEAD, _NEWS, Delivery.settled_at > last)
        count = await session.scalar(select(func.count()).select_from(Delivery).where(*news))
        if count:
            said = Said(f"{_TOLD}{now:%Y%m%dT%H%M%S}", "letters_given_up", {"count": count})
            await outbox.say_once(session, subscriber.id, said, now)


async def send_again(session: AsyncSession, delivery_id: int | None, admin_id: int, now: datetime) -> int:
    """Owe a message that was given up once more, with all its attempts; None: all of them. How many they were."""
    which = DEAD if delivery_id is None else and_(DEAD, Delivery.id == delivery_id)
    again = {**UNTRIED, "settled_at": None, "claim": None}
    fresh = update(Delivery).where(which).values(state=DeliveryState.DUE, due_at=now, **again)
    revived = await session.execute(fresh.returning(Delivery.id))
    count = len(revived.all())
    if count:
        await audit.record(session, admin_id, "resent", now, count=count)
    return count
