"""The accounts that listen, and which of them takes the next channel: the one that is in the fewest.

Every listener says regularly that it lives; one that has not for a while, or has said what is wrong with its account, is not
counted on, and its channels go to the others.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Account, Channel, Membership
from monitor.upsert import insert_for

GONE_AFTER = timedelta(minutes=15)
LIMIT, PREMIUM_LIMIT = 500, 1000
"""Channels that Telegram lets an account be in."""


async def beat(
    session: AsyncSession,
    name: str,
    now: datetime,
    *,
    limit: int | None = None,
    waits: Mapping[str, float] | None = None,
) -> None:
    """The account listens. `limit` is how many channels it may be in, None: as many as was known before.

    `waits`: {request: seconds since 1970} until which Telegram wants none of these.
    """
    values: dict[str, Any] = {"seen_at": now, "problem": None, "waits": _to_come(waits or {}, now)}
    values |= {"room": limit} if limit is not None else {}
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
    inside = (Membership.account == name, Membership.joined, ~Membership.polled)
    count = select(func.count()).where(*inside).scalar_subquery()
    await session.execute(update(Account).where(Account.name == name).values(room=count))


async def next_to_join(session: AsyncSession, now: datetime, channel_id: int | None = None) -> str | None:
    """The account that should join the next channel, None if none can; not one that `channel_id` has refused."""
    count = _channels(polled=False)
    able = select(Account.name).where(*_able(now, channel_id), count < Account.room)
    return await session.scalar(able.order_by(count, Account.name).limit(1))


async def next_to_read(session: AsyncSession, now: datetime, channel_id: int | None = None) -> str | None:
    """The account that should join the next channel, or, where none has room, read it without being a member; None if none can."""
    if (joiner := await next_to_join(session, now, channel_id)) is not None:
        return joiner
    able = select(Account.name).where(*_able(now, channel_id))
    return await session.scalar(able.order_by(_channels(polled=True), Account.name).limit(1))


async def has_room(session: AsyncSession, name: str) -> bool:
    """Whether the account may join one more channel."""
    roomy = select(Account.name).where(Account.name == name, _channels(polled=False) < Account.room)
    return await session.scalar(roomy) is not None


async def to_leave(session: AsyncSession, now: datetime, channel_id: int) -> str | None:
    """The account that should leave the channel: one that is in it, or any that listens."""
    inside = exists().where(Membership.account == Account.name, Membership.channel_id == channel_id, Membership.joined)
    listening = select(Account.name).where(*_listening(now))
    return await session.scalar(listening.order_by(inside.desc(), Account.name).limit(1))


async def orphans(session: AsyncSession, now: datetime) -> list[Channel]:
    """The watched channels that no listening account is in."""
    return list(await session.scalars(select(Channel).where(*_orphaned(now)).order_by(Channel.id)))


async def count_orphans(session: AsyncSession, now: datetime) -> int:
    """How many watched channels no listening account is in."""
    return await session.scalar(select(func.count()).select_from(Channel).where(*_orphaned(now))) or 0


def _orphaned(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    inside = (Membership.channel_id == Channel.id, Membership.joined, Membership.account == Account.name)
    return Channel.watched.is_(True), ~exists().where(*inside, *_listening(now))


async def refused_by(session: AsyncSession, name: str, now: datetime) -> list[Channel]:
    """The watched channels that let this account in no more, and that no other listening account is in."""
    out = exists().where(Membership.channel_id == Channel.id, Membership.account == name, Membership.refused)
    return list(await session.scalars(select(Channel).where(*_orphaned(now), out).order_by(Channel.id)))


async def refuse(session: AsyncSession, name: str, channel_id: int) -> bool:
    """The channel lets this account in no more; whether that is news."""
    known = await session.get(Membership, (channel_id, name))
    is_news = known is None or not known.refused
    row = insert_for(session, Membership).values(
        channel_id=channel_id, account=name, access_hash=0, joined=False, refused=True
    )
    out = {"joined": False, "refused": True}
    await session.execute(row.on_conflict_do_update(index_elements=["channel_id", "account"], set_=out))
    return is_news


async def is_lost(session: AsyncSession, now: datetime, channel_id: int) -> bool:
    """Whether no account that listens may still try to read the channel."""
    refused = exists().where(
        Membership.account == Account.name, Membership.channel_id == channel_id, Membership.refused
    )
    return await session.scalar(select(Account.name).where(*_listening(now), ~refused).limit(1)) is None


def _channels(*, polled: bool) -> ScalarSelect[int]:
    """How many channels an account polls, or else is in."""
    theirs = (Membership.account == Account.name, Membership.joined, Membership.polled.is_(polled))
    return select(func.count()).where(*theirs).correlate(Account).scalar_subquery()


def _able(now: datetime, channel_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """The accounts that listen, need not wait, and were not refused by the channel."""
    refused = exists().where(
        Membership.account == Account.name, Membership.channel_id == channel_id, Membership.refused
    )
    return (*_listening(now), Account.joins_after.is_(None) | (Account.joins_after <= now), ~refused)


def _to_come(waits: Mapping[str, float], now: datetime) -> dict[str, str]:
    moments = {name: datetime.fromtimestamp(until, UTC) for name, until in waits.items()}
    return {name: moment.isoformat(timespec="seconds") for name, moment in moments.items() if moment > now}


def _listening(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Account.problem.is_(None), Account.seen_at > now - GONE_AFTER)
