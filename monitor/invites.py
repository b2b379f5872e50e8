"""Links that let people in: a number of uses, and an end."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import audit
from monitor.errors import MonitorError
from monitor.members import NAME_LENGTH
from monitor.models import Invite, Member, Standing

USES, LASTS = 1, timedelta(days=7)
"""What an invitation is good for if nothing else is said."""
MOST_USES, LONGEST = 10_000, timedelta(days=366)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_USES, _SPAN = re.compile(r"[1-9]\d{0,4}", re.ASCII), re.compile(r"([1-9]\d{0,3})([hdw])", re.ASCII)


class InviteEndedError(MonitorError):
    """This invitation has ended or was used up: ask for a new one."""

    code = "invite_ended"


class InviteTermsError(MonitorError):
    """An invitation takes a number of uses and a span, such as 10 7d."""

    code = "invite_terms"


def terms(text: str) -> tuple[int, timedelta]:
    """`10 30d` → ten uses, thirty days; either may be left out. Raises InviteTermsError."""
    uses, lasts = USES, LASTS
    for word in text.lower().split():
        if _USES.fullmatch(word):
            uses = int(word)
        elif (span := _SPAN.fullmatch(word)) is not None:
            lasts = int(span[1]) * _UNITS[span[2]]
        else:
            raise InviteTermsError
    if uses > MOST_USES or lasts > LONGEST:
        raise InviteTermsError
    return uses, lasts


async def invite(
    session: AsyncSession, code: str, uses: int, ends_at: datetime, admin_id: int, now: datetime
) -> Invite:
    """Make an invitation with this code, which nobody can guess."""
    made = Invite(code=code, uses=uses, used=0, made_by=admin_id, made_at=now, ends_at=ends_at)
    session.add(made)
    await audit.record(session, admin_id, "invited", now, uses=uses, ends_at=ends_at.isoformat())
    return made


async def accept(session: AsyncSession, code: str, user_id: int, name: str, now: datetime) -> bool:
    """Let the person in; False if they were in already, which spends nothing. Raises InviteEndedError."""
    known = await session.get(Member, user_id)
    if known is not None and known.standing != Standing.ASKED:
        if known.standing == Standing.DECLINED:
            raise InviteEndedError
        return False
    await _spend(session, code, now)
    came = {"name": name[:NAME_LENGTH], "standing": Standing.ADMITTED, "invite": code, "decided_at": now}
    await session.merge(Member(user_id=user_id, asked_at=now, **came))
    await session.flush()
    return True


async def valid(session: AsyncSession, now: datetime) -> list[Invite]:
    """The invitations that still let somebody in, newest first."""
    good = (Invite.used < Invite.uses, Invite.ends_at > now)
    return list(await session.scalars(select(Invite).where(*good).order_by(Invite.made_at.desc(), Invite.code)))


async def end(session: AsyncSession, code: str, admin_id: int, now: datetime) -> None:
    """Let nobody in by this invitation any more."""
    running = (Invite.code == code, Invite.ends_at > now)
    ended = await session.execute(update(Invite).where(*running).values(ends_at=now).returning(Invite.code))
    if ended.first() is not None:
        await audit.record(session, admin_id, "invite_ended", now)


async def _spend(session: AsyncSession, code: str, now: datetime) -> None:
    good = (Invite.code == code, Invite.used < Invite.uses, Invite.ends_at > now)
    spent = await session.execute(update(Invite).where(*good).values(used=Invite.used + 1).returning(Invite.code))
    if spent.first() is None:
        raise InviteEndedError
