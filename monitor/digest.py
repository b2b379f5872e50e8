"""Digests: what is held for a subscriber, in one message when its time has come.

The time stands in `subscribers.digest_at`; whoever looks at the clock late, twice or not at all for a while issues it once.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.claims import UNSETTLED
from monitor.errors import MonitorError
from monitor.models import Delivery, DeliveryKind, DeliveryState, DigestEvery, Priority, Subscriber
from monitor.outcomes import UNTRIED
from monitor.quiet import minutes, moment
from monitor.tables import DELIVERIES
from monitor.upsert import insert_for, insert_into

USUAL_MINUTE = 9 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = 127
GIVEN_UP = timedelta(days=1)
LEFT = "held:left"
"""The key of a digest of what was forgotten."""
_UNTOLD = {
    **UNTRIED, "state": DeliveryState.DUE, "claim": None, "begun_at": None, "message_id": None, "together": 1, "error": None,
    "settled_at": None,
}  # fmt: skip
PAGE = 25
"""Subscribers a transaction: some thousandths of a second, for which SQLite's other writers wait."""


class BadScheduleError(MonitorError):
    """These are no times of digests that I understand: write them like daily 09:00."""

    code = "bad_schedule"


def set_digest(subscriber: Subscriber, text: str, now: datetime) -> None:
    """ "hourly", "daily 09:00" or "weekly mon,thu 09:00" in the subscriber's zone, "rich" or "classic". Raises BadScheduleError."""
    words = text.lower().split()
    if words in (["rich"], ["classic"]):
        subscriber.rich_digests = words == ["rich"]
        return
    try:
        every = DigestEvery(words[0])
    except (IndexError, ValueError):
        raise BadScheduleError from None
    days, at = 0, USUAL_MINUTE
    for word in words[1:]:
        if word[0].isdecimal():
            at = _minute(word)
        else:
            days |= _days(word)
    if not days:
        days = 1 if every is DigestEvery.WEEKLY else EVERY_DAY
    subscriber.digest_every, subscriber.digest_minute, subscriber.digest_days = every, at, days
    reckon(subscriber, now)


def reckon(subscriber: Subscriber, now: datetime) -> None:
    """Work out when the next digest is due after `now`, for whoever has digests."""
    if subscriber.digest_every is not None:
        subscriber.digest_at = next_time(subscriber, now)


def next_time(subscriber: Subscriber, after: datetime) -> datetime:
    """The first time of a digest after this moment, in UTC."""
    if subscriber.digest_every == DigestEvery.HOURLY:
        return after.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone = ZoneInfo(subscriber.timezone)
    day = after.astimezone(zone)
    while True:
        due = moment(day, subscriber.digest_minute, zone)
        if due > after and subscriber.digest_days >> day.weekday() & 1:
            return due
        day += timedelta(days=1)


async def any_waits(session: AsyncSession, now: datetime) -> bool:
    """Whether there is something to `issue`."""
    found = await session.scalar(_due(now).limit(1)) or await session.scalar(_unarmed().limit(1))
    return found is not None


async def issue(session: AsyncSession, now: datetime) -> int:
    """Owe digests to the next PAGE of subscribers whose time has come, as far as something is held for them; to how many.

    When there is nobody left, the next PAGE of those who never chose a time are given one.
    """
    locked = _due(now).add_columns(_holds(Subscriber.id)).with_for_update(key_share=True)
    due = (await session.execute(locked.limit(PAGE))).all()
    if not due:
        await _arm(session, now)
        return 0
    rows = [_row(subscriber.id, _key(subscriber), now, now) for subscriber, holds in due if holds]
    if rows:
        await session.execute(insert_into(session.get_bind().dialect.name, DELIVERIES).on_conflict_do_nothing(), rows)
    for subscriber, _ in due:
        subscriber.digest_at = next_time(subscriber, now)
    await session.flush()
    return len(rows)


