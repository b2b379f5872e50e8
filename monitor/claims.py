"""How relays share the outbox: claim and begin; `monitor.leases` has what becomes of the claims of a relay that goes.

A claim is a lease on one message for one chat; its `due_at` is when the lease ends, after which another relay may claim it. A chat has
one message claimed at a time, and those behind it wait, so that its order is kept however many relays there are.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, bindparam, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from monitor import bursts, chat_paces, direct
from monitor.among import among
from monitor.chat_paces import Limits
from monitor.models import BigId, Delivery, DeliveryKind, DeliveryState
from monitor.tables import DELIVERIES, SUBSCRIBERS

LEASE = timedelta(minutes=6)
"""More than a message may take in all its forms (`bot.sending`): another relay would send it a second time."""
FRESH = timedelta(seconds=2)
"""For so long after a claim nobody can have taken it over."""
ALBUM_WAIT = timedelta(seconds=1.5)
"""The parts of an album come one by one; an alert shows them as one."""
TOGETHER = 20
"""No more posts than this in one message."""
APART = 3
"""After so many failures a post is sent alone, lest it spoil the others."""
SCANNED_FIRST, SCANNED = 2, 8
"""Due rows looked at for each chat that is wanted; more of them where few chats have many each."""
# Spelt out, as in the indexes: only so do both databases see that these will do.
OPEN = text("deliveries.state IN ('due', 'claimed')")
UNSETTLED: Any = text("deliveries.state IN ('due', 'claimed', 'held')")
DEAD: Any = text("deliveries.state = 'dead'")

_ROW = DELIVERIES.c
_NOW, _UNTIL = bindparam("now", type_=_ROW.due_at.type), bindparam("until", type_=_ROW.due_at.type)
_IDS, _TOKEN = bindparam("ids", expanding=True, type_=BigId), bindparam("token", type_=_ROW.claim.type)
_READERS, _NUMBERS = bindparam("readers", expanding=True, type_=BigId), ARRAY(BigInteger)
OURS: Any = (
    UNSETTLED,
    _ROW.subscriber_id == bindparam("reader", type_=BigId),  # by which the table can be distributed
    _ROW.id.in_(_IDS),
    _ROW.claim == _TOKEN,
    _ROW.state == DeliveryState.CLAIMED,
)
_WAITING = (
    select(_ROW.subscriber_id)
    .where(OPEN, _ROW.due_at <= _NOW, _ROW.subscriber_id.not_in(bindparam("busy", expanding=True, type_=BigId)))
    .order_by(_ROW.priority, _ROW.due_at)
    .limit(bindparam("scanned"))
)
_LOCK = (
    select(SUBSCRIBERS.c.id, SUBSCRIBERS.c.chat_id)
    .where(among("postgresql", SUBSCRIBERS.c.id, "ids"))
    .order_by(SUBSCRIBERS.c.id)
    .with_for_update(skip_locked=True, key_share=True)
)
_TRIES = (_ROW.attempts + _ROW.unanswered).label("tries")
_PLACE = func.row_number().over(partition_by=_ROW.subscriber_id, order_by=_ROW.id).label("place")
_POSTPONE = (
    update(DELIVERIES)
    .where(
        UNSETTLED, _ROW.subscriber_id == bindparam("subscriber"), _ROW.state == DeliveryState.DUE, _ROW.due_at <= _NOW
    )
    .values(due_at=_UNTIL)
)
_BEGIN = update(DELIVERIES).where(*OURS).values(begun_at=_NOW, due_at=_UNTIL).returning(_ROW.id)


@cache
def lanes_of(dialect: str) -> Select[Any]:
    """The first open rows of chats, in order, and what is claimed; but for those that are not due and hold nothing up: there may be
    very many."""
    columns = (_ROW.id, _ROW.subscriber_id, _ROW.kind, _ROW.state, _ROW.due_at, _TRIES, _ROW.error, _PLACE)
    waits = and_(_ROW.error.is_not(None), _ROW.kind != DeliveryKind.UPDATE)
    holds_up = or_(_ROW.state == DeliveryState.CLAIMED, waits, _ROW.kind == DeliveryKind.ALERT)
    mine = (UNSETTLED, OPEN, among(dialect, _ROW.subscriber_id, "ids"))
    rows = select(*columns).where(*mine, or_(_ROW.due_at <= _NOW, holds_up)).subquery()
    first = or_(rows.c.place <= 2 * TOGETHER, rows.c.state == DeliveryState.CLAIMED)  # that may be behind very many
    return select(rows).where(first).order_by(rows.c.subscriber_id, rows.c.id)


@cache
def taking(dialect: str) -> ReturningUpdate[Any]:
    """Lease due deliveries, given with their readers; PostgreSQL pairs the arrays, for it would look both through for each row."""
    due = update(DELIVERIES).where(OPEN, _ROW.due_at <= _NOW)
    if dialect == "sqlite":
        due = due.where(_ROW.id.in_(_IDS), _ROW.subscriber_id.in_(_READERS))
    else:
        head = func.unnest(bindparam("ids", type_=_NUMBERS), bindparam("readers", type_=_NUMBERS))
        pair = head.table_valued("id", "reader", name="head").render_derived()
        due = due.where(_ROW.id == pair.c.id, _ROW.subscriber_id == pair.c.reader)
    return due.values(state=DeliveryState.CLAIMED, claim=_TOKEN, due_at=_UNTIL).returning(*_ROW)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Claimed deliveries that go to one subscriber as one message, in order.

    `again`: it may have been sent before. `begun`: it is noted already that it is about to be sent now.
    """

    deliveries: tuple[Delivery, ...]
    again: bool
    begun: bool = False

    @property
    def subscriber_id(self) -> int:
        return self.deliveries[0].subscriber_id

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Smaller goes first: by priority, then by age."""
        return min((delivery.priority, delivery.created_at, delivery.id) for delivery in self.deliveries)

    @property
    def unreached_since(self) -> datetime | None:
        """Since when each of them has been waiting to reach Telegram; None where one of them is tried for the first time."""
        since = [delivery.unreached_since for delivery in self.deliveries]
        return max((at for at in since if at is not None), default=None) if None not in since else None

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was claimed just now; the relay may have been stopped since (man 7 signal, SIGSTOP)."""
        return now < self.deliveries[0].due_at - LEASE + FRESH

    @property
    def mine(self) -> dict[str, Any]:
        """What fills OURS: the condition under which its rows still belong to it."""
        ids = [delivery.id for delivery in self.deliveries]
        return {"reader": self.subscriber_id, "ids": ids, "token": self.deliveries[0].claim}


