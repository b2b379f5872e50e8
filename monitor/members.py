"""Who was let in. An admin of the bot needs no row here, and an open bot asks nobody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit
from monitor.models import Feed, Member, Standing, Subscriber
from monitor.upsert import insert_for

NAME_LENGTH = 128


async def is_member(session: AsyncSession, user_id: int) -> bool:
    """Was this person let in?"""
    standing = await session.scalar(select(Member.standing).where(Member.user_id == user_id))
    return standing == Standing.ADMITTED


async def ask(session: AsyncSession, user_id: int, name: str, now: datetime) -> tuple[Member, bool]:
    """A person asks to be let in; beside what they are now, whether nobody knew of it before."""
    known = await session.get(Member, user_id)
    if known is not None:
        return known, False
    values = {"user_id": user_id, "name": name[:NAME_LENGTH], "standing": Standing.ASKED, "asked_at": now}
    added = await session.execute(
        insert_for(session, Member).values(values).on_conflict_do_nothing().returning(Member.user_id)
    )
    return await session.get_one(Member, user_id), added.first() is not None


async def decide(
    session: AsyncSession, user_id: int, standing: Standing, admin_id: int, now: datetime
) -> tuple[Member | None, bool]:
    """An admin lets a person in, or does not; beside who it is, whether this changed anything. None: nobody asked.

    Links to feeds of who is not let in any more lead nowhere for good.
    """
    member = await session.get(Member, user_id, with_for_update=True)
    if member is None or member.standing == standing:
        return member, False
    member.standing, member.decided_at, member.decided_by = standing, now, admin_id
    if standing is Standing.DECLINED:
        theirs = select(Subscriber.id).where(Subscriber.chat_id == user_id)
        await session.execute(delete(Feed).where(Feed.subscriber_id.in_(theirs)))
    await audit.record(session, admin_id, standing, now, person_id=user_id)
    return member, True


async def standing(session: AsyncSession, wanted: Standing, limit: int) -> Sequence[Member]:
    """The people of this standing, who asked last first."""
    newest = select(Member).where(Member.standing == wanted).order_by(Member.asked_at.desc(), Member.user_id)
    return (await session.scalars(newest.limit(limit))).all()


async def counts(session: AsyncSession) -> dict[Standing, int]:
    """How many people there are of each standing."""
    rows = await session.execute(select(Member.standing, func.count()).group_by(Member.standing))
    return dict.fromkeys(Standing, 0) | {Standing(standing): count for standing, count in rows}