async def enqueue(session: AsyncSession, subscriber_id: int, key: str, due_at: datetime, now: datetime) -> None:
    """Owe the subscriber what is held, in one message at `due_at`; one under the same `key` that was given up is owed anew.

    One that was sent gives up its key: it goes on to be edited.
    """
    row = _row(subscriber_id, key, due_at, now)
    sent = (Delivery.subscriber_id == subscriber_id, Delivery.key == key, Delivery.state == DeliveryState.SENT)
    await session.execute(update(Delivery).where(*sent).values(key=None).execution_options(synchronize_session=False))
    owed = insert_for(session, Delivery).values(row)
    await session.execute(
        owed.on_conflict_do_update(
            index_elements=[Delivery.subscriber_id, Delivery.key],
            index_where=text("key IS NOT NULL"),
            set_=row | _UNTOLD,
            where=Delivery.state.not_in([DeliveryState.DUE, DeliveryState.CLAIMED]),
        )
    )


async def held(session: AsyncSession, digest: Delivery, limit: int, now: datetime) -> Sequence[Delivery]:
    """The oldest that is held for this digest: all of it, but at the end of a silence only what came in it.

    What is of a topic that is still muted waits for the end of that.
    """
    theirs = select(Delivery).where(
        UNSETTLED,
        Delivery.subscriber_id == digest.subscriber_id,
        Delivery.state == DeliveryState.HELD,
        or_(Delivery.priority == Priority.DIGEST, Delivery.due_at <= now),
    )
    if not _recurs(digest):
        theirs = theirs.where(Delivery.priority != Priority.DIGEST)
    return (await session.scalars(theirs.order_by(Delivery.id).limit(limit))).all()


async def held_until(session: AsyncSession, digest: Delivery, now: datetime) -> datetime | None:
    """When the first ends of what keeps from the subscriber still what this digest is for; None if nothing does.

    One at a time that the subscriber has chosen is not for what a muting keeps: that has another.
    """
    if _recurs(digest):
        return None
    theirs = (UNSETTLED, Delivery.subscriber_id == digest.subscriber_id, Delivery.state == DeliveryState.HELD)
    kept = (Delivery.priority != Priority.DIGEST, Delivery.due_at > now)
    return await session.scalar(select(Delivery.due_at).where(*theirs, *kept).order_by(Delivery.due_at).limit(1))


async def waiting(session: AsyncSession, subscriber_id: int, post_ids: Collection[int]) -> Sequence[int]:
    """Ids of what the subscriber has still to be told of these posts, other than by ringing through."""
    theirs = (Delivery.subscriber_id == subscriber_id, Delivery.post_id.in_(post_ids))
    untold = (Delivery.kind == DeliveryKind.ALERT, Delivery.state.in_([DeliveryState.DUE, DeliveryState.HELD]))
    return (
        await session.scalars(select(Delivery.id).where(*theirs, *untold, Delivery.priority != Priority.URGENT))
    ).all()


async def note(session: AsyncSession, digest_id: int, told: Sequence[int], *, rich: bool) -> None:
    """Keep which deliveries the digest told of, and whether as a rich message."""
    noted = update(Delivery).where(Delivery.id == digest_id).values(notice={"told": list(told), "rich": rich})
    await session.execute(noted.execution_options(synchronize_session=False))


async def told(session: AsyncSession, digest_id: int) -> tuple[Delivery | None, Sequence[Delivery]]:
    """The digest, and what it told of, in order; nothing if not all of that is known any more."""
    whole = await session.get(Delivery, digest_id)
    numbers = (whole.notice or {}).get("told", []) if whole is not None else []
    rows = (await session.scalars(select(Delivery).where(Delivery.id.in_(numbers)).order_by(Delivery.id))).all()
    return whole, rows if len(rows) == len(numbers) else []


