"""How relays share the outbox: claim, begin, release, inherit.

A claim is a lease on one message for one chat; its `due_at` is when the lease ends, after which another relay may claim it. A chat has
one message claimed at a time, and those behind it wait, so that its order is kept however many relays there are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Delivery, DeliveryKind, DeliveryState, Subscriber

LEASE = timedelta(minutes=2)
TOGETHER = 20
"""No more posts than this in one message."""
APART = 3
"""After so many failures a post is sent alone, lest it spoil the others."""
SCANNED = 8
"""Due rows looked at for each chat that is wanted."""
OPEN = text("deliveries.state IN ('due', 'claimed')")  # spelt out: only so do both databases see that the index will do


@dataclass(frozen=True, slots=True)
class Parcel:
    """Claimed deliveries that go to one subscriber as one message, in order. `again`: it may have been sent before."""

    deliveries: tuple[Delivery, ...]
    again: bool

    @property
    def subscriber_id(self) -> int:
        return self.deliveries[0].subscriber_id

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Smaller goes first: by priority, then by age."""
        return min((delivery.priority, delivery.created_at, delivery.id) for delivery in self.deliveries)

    def mine(self) -> tuple[ColumnElement[bool], ...]:
        """The condition under which a row still belongs to this parcel."""
        ids = [delivery.id for delivery in self.deliveries]
        return Delivery.id.in_(ids), Delivery.claim == self.deliveries[0].claim, Delivery.state == DeliveryState.CLAIMED


async def claim(
    session: AsyncSession, token: str, now: datetime, limit: int, *, joined_from: int, busy: Collection[int] = ()
) -> list[Parcel]:
    """Lease the next message of up to `limit` chats to the relay named by `token`, best first.

    `busy` are subscribers that cannot be written to yet. `joined_from` posts that are due for one chat make one message; fewer make
    one each.
    """
    chats = await _lock(session, await _waiting(session, now, limit, busy))
    if not chats:
        return []
    ids: list[int] = []
    for subscriber_id, rows in groupby(await _lanes(session, chats), key=lambda row: row.subscriber_id):
        lane = list(rows)
        blocked_until = _blocked_until(lane, now)
        if blocked_until is None:
            ids += _head(lane, now, joined_from)
        elif blocked_until > now:
            await _postpone(session, subscriber_id, now, blocked_until)
    return await _take(session, token, now, ids)


async def begin(session: AsyncSession, parcel: Parcel, now: datetime) -> bool:
    """Note, before the message leaves, that it is about to: after a kill only what was begun may come twice.

    False if another relay has taken it over.
    """
    statement = update(Delivery).where(*parcel.mine()).values(begun_at=now, due_at=now + LEASE).returning(Delivery.id)
    begun = (await session.execute(statement.execution_options(synchronize_session=False))).all()
    return len(begun) == len(parcel.deliveries)


async def release(session: AsyncSession, token: str, now: datetime) -> None:
    """Give back what this relay claimed and did not begin."""
    held = (Delivery.claim == token, Delivery.state == DeliveryState.CLAIMED, Delivery.begun_at.is_(None))
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def inherit(session: AsyncSession, now: datetime) -> None:
    """Take over at once what a relay had claimed when it was killed, where there can be only one: on SQLite.

    Elsewhere the leases run out.
    """
    if session.get_bind().dialect.name == "sqlite":
        claimed = update(Delivery).where(Delivery.state == DeliveryState.CLAIMED)
        await session.execute(claimed.values(state=DeliveryState.DUE, due_at=now, claim=None))


async def _waiting(session: AsyncSession, now: datetime, limit: int, busy: Collection[int]) -> list[int]:
    """Subscribers that something is due for, best first."""
    due = (
        select(Delivery.subscriber_id).where(OPEN, Delivery.due_at <= now).order_by(Delivery.priority, Delivery.due_at)
    )
    if busy:
        due = due.where(Delivery.subscriber_id.not_in(busy))
    return list(dict.fromkeys(await session.scalars(due.limit(limit * SCANNED))))[:limit]


async def _lock(session: AsyncSession, chats: list[int]) -> list[int]:
    """Those of the chats that no other relay is claiming from at this moment; SQLite has one writer anyhow."""
    if not chats or session.get_bind().dialect.name == "sqlite":
        return chats
    free = select(Subscriber.id).where(Subscriber.id.in_(chats)).order_by(Subscriber.id)
    return list(await session.scalars(free.with_for_update(skip_locked=True, key_share=True)))


async def _lanes(session: AsyncSession, chats: Sequence[int]) -> Sequence[Any]:
    """The first open rows of each of these chats, in order."""
    place = func.row_number().over(partition_by=Delivery.subscriber_id, order_by=Delivery.id).label("place")
    names = ("id", "subscriber_id", "kind", "state", "due_at", "attempts", "error")
    columns = [getattr(Delivery, name) for name in names]
    rows = select(*columns, place).where(OPEN, Delivery.subscriber_id.in_(chats)).subquery()
    first = select(rows).where(rows.c.place <= 2 * TOGETHER).order_by(rows.c.subscriber_id, rows.c.id)
    return (await session.execute(first)).all()


def _blocked_until(lane: Iterable[Any], now: datetime) -> datetime | None:
    """Until when the chat must wait for its oldest message, which failed, was snoozed, or is an album whose parts still come.

    `now` if a relay has one of its rows.
    """
    for row in lane:
        if row.due_at > now and row.state == DeliveryState.CLAIMED:
            return now
        if row.due_at > now and (row.error is not None or row.kind == DeliveryKind.ALERT):
            due_at: datetime = row.due_at
            return due_at
        if row.due_at <= now:
            return None
    return None


def _head(lane: Iterable[Any], now: datetime, joined_from: int) -> list[int]:
    """Ids of what makes the chat's next message."""
    due = [row for row in lane if row.due_at <= now]
    joined = list(takewhile(lambda row: row.kind == DeliveryKind.ALERT and row.attempts < APART, due))
    return [row.id for row in (joined[:TOGETHER] if len(joined) >= joined_from else due[:1])]


async def _postpone(session: AsyncSession, subscriber_id: int, now: datetime, until: datetime) -> None:
    """What came after a message that has to wait waits with it."""
    theirs = (Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.DUE, Delivery.due_at <= now)
    statement = update(Delivery).where(OPEN, *theirs).values(due_at=until)
    await session.execute(statement.execution_options(synchronize_session=False))


async def _take(session: AsyncSession, token: str, now: datetime, ids: list[int]) -> list[Parcel]:
    statement = (
        update(Delivery)
        .where(OPEN, Delivery.id.in_(ids), Delivery.due_at <= now)
        .values(state=DeliveryState.CLAIMED, claim=token, due_at=now + LEASE)
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )
    claimed = sorted(await session.scalars(statement), key=lambda delivery: (delivery.subscriber_id, delivery.id))
    grouped = (tuple(rows) for _, rows in groupby(claimed, key=lambda delivery: delivery.subscriber_id))
    parcels = (Parcel(rows, again=any(row.begun_at is not None for row in rows)) for rows in grouped)
    return sorted(parcels, key=lambda parcel: parcel.rank)
