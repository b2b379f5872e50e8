"""How the processes that send with one bot's token share the messages a second that Telegram allows it.

Each says about once a second what it could do with, and is lent a share for a few seconds. A share grows only by what the others have
given up, so all shares together never exceed the rate; who is not heard of loses his. Only these few beats, and no message, touch the
row that all have in common. Times are those of the database's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.advisory import Space, key_of
from monitor.models import BotPace, Sender, UtcDateTime
from monitor.upsert import insert_for

LEASE = timedelta(seconds=5)
CROWD = 3
"""So many chats refused to all senders within a beat mean that they are too fast together."""
GROWTH = 1.25
SLOWEST = 1000.0
FEW = 0.5
"""Messages a second that a sender may begin with at once, even if it wants nothing now."""
_NOW = select(func.clock_timestamp(type_=UtcDateTime))
_IS_THERE = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space"
    " AND objid::bigint = (CAST(:key AS bigint) & 4294967295)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


@dataclass(frozen=True, slots=True)
class Use:
    """What a sender did since its last beat: messages a second that it could do with, by which factor it slowed down, chats
    that were refused to it, and for how many seconds Telegram wants the whole bot to be silent."""

    wanted: float
    slowing: float = 1.0
    refused: int = 0
    quiet_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """What a sender may do until its next beat: messages a second before they are slowed down by `slowness`.

    `whole`: it got what is due to it. `now` is the database's time. `lost` has the names of senders that are not heard of any
    more, and whether what they had claimed was given to others.
    """

    rate: float
    slowness: float
    quiet_s: float
    whole: bool
    now: datetime
    lost: dict[str, bool]


async def beat(session: AsyncSession, name: str, bot_id: int, rate: float, use: Use) -> Share:
    """Say what was used, and take a share of `rate` messages a second for the next LEASE."""
    pace = await _pace(session, bot_id)
    now = (await session.execute(_NOW)).scalar_one()
    senders = list(await session.scalars(select(Sender).where(Sender.bot_id == bot_id, Sender.name != name)))
    living = [one for one in senders if one.until > now]
    due = shares({name: use.wanted, **{one.name: one.wanted for one in living}}, rate)[name]
    share = max(0.0, min(due, rate - sum(one.share for one in living)))
    _learn(pace, living, use, now)
    values = {"wanted": use.wanted, "share": share, "refused": _refused(living, use), "until": now + LEASE}
    adding = insert_for(session, Sender).values(name=name, bot_id=bot_id, **values)
    await session.execute(adding.on_conflict_do_update(index_elements=["name"], set_=values))
    quiet_s = max(0.0, (pace.quiet_until - now).total_seconds()) if pace.quiet_until else 0.0
    lost = {one.name: one.share < 0 for one in senders if one.until <= now}
    return Share(share, pace.slowness, quiet_s, share > 0.9 * due, now, lost)


def shares(wanted: Mapping[str, float], rate: float) -> dict[str, float]:
    """Who gets how much of the rate: nobody more than he wants while another wants more; what is left over is for all alike."""
    floor = min(FEW, rate / (2 * len(wanted)))
    left, given = rate, {}
    for count, (name, want) in enumerate(sorted(wanted.items(), key=lambda pair: pair[1])):
        given[name] = min(max(want, floor), left / (len(wanted) - count))
        left -= given[name]
    return {name: share + left / len(wanted) for name, share in given.items()}


async def is_there(session: AsyncSession, name: str) -> bool:
    """Whether the process of this name has its line to the database (`monitor.line`), and so may still be at work."""
    return bool(await session.scalar(_IS_THERE, key_of(Space.SENDER, name)))


async def drop(session: AsyncSession, name: str) -> None:
    """The sender has gone: its share is free."""
    await session.execute(delete(Sender).where(Sender.name == name))


async def mark_released(session: AsyncSession, name: str) -> None:
    """Note that what the sender had claimed was given to others."""
    await session.execute(update(Sender).where(Sender.name == name).values(share=-1.0))


async def _pace(session: AsyncSession, bot_id: int) -> BotPace:
    """The row that all have in common, locked: so beats take turns."""
    new = insert_for(session, BotPace).values(bot_id=bot_id, slowness=1.0, quiet_until=None)
    await session.execute(new.on_conflict_do_nothing())
    return await session.get_one(BotPace, bot_id, with_for_update=True)


def _learn(pace: BotPace, living: Sequence[Sender], use: Use, now: datetime) -> None:
    pace.slowness = min(SLOWEST, max(1.0, pace.slowness * use.slowing))
    if use.refused and use.refused < CROWD <= use.refused + sum(one.refused for one in living):
        pace.slowness = min(SLOWEST, pace.slowness * GROWTH)
    if use.quiet_s:
        pace.quiet_until = max(pace.quiet_until or now, now + timedelta(seconds=use.quiet_s))


def _refused(living: Sequence[Sender], use: Use) -> int:
    """What is left to be counted by the others: a crowd is counted once."""
    if use.refused + sum(one.refused for one in living) < CROWD:
        return use.refused
    for one in living:
        one.refused = 0
    return 0
