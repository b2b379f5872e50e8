"""What is owed, and to whom: enqueue, settle, close, revive. `monitor.claims` hands it to relays.

The states and what leads from one to another are drawn in ARCHITECTURE.md, "The outbox".
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, insert, literal, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from monitor import digest, direct, retelling
from monitor.claims import ALBUM_WAIT, OPEN, OURS, UNSETTLED, Parcel
from monitor.models import Delivery, DeliveryKind, DeliveryState, Priority, Subscriber
from monitor.outcomes import (
    BARRED,
    REVIVED,
    UNTRIED,
    Barred,
    Held,
    Outcome,
    Refused,
    Said,
    Sent,
    Snoozed,
    is_doubtful,
    values_after,
)
from monitor.quiet import quiet_until
from monitor.tables import DELIVERIES
from monitor.upsert import insert_for


async def enqueue_notice(session: AsyncSession, subscriber_id: int, key: str, now: datetime, **params: Any) -> int:
    """Owe the subscriber a sentence of our own: `key` in the locales, filled with `params`; the delivery's id."""
    values = _notice(subscriber_id, key, params, now)
    return (await session.execute(insert(Delivery).values(values).returning(Delivery.id))).scalar_one()


async def say_once(session: AsyncSession, subscriber_id: int, said: Said, now: datetime) -> None:
    """Owe the subscriber a sentence, unless it was owed before under the same `once`."""
    values = _notice(subscriber_id, said.key, said.params, now) | {"key": said.once}
    await session.execute(insert_for(session, Delivery).values(values).on_conflict_do_nothing())


def _notice(subscriber_id: int, key: str, params: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "subscriber_id": subscriber_id,
        "kind": DeliveryKind.NOTICE,
        "priority": Priority.NOTICE,
        "notice": {"key": key, "params": params},
        "due_at": now,
        "created_at": now,
    }


async def enqueue_to(session: AsyncSession, whom: ColumnElement[bool], key: str, now: datetime, **params: Any) -> int:
    """Owe the same sentence to every Subscriber of whom `whom` is true, and that hears from us; how many they are."""
    owed = select(
        Subscriber.id,
        literal(DeliveryKind.NOTICE.value),
        literal(int(Priority.CROWD)),
        literal({"key": key, "params": params}, Delivery.notice.type),
        literal(DeliveryState.DUE.value),
        literal(now, Delivery.due_at.type),
        literal(0),
        literal(now, Delivery.created_at.type),
    ).where(Subscriber.active, whom)
    columns = ["subscriber_id", "kind", "priority", "notice", "state", "due_at", "attempts", "created_at"]
    enqueued = await session.execute(insert(Delivery).from_select(columns, owed).returning(Delivery.id))
    return len(enqueued.all())


async def settle(
    session: AsyncSession, parcel: Parcel, outcome: Outcome, now: datetime, covers: Sequence[int] = ()
) -> None:
    """Write down what became of a claimed parcel; does nothing if another relay has taken it over since.

    `covers` are ids of held deliveries that a digest told of.
    """
    attempts = max(delivery.attempts for delivery in parcel.deliveries)
    unanswered = max(delivery.unanswered for delivery in parcel.deliveries)
    made_at = min(delivery.created_at for delivery in parcel.deliveries)
    values = values_after(outcome, attempts, now, made_at, parcel.unreached_since, unanswered)
    values["together"] = len(parcel.deliveries)
    if parcel.again and "settled_at" not in values:  # this time it did not arrive, but the time before it may have
        values.pop("begun_at", None)
    ours: list[int] = []
    for ids, version in _by_version([delivery.id for delivery in parcel.deliveries], outcome):
        new = {f"new_{name}": value for name, value in {**values, **version}.items()}
        rows = await direct.ask(session, _settling((*values, *version)), {**parcel.mine, **new, "ids": ids})
        ours += [row.id for row in rows]
    if isinstance(outcome, Sent) and covers:  # it has left, whosever it is now
        await _cover(session, parcel, outcome, covers, now)
    if covers and is_doubtful(outcome):
        await _doubt(session, covers, now)
    if ours:
        await _follow_up(session, parcel, outcome, now)