async def claim(
    session: AsyncSession,
    token: str,
    now: datetime,
    limit: int,
    *,
    joined_from: int,
    busy: Collection[int] = (),
    begins: bool = False,
    limits: Limits | None = None,
) -> list[Parcel]:
    """Lease the next message of up to `limit` chats to the relay named by `token`, best first.

    `busy` are subscribers that cannot be written to yet. `joined_from` posts that are due for one thread of a chat make one message;
    fewer make one each. `begins`: the first message leaves as soon as this is committed; see `begin`. `limits`: what a chat bears is
    shared with other relays, see `monitor.chat_paces`.
    """
    chats = await _lock(session, await _waiting(session, now, limit, busy))
    if limits is not None:
        chats = await _free(session, chats, now, limits)
    if not chats:
        return []
    heads: dict[int, list[int]] = {}
    edits: dict[int, list[int]] = {}
    for subscriber_id, rows in groupby(await _lanes(session, list(chats), now), key=lambda row: row.subscriber_id):
        lane = list(rows)
        blocked_until = _blocked_until(lane, now)
        if blocked_until is None:
            due = [row for row in lane if row.due_at <= now]
            is_edit = bool(due) and due[0].kind == DeliveryKind.UPDATE
            (edits if is_edit else heads)[subscriber_id] = _head(due, 1 if is_edit else joined_from)
        elif blocked_until > now:
            await _postpone(session, subscriber_id, now, blocked_until)
    posts = await bursts.of_one_thread(session, heads, joined_from)
    parcels = await _take(session, token, now, {**posts, **await bursts.of_one_message(session, edits)})
    if limits is not None:
        await chat_paces.take(session, Counter(chats[parcel.subscriber_id] for parcel in parcels), now, limits)
    if parcels and begins:
        parcels[0] = replace(parcels[0], begun=await begin(session, parcels[0], now))
    return parcels


async def begin(session: AsyncSession, parcel: Parcel, now: datetime) -> bool:
    """Note, before the message leaves, that it is about to: after a kill only what was begun may come twice.

    False if it is not whole any more: another relay has taken it over, or a part of it is owed anew.
    """
    begun = await direct.ask(session, _BEGIN, {**parcel.mine, "now": now, "until": now + LEASE})
    return len(begun) == len(parcel.deliveries)


