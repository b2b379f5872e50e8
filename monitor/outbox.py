"""What is owed, and to whom: enqueue, claim, settle.

DUE → CLAIMED → SENT, or REFUSED (the chat does not want us), or DEAD (given up after MAX_ATTEMPTS), or back to DUE: snoozed by
Telegram without spending an attempt, failed with a backoff. A claim is a lease: one whose `due_at` has passed may be claimed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.filters import is_live, lets_through
from monitor.models import Delivery, DeliveryState, Mode, Post, Subscriber, Subscription
from monitor.upsert import insert_for

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=5)
MAX_BACKOFF = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took the message."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Telegram asked us to wait; this is no failure."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work; try again later."""

    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The chat is closed to us: blocked, deleted, kicked."""

    error: str


Outcome = Sent | Snoozed | Failed | Refused


async def enqueue(
    session: AsyncSession, post_id: int, topic_ids: Sequence[int], now: datetime, *, wait: timedelta = timedelta(0)
) -> int:
    """Owe the post, after `wait`, to every active subscriber of these topics who lets it through, once each; how many were added."""
    subscribers = (
        select(Subscription.subscriber_id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Post, Post.id == post_id)
        .where(Subscription.topic_id.in_(topic_ids), Subscription.mode == Mode.INSTANT, Subscriber.active)
        .where(is_live(), lets_through())
        .distinct()
    )
    owed = subscribers.add_columns(
        literal(post_id),
        literal(DeliveryState.DUE.value),
        literal(now + wait, Delivery.due_at.type),
        literal(0),
        literal(now, Delivery.created_at.type),
    )
    columns = ["subscriber_id", "post_id", "state", "due_at", "attempts", "created_at"]
    statement = insert_for(session, Delivery).from_select(columns, owed).on_conflict_do_nothing().returning(Delivery.id)
    return len((await session.execute(statement)).all())


async def enqueue_notice(session: AsyncSession, subscriber_id: int, key: str, now: datetime, **params: Any) -> int:
    """Owe the subscriber a sentence of our own: `key` in the locales, filled with `params`; the delivery's id."""
    values = {
        "subscriber_id": subscriber_id,
        "notice": {"key": key, "params": params},
        "due_at": now,
        "created_at": now,
    }
    return (await session.execute(insert(Delivery).values(values).returning(Delivery.id))).scalar_one()


async def enqueue_to_all(session: AsyncSession, key: str, now: datetime, **params: Any) -> int:
    """Owe the same sentence to every subscriber that hears from us; how many they are."""
    owed = select(
        Subscriber.id,
        literal({"key": key, "params": params}, Delivery.notice.type),
        literal(DeliveryState.DUE.value),
        literal(now, Delivery.due_at.type),
        literal(0),
        literal(now, Delivery.created_at.type),
    ).where(Subscriber.active)
    columns = ["subscriber_id", "notice", "state", "due_at", "attempts", "created_at"]
    enqueued = await session.execute(insert(Delivery).from_select(columns, owed).returning(Delivery.id))
    return len(enqueued.all())


async def claim(session: AsyncSession, token: str, now: datetime, limit: int) -> list[Delivery]:
    """Lease the oldest `limit` due deliveries to the relay named by `token`."""
    due = (
        select(Delivery.id)
        .where(Delivery.state.in_([DeliveryState.DUE, DeliveryState.CLAIMED]), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Delivery)
        .where(Delivery.id.in_(due))
        .values(state=DeliveryState.CLAIMED, claim=token, due_at=now + LEASE)
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )
    claimed = list(await session.scalars(statement))
    return sorted(claimed, key=lambda delivery: (delivery.created_at, delivery.id))


async def release(session: AsyncSession, token: str, now: datetime) -> None:
    """Give back what this relay claimed and did not send."""
    held = (Delivery.claim == token, Delivery.state == DeliveryState.CLAIMED)
    await session.execute(update(Delivery).where(*held).values(state=DeliveryState.DUE, due_at=now, claim=None))


async def inherit(session: AsyncSession, now: datetime) -> None:
    """Take over at once what a relay had claimed when it was killed, where there can be only one: on SQLite.

    Elsewhere the leases run out.
    """
    if session.get_bind().dialect.name == "sqlite":
        claimed = update(Delivery).where(Delivery.state == DeliveryState.CLAIMED)
        await session.execute(claimed.values(state=DeliveryState.DUE, due_at=now, claim=None))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next delivery falls due, or None when nothing is owed."""
    open_states = [DeliveryState.DUE, DeliveryState.CLAIMED]
    earliest = select(Delivery.due_at).where(Delivery.state.in_(open_states)).order_by(Delivery.due_at).limit(1)
    return (await session.execute(earliest)).scalar_one_or_none()


async def settle(session: AsyncSession, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a claimed delivery; does nothing if another relay has taken it over since."""
    values = _after(delivery, outcome, now)
    mine = (Delivery.id == delivery.id, Delivery.claim == delivery.claim, Delivery.state == DeliveryState.CLAIMED)
    await session.execute(update(Delivery).where(*mine).values(**values).execution_options(synchronize_session=False))
    if isinstance(outcome, Refused):
        await session.execute(update(Subscriber).where(Subscriber.id == delivery.subscriber_id).values(active=False))


def _after(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(message_id):
            return {"state": DeliveryState.SENT, "message_id": message_id, "settled_at": now}
        case Snoozed(until):
            return {"state": DeliveryState.DUE, "due_at": until, "claim": None}
        case Refused(error):
            return {"state": DeliveryState.REFUSED, "error": error, "settled_at": now}
        case Failed(error):
            return _after_failure(delivery.attempts + 1, error, now)


def _after_failure(attempts: int, error: str, now: datetime) -> dict[str, Any]:
    if attempts >= MAX_ATTEMPTS:
        return {"state": DeliveryState.DEAD, "attempts": attempts, "error": error, "settled_at": now}
    backoff = min(FIRST_BACKOFF * 2 ** (attempts - 1), MAX_BACKOFF)
    return {"state": DeliveryState.DUE, "attempts": attempts, "error": error, "due_at": now + backoff, "claim": None}
