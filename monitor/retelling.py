"""Whoever was alerted of a post is owed an edit of that alert; in pages where very many were, as in `monitor.fanout`.

An edit shows what is true when it is sent, so owing it again before that changes nothing. On PostgreSQL an alert, or a digest, that is
due may be composed by a relay, as the post was, before the change to the post is committed: so where one is, pages look after that who
was told.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, insert, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.albums import are_one
from monitor.fanout import MANY, page_size
from monitor.models import BigId, DeliveryKind, DeliveryState, Priority, Retelling
from monitor.outcomes import UNTRIED
from monitor.tables import DELIVERIES, FANOUTS, POSTS, RETELLINGS, SUBSCRIBERS
from monitor.upsert import insert_into

_ROW, _ALERT, _PART = DELIVERIES.c, DELIVERIES.alias("alert"), POSTS.alias("part")
_NOW, _DUE = bindparam("now", type_=_ROW.created_at.type), bindparam("due", type_=_ROW.due_at.type)
_POSTS = bindparam("posts", expanding=True, type_=BigId)
_COLUMNS = ["subscriber_id", "post_id", "kind", "priority", "state", "due_at", "attempts", "created_at"]
_TOLD = (
    _ALERT.c.post_id.in_(_POSTS),
    _ALERT.c.kind == DeliveryKind.ALERT,
    _ALERT.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENT]),
)
_AFTER = _ALERT.c.id > bindparam("after", type_=BigId)
_SOME = select(_ALERT.c.id).where(*_TOLD).limit(MANY + 1)
_PAGE = select(_ALERT.c.id).where(*_TOLD, _AFTER).order_by(_ALERT.c.id).limit(bindparam("size"))
_WHOLE = DELIVERIES.alias("whole")
_DIGEST_IS_DUE = exists().where(
    _WHOLE.c.subscriber_id == _ALERT.c.subscriber_id,
    _WHOLE.c.kind == DeliveryKind.DIGEST,
    text("whole.state IN ('due', 'claimed', 'held')"),  # spelt out, as in the index for it
    _WHOLE.c.state != DeliveryState.HELD,
)
_QUEUED = select(
    exists().where(
        _ALERT.c.post_id.in_(_POSTS),
        _ALERT.c.kind == DeliveryKind.ALERT,
        or_(_ALERT.c.state == DeliveryState.DUE, and_(_ALERT.c.state == DeliveryState.HELD, _DIGEST_IS_DUE)),
    )
    | exists().where(FANOUTS.c.post_id.in_(_POSTS))
)
_WAITING = (
    select(RETELLINGS.c.post_id)
    .where(RETELLINGS.c.post_id.in_(_POSTS), RETELLINGS.c.after == 0)
    .where(RETELLINGS.c.only_once == bindparam("once"))
    .with_for_update()  # lest its first page shows what was true before
)
_CHANGED = (
    _ALERT.c.id.in_(bindparam("told", expanding=True, type_=BigId)),
    _ALERT.c.state == DeliveryState.SENT,
    exists().where(
        POSTS.c.id == _ALERT.c.post_id,
        are_one(_PART.c, POSTS.c),  # any of them may be the one that was shown
        (_ALERT.c.post_version < _PART.c.version)
        | (_PART.c.deleted_at.is_not(None) & _ALERT.c.id.not_in(bindparam("deleted", expanding=True, type_=BigId))),
    ),
)
_WAITS_FOR_TELEGRAM = (_ROW.state == DeliveryState.DUE) & _ROW.unreached_since.is_not(None)  # see `outbox.hasten`
_ANY = select(RETELLINGS.c.id).where(RETELLINGS.c.due_at <= _NOW).limit(1)
_OLDEST = select(Retelling).where(Retelling.due_at <= _NOW).order_by(Retelling.id).limit(1)


async def enqueue(
    session: AsyncSession,
    post_ids: Collection[int],
    now: datetime,
    *,
    wait: timedelta = timedelta(0),
    only_once: bool = False,
) -> int:
    """Owe everybody who was alerted of these posts an edit of that alert, after `wait`; how many, or how many posts were begun with.

    `only_once`: only to those who are told a story once.
    """
    posts = list(post_ids)
    if not posts:
        return 0
    dialect = session.get_bind().dialect.name
    many = len((await session.execute(_SOME, {"posts": posts})).all()) > MANY
    if many or (dialect != "sqlite" and await session.scalar(_QUEUED, {"posts": posts})):
        return await _leave_for_pages(session, posts, now, now + wait, only_once)
    owed = _owing(dialect, only_once, paged=False)
    return len((await session.execute(owed, {"posts": posts, "now": now, "due": now + wait})).all())


async def after_digest(session: AsyncSession, told: Collection[int], deleted: Collection[int], now: datetime) -> int:
    """Owe its reader what has changed in the posts of these alerts while the digest that told of them was under way; how many.

    `deleted` are those of them whose posts it shows as deleted.
    """
    owed = _owing_after_digest(session.get_bind().dialect.name)
    filling = {"told": list(told), "deleted": list(deleted), "now": now, "due": now}
    return len((await session.execute(owed, filling)).all())


async def any_waits(session: AsyncSession, now: datetime) -> bool:
    """Whether there is a page to turn."""
    return await session.scalar(_ANY, {"now": now}) is not None


async def turn_page(session: AsyncSession, now: datetime) -> bool:
    """Owe the next page of edits of the alerts that very many got; False if there is none."""
    retelling = await session.scalar(_OLDEST.with_for_update(skip_locked=True), {"now": now})
    if retelling is None:
        return False
    dialect = session.get_bind().dialect.name
    page = {"posts": [retelling.post_id], "after": retelling.after}
    last = max(await session.scalars(_PAGE, {**page, "size": page_size(dialect)}), default=None)
    if last is not None:
        owed = _owing(dialect, retelling.only_once, paged=True)
        await session.execute(owed, {**page, "last": last, "now": now, "due": now})
        retelling.after = last
    else:
        await session.delete(retelling)
    await session.flush()
    return True


async def _leave_for_pages(
    session: AsyncSession, posts: list[int], now: datetime, due_at: datetime, only_once: bool
) -> int:
    """One that waits for its first page says it all already."""
    waiting = set(await session.scalars(_WAITING, {"posts": posts, "once": only_once}))
    row = {"only_once": only_once, "after": 0, "due_at": due_at, "created_at": now}
    rows = [{"post_id": post_id, **row} for post_id in posts if post_id not in waiting]
    if rows:
        await session.execute(insert(RETELLINGS), rows)
    return len(rows)


@cache
def _owing(dialect: str, only_once: bool, *, paged: bool) -> Any:
    """Owe the edits of these posts."""
    page = (_AFTER, _ALERT.c.id <= bindparam("last", type_=BigId)) if paged else ()
    once = (SUBSCRIBERS.c.tells_once,) if only_once else ()
    return _owing_to(dialect, _alerted(*_TOLD, *page, *once))


@cache
def _owing_after_digest(dialect: str) -> Any:
    return _owing_to(dialect, _alerted(*_CHANGED))


def _owing_to(dialect: str, alerted: Any) -> Any:
    """Owe the edits, each once: who waits for one already goes on waiting, who got one gets another."""
    statement = insert_into(dialect, DELIVERIES).from_select(_COLUMNS, alerted)
    fresh: dict[str, Any] = {
        **UNTRIED,
        "state": statement.excluded.state,
        "due_at": case((_ROW.state == DeliveryState.DUE, _ROW.due_at), else_=statement.excluded.due_at),
        "created_at": statement.excluded.created_at,
        "unreached_since": case((_WAITS_FOR_TELEGRAM, _NOW)),
        "claim": None,
        "error": None,
        "settled_at": None,
    }
    again = statement.on_conflict_do_update(index_elements=["subscriber_id", "post_id", "kind"], set_=fresh)
    return again.returning(_ROW.id)


def _alerted(*which: ColumnElement[bool]) -> Any:
    """The rows of the edits of these alerts; one in a chat that is closed waits until it opens, see `outbox.revive`."""
    state = case((SUBSCRIBERS.c.active, DeliveryState.DUE.value), else_=DeliveryState.REFUSED.value)
    update: list[ColumnElement[Any]] = [
        literal(DeliveryKind.UPDATE.value),
        literal(int(Priority.UPDATE)),
        state,
        _DUE,
        literal(0),
        _NOW,
    ]
    edits = select(_ALERT.c.subscriber_id, _ALERT.c.post_id, *update)
    return edits.join(SUBSCRIBERS, SUBSCRIBERS.c.id == _ALERT.c.subscriber_id).where(*which)