async def release(session: AsyncSession, subscriber_id: int, now: datetime) -> None:
    """The subscriber wants to hear again: what was held until a silence ended comes now, and what everybody is told.

    What is held until a muting ends does not.
    """
    muted = DELIVERIES.alias("muted")
    its = (text("muted.state IN ('due', 'claimed', 'held')"), muted.c.subscriber_id == subscriber_id)
    until = select(muted.c.due_at).where(*its, muted.c.state == DeliveryState.HELD, muted.c.priority != Priority.DIGEST)
    waiting = (UNSETTLED, Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.DUE)
    to_all = and_(Delivery.kind == DeliveryKind.NOTICE, Delivery.priority == Priority.CROWD)
    of_silence = and_(Delivery.kind == DeliveryKind.DIGEST, Delivery.due_at.not_in(until))
    owed = update(Delivery).where(*waiting, Delivery.due_at > now, or_(of_silence, to_all))
    await session.execute(owed.values(due_at=now, error=None).execution_options(synchronize_session=False))


async def forgotten(session: AsyncSession, now: datetime) -> Sequence[int]:
    """Up to PAGE subscribers for whom something is held that no message will tell of; where one was given up, after a day."""
    its = (DELIVERIES.alias("its"), DELIVERIES.alias("given_up"))
    owed, given_up = (one.c.subscriber_id == Delivery.subscriber_id for one in its)
    its_open = and_(text("its.state IN ('due', 'claimed', 'held')"), its[0].c.state.in_(["due", "claimed"]))
    its_dead = and_(text("given_up.state = 'dead'"), its[1].c.settled_at > now - GIVEN_UP)
    held = (UNSETTLED, Delivery.state == DeliveryState.HELD)
    found = (
        select(Delivery.subscriber_id)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(*held, Delivery.priority != Priority.DIGEST, Delivery.due_at <= now, Subscriber.active)
        .where(~exists().where(owed, its_open, its[0].c.kind == DeliveryKind.DIGEST))
        .where(~exists().where(given_up, its_dead, its[1].c.kind == DeliveryKind.DIGEST))
    )
    return (await session.scalars(found.distinct().limit(PAGE))).all()


def _row(subscriber_id: int, key: str, due_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "subscriber_id": subscriber_id,
        "kind": DeliveryKind.DIGEST,
        "priority": Priority.DIGEST,
        "key": key,
        "due_at": due_at,
        "created_at": now,
    }


def _recurs(digest: Delivery) -> bool:
    """Whether it came at a time that its reader has chosen for digests, and not when something ended."""
    return str(digest.key).startswith("digest:")


def _key(subscriber: Subscriber) -> str:
    """What the digest that is due is known by: its time, of which there is only one."""
    assert subscriber.digest_at is not None
    return f"digest:{subscriber.digest_at.astimezone(UTC):%Y%m%dT%H%M}"


async def _arm(session: AsyncSession, now: datetime) -> None:
    """Who has something held for a digest and never chose a time gets it every day at nine."""
    for subscriber in (await session.scalars(_unarmed().limit(PAGE))).all():
        subscriber.digest_every, subscriber.digest_minute = DigestEvery.DAILY, USUAL_MINUTE
        reckon(subscriber, now)
    await session.flush()


def _due(now: datetime) -> Select[Subscriber]:
    return select(Subscriber).where(Subscriber.digest_at <= now, Subscriber.active).order_by(Subscriber.digest_at)


def _unarmed() -> Select[Subscriber]:
    return select(Subscriber).where(Subscriber.digest_at.is_(None), Subscriber.active, _holds(Subscriber.id))


def _holds(subscriber_id: Any) -> ColumnElement[bool]:
    gathered = (UNSETTLED, Delivery.state == DeliveryState.HELD, Delivery.priority == Priority.DIGEST)
    return exists().where(Delivery.subscriber_id == subscriber_id, *gathered)


def _minute(word: str) -> int:
    if (minute := minutes(word)) is None:
        raise BadScheduleError
    return minute


def _days(word: str) -> int:
    try:
        return sum({1 << DAYS.index(day[:3]) for day in word.removesuffix(",").split(",")})
    except ValueError:
        raise BadScheduleError from None
