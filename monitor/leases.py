"""What becomes of the claims of a relay that stops, was killed, or is not heard of any more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.claims import OPEN
from monitor.models import Delivery, DeliveryState

_CLAIMED: Any = (OPEN, Delivery.state == DeliveryState.CLAIMED)


async def release(session: AsyncSession, token: str, now: datetime) -> None:
    """Give back what this relay claimed and did not begin."""
    held = (*_CLAIMED, Delivery.claim == token, Delivery.begun_at.is_(None))
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def reclaim(session: AsyncSession, token: str, in_hand: Collection[int], now: datetime) -> None:
    """Owe again at once what is claimed by this relay but not in its hand, by the ids of the deliveries.

    A transaction whose commit was not answered may have been made; what it claimed was not sent.
    """
    lost = (*_CLAIMED, Delivery.claim == token, Delivery.id.not_in(in_hand))
    await session.execute(update(Delivery).where(*lost).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def take_over(session: AsyncSession, token: str, now: datetime) -> None:
    """The relay was killed: owe at once whatever it had claimed. What it had begun may come twice, and is marked so."""
    held = (*_CLAIMED, Delivery.claim == token)
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def inherit(session: AsyncSession, now: datetime) -> None:
    """Take over at once what a relay had claimed when it was killed, where there can be only one: on SQLite.

    Elsewhere relays look after each other, see `bot.allotment`.
    """
    if session.get_bind().dialect.name == "sqlite":
        claimed = update(Delivery).where(*_CLAIMED)
        await session.execute(claimed.values(state=DeliveryState.DUE, due_at=now, claim=None))
