"""Messages that were given up, for an admin to look at and to send again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit
from monitor.models import Delivery, DeliveryState, Subscriber

_DEAD = Delivery.state == DeliveryState.DEAD


async def dead_letters(session: AsyncSession, limit: int) -> Sequence[tuple[Delivery, Subscriber]]:
    """The newest of them, and whom they were for."""
    newest = select(Delivery, Subscriber).join(Subscriber, Subscriber.id == Delivery.subscriber_id).where(_DEAD)
    rows = await session.execute(newest.order_by(Delivery.settled_at.desc(), Delivery.id.desc()).limit(limit))
    return [(delivery, subscriber) for delivery, subscriber in rows]


async def send_again(session: AsyncSession, delivery_id: int | None, admin_id: int, now: datetime) -> int:
    """Owe a message that was given up once more, with all its attempts; None: all of them. How many they were."""
    which = _DEAD if delivery_id is None else _DEAD & (Delivery.id == delivery_id)
    untried = {"attempts": 0, "unreached_since": None, "settled_at": None, "claim": None}
    fresh = update(Delivery).where(which).values(state=DeliveryState.DUE, due_at=now, **untried)
    revived = await session.execute(fresh.returning(Delivery.id))
    count = len(revived.all())
    if count:
        await audit.record(session, admin_id, "resent", now, count=count)
    return count
