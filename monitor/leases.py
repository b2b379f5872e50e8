"""What becomes of the claims of a relay that stops, was killed, or is not heard of any more."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Delivery, DeliveryState

_CLAIMED = Delivery.state == DeliveryState.CLAIMED


async def release(session: AsyncSession, token: str, now: datetime) -> None:
    """Give back what this relay claimed and did not begin."""
    held = (Delivery.claim == token, _CLAIMED, Delivery.begun_at.is_(None))
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def take_over(session: AsyncSession, token: str, now: datetime) -> None:
    """The relay was killed: owe at once whatever it had claimed. What it had begun may come twice, and is marked so."""
    held = (Delivery.claim == token, _CLAIMED)
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def inherit(session: AsyncSession, now: datetime) -> None:
    """Take over at once what a relay had claimed when it was killed, where there can be only one: on SQLite.

    Elsewhere relays look after each other, see `bot.allotment`.
    """
    if session.get_bind().dialect.name == "sqlite":
        claimed = update(Delivery).where(_CLAIMED)
        await session.execute(claimed.values(state=DeliveryState.DUE, due_at=now, claim=None))