async def _waiting(session: AsyncSession, now: datetime, limit: int, busy: Collection[int]) -> list[int]:
    """Subscribers that something is due for, best first."""
    chats: dict[int, None] = {}
    for scanned in (limit * SCANNED_FIRST, limit * SCANNED):
        due = await direct.ask(session, _WAITING, {"now": now, "busy": list(busy), "scanned": scanned})
        chats = dict.fromkeys(row[0] for row in due)
        if len(chats) >= limit or len(due) < scanned:
            break
    return list(chats)[:limit]


async def _lock(session: AsyncSession, chats: list[int]) -> dict[int, int]:
    """{subscriber: chat} of those that no other relay is claiming from at this moment; SQLite has one writer anyhow."""
    if not chats or session.get_bind().dialect.name == "sqlite":
        return dict.fromkeys(chats, 0)
    return {row.id: row.chat_id for row in await session.execute(_LOCK, {"ids": chats})}


async def _free(session: AsyncSession, chats: dict[int, int], now: datetime, limits: Limits) -> dict[int, int]:
    """Those that may be written to; what is due for the others waits until they may."""
    free_from = await chat_paces.free_from(session, set(chats.values()), limits) if chats else {}
    for subscriber_id, chat in chats.items():
        if free_from.get(chat, now) > now:
            await _postpone(session, subscriber_id, now, free_from[chat])
    return {subscriber_id: chat for subscriber_id, chat in chats.items() if free_from.get(chat, now) <= now}


async def _lanes(session: AsyncSession, chats: Sequence[int], now: datetime) -> Sequence[Any]:
    lanes = lanes_of(session.get_bind().dialect.name)
    return await direct.ask(session, lanes, {"ids": chats, "now": now})


def _blocked_until(lane: Sequence[Any], now: datetime) -> datetime | None:
    """Until when the chat must wait for its oldest message, which failed, was snoozed, or is an album whose parts still come.

    `now` if a relay has one of its rows, be it behind one that is due again since. An edit that has to wait holds nothing up: it
    shows what is true when it comes.
    """
    if any(row.state == DeliveryState.CLAIMED and row.due_at > now for row in lane):
        return now
    for row in lane:
        if row.due_at > now and _holds_up(row):
            due_at: datetime = row.due_at
            return due_at
        if row.due_at <= now:
            return None
    return None


def _holds_up(row: Any) -> bool:
    return row.kind == DeliveryKind.ALERT or (row.error is not None and row.kind != DeliveryKind.UPDATE)


def _head(due: Sequence[Any], joined_from: int) -> list[int]:
    """Ids of what makes the chat's next message: alerts, updates, or one of another kind."""
    kinds = {row.kind for row in due[:1]} & {DeliveryKind.ALERT, DeliveryKind.UPDATE}
    joined = list(takewhile(lambda row: row.kind in kinds and row.tries < APART, due))
    return [row.id for row in (joined[:TOGETHER] if len(joined) >= joined_from else due[:1])]


async def _postpone(session: AsyncSession, subscriber_id: int, now: datetime, until: datetime) -> None:
    """What came after a message that has to wait waits with it."""
    await direct.ask(session, _POSTPONE, {"subscriber": subscriber_id, "now": now, "until": until})


async def _take(session: AsyncSession, token: str, now: datetime, heads: Mapping[int, list[int]]) -> list[Parcel]:
    """Lease these deliveries, {subscriber: ids}."""
    pairs = [(number, reader) for reader, numbers in heads.items() for number in numbers]
    mine = {"ids": [number for number, _ in pairs], "readers": [reader for _, reader in pairs], "token": token}
    statement = taking(session.get_bind().dialect.name)
    taken = await direct.ask(session, statement, {**mine, "now": now, "until": now + LEASE})
    rows = sorted((Delivery(**row._asdict()) for row in taken), key=lambda row: (row.subscriber_id, row.id))
    grouped = (tuple(lane) for _, lane in groupby(rows, key=lambda row: row.subscriber_id))
    parcels = (Parcel(lane, again=any(row.begun_at is not None for row in lane)) for lane in grouped)
    return sorted(parcels, key=lambda parcel: parcel.rank)
