"""How the whole thing is doing, for those who run it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import accounts, members
from monitor.claims import DEAD, OPEN
from monitor.models import Account, Channel, Delivery, Membership, Standing, Subscriber

NEW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages that are due now, those for later, since when the oldest is due, and those given up."""

    due: int
    later: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class People:
    """Chats that hear from us, those that closed themselves to us, those of the last seven days, and who waits to be let in."""

    active: int
    gone: int
    new: int
    asking: int


@dataclass(frozen=True, slots=True)
class Health:
    """`accounts` with how many channels each is in; `orphans` are watched channels that no listening account is in.

    `pushed` and `found` are the posts that Telegram pushed, and those that it did not push and that were fetched.
    """

    accounts: Sequence[tuple[Account, int]]
    channels: int
    orphans: int
    pushed: int
    found: int
    queue: Queue
    people: People


async def health(session: AsyncSession, now: datetime) -> Health:
    """Everything at a glance."""
    watched = select(func.count(), func.sum(Channel.pushed), func.sum(Channel.found)).where(Channel.watched)
    channels, pushed, found = (await session.execute(watched)).one()
    return Health(
        accounts=await _accounts(session),
        channels=channels,
        orphans=len(await accounts.orphans(session, now)),
        pushed=int(pushed or 0),
        found=int(found or 0),
        queue=await _queue(session, now),
        people=await _people(session, now),
    )


async def _accounts(session: AsyncSession) -> list[tuple[Account, int]]:
    inside = and_(Membership.account == Account.name, Membership.joined)
    counted = select(Account, func.count(Membership.channel_id)).outerjoin(Membership, inside).group_by(Account.name)
    return [(account, count) for account, count in await session.execute(counted.order_by(Account.name))]


async def _queue(session: AsyncSession, now: datetime) -> Queue:
    waiting = select(func.count(), func.sum(case((Delivery.due_at <= now, 1), else_=0)), func.min(Delivery.due_at))
    count, due, oldest = (await session.execute(waiting.where(OPEN))).one()
    dead = await session.scalar(select(func.count()).select_from(Delivery).where(DEAD))
    late = oldest if oldest is not None and oldest <= now else None
    return Queue(due=int(due or 0), later=count - int(due or 0), oldest=late, dead=dead or 0)


async def _people(session: AsyncSession, now: datetime) -> People:
    counted = select(
        func.sum(case((Subscriber.active, 1), else_=0)),
        func.count(),
        func.sum(case((Subscriber.created_at > now - NEW, 1), else_=0)),
    )
    active, count, new = (await session.execute(counted.select_from(Subscriber))).one()
    asking = (await members.counts(session))[Standing.ASKED]
    return People(active=int(active or 0), gone=count - int(active or 0), new=int(new or 0), asking=asking)