async def _follow_up(session: AsyncSession, parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """What the outcome of a message means for what else its reader is owed."""
    if isinstance(outcome, Held):
        await _hold(session, parcel.subscriber_id, outcome, now)
    if (until := _end_of_silence(outcome)) is not None:
        await _hear_again(session, parcel.subscriber_id, until, now)
    if isinstance(outcome, Refused):
        await session.execute(update(Subscriber).where(Subscriber.id == parcel.subscriber_id).values(active=False))
        await close(session, parcel.subscriber_id, outcome.error)
    if isinstance(outcome, Barred):
        await _bury_old(session, parcel.subscriber_id, BARRED + outcome.error, now)


def _by_version(ids: Sequence[int], outcome: Outcome) -> list[tuple[list[int], dict[str, int]]]:
    """The deliveries by what is to be written of them beside what all have in common."""
    versions = outcome.versions if isinstance(outcome, Sent) else {}
    groups = defaultdict[int | None, list[int]](list)
    for number in ids:
        groups[versions.get(number)].append(number)
    return [(each, {} if version is None else {"post_version": version}) for version, each in groups.items()]


@cache
def _settling(names: tuple[str, ...]) -> ReturningUpdate[Any]:
    new = {name: bindparam(f"new_{name}", type_=DELIVERIES.c[name].type) for name in names}
    return update(DELIVERIES).where(*OURS).values(new).returning(DELIVERIES.c.id)


_SENT = text(
    "UPDATE deliveries SET state = 'sent', message_id = new.message_id, together = new.together, settled_at = :now,"
    " post_version = new.version, begun_at = NULL, unreached_since = NULL, error = NULL"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:readers AS bigint[]),"
    " CAST(:messages AS bigint[]), CAST(:together AS smallint[]), CAST(:versions AS integer[]))"
    " AS new (id, reader, message_id, together, version)"
    " WHERE deliveries.id = new.id AND deliveries.subscriber_id = new.reader AND deliveries.claim = :token"
    " AND deliveries.state = 'claimed'"
).bindparams(bindparam("now", type_=DELIVERIES.c.settled_at.type))


async def settle_sent(session: AsyncSession, sent: Sequence[tuple[Parcel, Sent]], now: datetime) -> None:
    """As `settle` for parcels of one relay that all arrived and changed nothing else, in one statement; PostgreSQL only."""
    rows = [
        (row.id, row.subscriber_id, outcome.message_id, len(parcel.deliveries), outcome.versions.get(row.id))
        for parcel, outcome in sent
        for row in parcel.deliveries
    ]
    columns = zip(("ids", "readers", "messages", "together", "versions"), zip(*rows, strict=True), strict=True)
    filling = {name: list(values) for name, values in columns}
    await session.execute(_SENT, {**filling, "token": sent[0][0].deliveries[0].claim, "now": now})


async def _cover(session: AsyncSession, parcel: Parcel, sent: Sent, covers: Sequence[int], now: datetime) -> None:
    """What the digest told of is told, also what is wanted at once or not at all since; what it had no room for comes in another."""
    (whole,) = parcel.deliveries
    await digest.note(session, whole.id, covers, rich=sent.rich)
    values = {"state": DeliveryState.SENT, "settled_at": now, "begun_at": None, "error": None, "digest_id": whole.id}
    for ids, version in _by_version([*covers, *sent.repeats], sent):
        untold = Delivery.state.in_([DeliveryState.HELD, DeliveryState.DUE, DeliveryState.REFUSED])
        told = update(Delivery).where(Delivery.id.in_(ids), untold).values({**values, **version})
        await session.execute(told.execution_options(synchronize_session=False))
    await retelling.after_digest(session, covers, sent.deleted, now)
    if await digest.held(session, whole, 1, now):
        kind = str(whole.key).partition(":")[0]
        await digest.enqueue(session, parcel.subscriber_id, f"{kind}:{whole.id}", now, now)


async def _doubt(session: AsyncSession, covers: Sequence[int], now: datetime) -> None:
    """The digest may have told of these, which perhaps come by themselves next, or in another digest."""
    untold = (Delivery.id.in_(covers), Delivery.state.in_([DeliveryState.HELD, DeliveryState.DUE]))
    doubtful = update(Delivery).where(*untold).values(begun_at=now)
    await session.execute(doubtful.execution_options(synchronize_session=False))


async def _hold(session: AsyncSession, subscriber_id: int, outcome: Held, now: datetime) -> None:
    """Owe what is held in one message; in a silence what else is due is held too, but for what rings through."""
    await digest.enqueue(session, subscriber_id, f"held:{outcome.until:%Y%m%dT%H%M%S}", outcome.until, now)
    if outcome.because is not None:
        await say_once(session, subscriber_id, outcome.because, now)
    if not outcome.everything:
        return
    alerts = (Delivery.subscriber_id == subscriber_id, Delivery.kind == DeliveryKind.ALERT)
    due = (UNSETTLED, Delivery.state == DeliveryState.DUE, Delivery.priority != Priority.URGENT)
    held = update(Delivery).where(*alerts, *due).values(state=DeliveryState.HELD, due_at=now)
    await session.execute(held.execution_options(synchronize_session=False))


