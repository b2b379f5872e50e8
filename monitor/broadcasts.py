"""What an admin says to everybody: written first, looked at, and sent by a second word only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit, outbox
from monitor.errors import MonitorError
from monitor.models import Broadcast, Subscriber

KEY = "broadcast"
"""Of the notice that tells it."""
LENGTH = 3500  # characters: the preview says something of its own beside them


class BroadcastTooLongError(MonitorError):
    """One message to everybody may have 3500 characters."""

    code = "broadcast_too_long"


async def draft(
    session: AsyncSession, text: str, entities: Sequence[dict[str, Any]], admin_id: int, now: datetime
) -> Broadcast:
    """Keep the text until the admin has looked at it. Raises BroadcastTooLongError."""
    if len(text) > LENGTH:
        raise BroadcastTooLongError(limit=LENGTH)
    made = Broadcast(text=text, entities=list(entities), made_by=admin_id, made_at=now)
    session.add(made)
    await session.flush()
    return made


async def audience(session: AsyncSession) -> int:
    """How many chats would hear it now."""
    return await session.scalar(select(func.count()).select_from(Subscriber).where(Subscriber.active)) or 0


async def send(session: AsyncSession, broadcast_id: int, admin_id: int, now: datetime) -> Broadcast | None:
    """Owe it to every chat that hears from us, once however often this is called. None: it was dropped."""
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    if broadcast is None or broadcast.sent_at is not None:
        return broadcast
    said = {"text": broadcast.text, "entities": broadcast.entities}
    broadcast.receivers = await outbox.enqueue_to(session, true(), KEY, now, **said)
    broadcast.sent_at = now
    await audit.record(session, admin_id, "broadcast", now, broadcast=broadcast.id, receivers=broadcast.receivers)
    return broadcast


async def drop(session: AsyncSession, broadcast_id: int) -> None:
    """Forget one that was not sent."""
    broadcast = await session.get(Broadcast, broadcast_id)
    if broadcast is not None and broadcast.sent_at is None:
        await session.delete(broadcast)
        await session.flush()
