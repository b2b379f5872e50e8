"""What an admin says to everybody: written first, looked at, and sent by a second word only.

To very many it is owed in pages, as a post is in `monitor.fanout`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit, fanout, outbox
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
    """Owe it to every chat that hears from us, once however often this is called; or begin to. None: it was dropped."""
    broadcast = await session.get(Broadcast, broadcast_id, with_for_update=True)
    if broadcast is None or broadcast.sent_at is not None:
        return broadcast
    broadcast.sent_at = now
    broadcast.receivers = await audience(session)
    if broadcast.receivers > fanout.MANY:
        broadcast.after = 0
    else:
        await _owe(session, broadcast, true(), now)
    await audit.record(session, admin_id, "broadcast", now, broadcast=broadcast.id, receivers=broadcast.receivers)
    return broadcast


async def any_waits(session: AsyncSession) -> bool:
    """Whether there is a page to turn."""
    return await session.scalar(select(Broadcast.id).where(Broadcast.after.is_not(None)).limit(1)) is not None


async def turn_page(session: AsyncSession, now: datetime) -> bool:
    """Owe the oldest broadcast that was begun with to the next chats; False if there is none."""
    begun = select(Broadcast).where(Broadcast.after.is_not(None)).order_by(Broadcast.id).limit(1)
    broadcast = await session.scalar(begun.with_for_update(skip_locked=True))
    if broadcast is None or broadcast.after is None:
        return False
    later = select(Subscriber.id).where(Subscriber.active, Subscriber.id > broadcast.after).order_by(Subscriber.id)
    page = later.limit(fanout.page_size(session.get_bind().dialect.name)).subquery()
    last = await session.scalar(select(func.max(page.c.id)))
    if last is not None:
        await _owe(session, broadcast, Subscriber.id.between(broadcast.after + 1, last), now)
    broadcast.after = last
    await session.flush()
    return True


async def _owe(session: AsyncSession, broadcast: Broadcast, whom: ColumnElement[bool], now: datetime) -> None:
    said = {"text": broadcast.text, "entities": broadcast.entities}
    await outbox.enqueue_to(session, whom, KEY, now, **said)


async def drop(session: AsyncSession, broadcast_id: int) -> None:
    """Forget one that was not sent."""
    broadcast = await session.get(Broadcast, broadcast_id)
    if broadcast is not None and broadcast.sent_at is None:
        await session.delete(broadcast)
        await session.flush()