def _end_of_silence(outcome: Outcome) -> datetime | None:
    """Until when the message waits because its reader wants to hear nothing, if it does for that."""
    if isinstance(outcome, Held):
        return outcome.until if outcome.everything else None
    return outcome.until if isinstance(outcome, Snoozed) and outcome.reason is None and not outcome.lost else None


async def _hear_again(session: AsyncSession, subscriber_id: int, until: datetime, now: datetime) -> None:
    """The silence, when the message was composed, was to end `until`; its reader may have set another end since."""
    theirs = select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update(key_share=True)
    reader = await session.scalar(theirs.execution_options(populate_existing=True))
    if reader is not None and quiet_until(reader, now) != until:
        await digest.release(session, subscriber_id, now)


async def _bury_old(session: AsyncSession, subscriber_id: int, error: str, now: datetime) -> None:
    """What a chat that takes nothing has been owed for a week is owed no more."""
    due = (UNSETTLED, Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.DUE)
    old = update(Delivery).where(*due, Delivery.created_at <= now - REVIVED)
    buried = {"state": DeliveryState.REFUSED, "error": error, "settled_at": now}
    await session.execute(old.values(buried).execution_options(synchronize_session=False))


async def hasten(session: AsyncSession, now: datetime) -> None:
    """Telegram is reached again: what waits because it was not is due at once, with what waits behind it."""
    late = (Delivery.state == DeliveryState.DUE, Delivery.due_at > now)
    first = select(DELIVERIES.c.subscriber_id, DELIVERIES.c.due_at).where(
        OPEN, DELIVERIES.c.state == DeliveryState.DUE, DELIVERIES.c.unreached_since.is_not(None)
    )
    waiting = update(Delivery).where(UNSETTLED, *late, tuple_(Delivery.subscriber_id, Delivery.due_at).in_(first))
    await session.execute(waiting.values(due_at=now).execution_options(synchronize_session=False))


async def close(session: AsyncSession, subscriber_id: int, error: str) -> None:
    """The chat takes nothing: what else it is owed is not even tried, but kept for `revive`."""
    theirs = (UNSETTLED, Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.DUE)
    statement = update(Delivery).where(*theirs).values(state=DeliveryState.REFUSED, error=error)
    await session.execute(statement.execution_options(synchronize_session=False))


async def give_up_held(session: AsyncSession, subscriber_id: int, now: datetime) -> None:
    """The chat was closed: what has been held for it for a week is no news any more."""
    theirs = (UNSETTLED, Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.HELD)
    old = update(Delivery).where(*theirs, Delivery.created_at <= now - REVIVED)
    given_up = {"state": DeliveryState.REFUSED, "error": "held while the chat was closed", "settled_at": now}
    await session.execute(old.values(given_up).execution_options(synchronize_session=False))


async def revive(session: AsyncSession, subscriber_id: int, now: datetime) -> None:
    """The chat is open again: owe it what was refused in the last week, and at once what waits for the right to write."""
    waiting = (
        Delivery.subscriber_id == subscriber_id,
        Delivery.state == DeliveryState.REFUSED,
        Delivery.settled_at.is_(None),
    )
    old = update(Delivery).where(*waiting, Delivery.created_at <= now - REVIVED).values(settled_at=now)
    owed = update(Delivery).where(*waiting, Delivery.created_at > now - REVIVED)
    await session.execute(old.execution_options(synchronize_session=False))
    values = {"state": DeliveryState.DUE, "due_at": now, **UNTRIED, "error": None}
    await session.execute(owed.values(values).execution_options(synchronize_session=False))
    theirs = (UNSETTLED, Delivery.subscriber_id == subscriber_id, Delivery.state == DeliveryState.DUE)
    # what the others wait behind may be muted since
    behind = and_(Delivery.kind == DeliveryKind.ALERT, Delivery.due_at > now + ALBUM_WAIT)
    barred_until = select(Delivery.due_at).where(*theirs, or_(Delivery.error.startswith(BARRED), behind))
    late = update(Delivery).where(*theirs, Delivery.due_at > now, Delivery.due_at.in_(barred_until.scalar_subquery()))
    await session.execute(late.values(due_at=now, error=None).execution_options(synchronize_session=False))
