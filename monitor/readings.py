"""What the database says of how it goes, for who asks every few seconds: no full table is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Select, String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import accounts
from monitor.claims import DEAD, UNSETTLED
from monitor.models import Account, Channel, Delivery, DeliveryState, Fanout

MOST = 500
"""No more channels than this are named one by one: those furthest behind."""
STATES = ("due", "later", "claimed", "held", "dead")


@dataclass(frozen=True, slots=True)
class ChannelReading:
    """A watched channel: how many message ids it is behind by, and the posts that came by push, and that push missed."""

    name: str
    behind: int
    pushed: int
    missed: int


@dataclass(frozen=True, slots=True)
class Readings:
    """`channels` are the `MOST` furthest behind of `watched`; `orphans` are read by nobody.

    `queue` is {one of STATES: messages}, `late_s` for how many seconds the oldest one has been due, `fanouts` the posts and topics
    still to be enqueued page by page.
    """

    channels: Sequence[ChannelReading]
    watched: int
    behind: int
    silent: int
    orphans: int
    pushed: int
    missed: int
    accounts: Sequence[Account]
    queue: Mapping[str, int]
    late_s: float
    fanouts: int


async def read(session: AsyncSession, now: datetime) -> Readings:
    """Everything as it is now."""
    watched, behind, silent, pushed, missed = (await session.execute(_totals())).one()
    queue, late_s = await _queue(session, now)
    return Readings(
        channels=[ChannelReading(*row) for row in await session.execute(_furthest())],
        watched=watched,
        behind=int(behind or 0),
        silent=silent,
        orphans=await accounts.count_orphans(session, now),
        pushed=int(pushed or 0),
        missed=int(missed or 0),
        accounts=(await session.scalars(select(Account).order_by(Account.name))).all(),
        queue=queue,
        late_s=late_s,
        fanouts=await session.scalar(select(func.count()).select_from(Fanout)) or 0,
    )


def _totals() -> Select[int, int | None, int, int | None, int | None]:
    lags = func.sum(case((Channel.top > Channel.cursor, 1), else_=0))
    silent = func.count(Channel.silent_since)
    return select(func.count(), lags, silent, func.sum(Channel.pushed), func.sum(Channel.found)).where(Channel.watched)


def _furthest() -> Select[str, int, int, int]:
    lag = case((Channel.top > Channel.cursor, Channel.top - Channel.cursor), else_=0)
    name = func.coalesce(Channel.username, cast(Channel.id, String))
    furthest = select(name, lag, Channel.pushed, Channel.found).where(Channel.watched)
    return furthest.order_by(lag.desc(), Channel.id).limit(MOST)


async def _queue(session: AsyncSession, now: datetime) -> tuple[dict[str, int], float]:
    """({state: messages}, seconds since the oldest of them was due)."""
    is_due = cast(Delivery.due_at <= now, Integer)
    grouped = select(Delivery.state, is_due, func.count(), func.min(Delivery.due_at)).where(UNSETTLED)
    queue, oldest = dict.fromkeys(STATES, 0), now
    for state, due, count, first in await session.execute(grouped.group_by(Delivery.state, is_due)):
        if state == DeliveryState.DUE and due:
            oldest = first
        queue["later" if state == DeliveryState.DUE and not due else str(state)] += count
    dead = select(func.count()).select_from(Delivery).where(DEAD)
    queue["dead"] = await session.scalar(dead) or 0
    return queue, (now - oldest).total_seconds()
