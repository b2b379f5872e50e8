"""The accounts that listen, and which of them takes the next channel: the one that is in the fewest.

Every listener says regularly that it lives; one that has not for a while, or has said what is wrong with its account, is not
counted on, and its channels go to the others.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Account, Channel, Membership
from monitor.upsert import insert_for

GONE_AFTER = timedelta(minutes=15)
LIMIT, PREMIUM_LIMIT = 500, 1000
"""Channels that Telegram lets an account be in."""


async def beat(session: AsyncSession, name: str, now: datetime, *, limit: int | None = None) -> None:
    """The account listens. `limit` is how many channels it may be in, None: as many as was known before."""
    values = {"seen_at": now, "problem": None} | ({"room": limit} if limit is not None else {})
    row = insert_for(session, Account).values(name=name, **({"room": LIMIT} | values))
    await session.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


async def fail(session: AsyncSession, name: str, problem: str, now: datetime) -> None:
    """The account cannot listen until a person has mended it; `problem` is the code of an error."""
    values = {"seen_at": now, "problem": problem}
    row = insert_for(session, Account).values(name=name, room=LIMIT, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


async def rest(session: AsyncSession, name: str, until: datetime) -> None:
    """Telegram lets the account join nothing before this time."""
    await session.execute(update(Account).where(Account.name == name).values(joins_after=until))


async def fill(session: AsyncSession, name: str) -> None:
    """Telegram says that the account is in as many channels as it may."""
    count = select(func.count()).where(Membership.account == name, Membership.joined).scalar_subquery()
    await session.execute(update(Account).where(Account.name == name).values(room=count))


async def next_to_join(session: AsyncSession, now: datetime, channel_id: int | None = None) -> str | None:
    """The account that should join the next channel, None if none can; not one that `channel_id` has refused."""
    watched = and_(Membership.account == Account.name, Membership.joined)
    count = select(func.count()).where(watched).correlate(Account).scalar_subquery()
    free = (Account.joins_after.is_(None) | (Account.joins_after <= now), count < Account.room)
    refused = exists().where(
        Membership.account == Account.name, Membership.channel_id == channel_id, Membership.refused
    )
    able = select(Account.name).where(*_listening(now), *free, ~refused)
    return await session.scalar(able.order_by(count, Account.name).limit(1))


async def to_leave(session: AsyncSession, now: datetime, channel_id: int) -> str | None:
    """The account that should leave the channel: one that is in it, or any that listens."""
    inside = exists().where(Membership.account == Account.name, Membership.channel_id == channel_id, Membership.joined)
    listening = select(Account.name).where(*_listening(now))
    return await session.scalar(listening.order_by(inside.desc(), Account.name).limit(1))


async def orphans(session: AsyncSession, now: datetime) -> list[Channel]:
    """The watched channels that no listening account is in."""
    cared = (
        exists()
        .where(Membership.channel_id == Channel.id, Membership.joined, Membership.account == Account.name)
        .where(*_listening(now))
    )
    return list(await session.scalars(select(Channel).where(Channel.watched, ~cared).order_by(Channel.id)))


async def refuse(session: AsyncSession, name: str, channel_id: int) -> None:
    """The channel lets this account in no more."""
    row = insert_for(session, Membership).values(
        channel_id=channel_id, account=name, access_hash=0, joined=False, refused=True
    )
    out = {"joined": False, "refused": True}
    await session.execute(row.on_conflict_do_update(index_elements=["channel_id", "account"], set_=out))


def _listening(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Account.problem.is_(None), Account.seen_at > now - GONE_AFTER)
