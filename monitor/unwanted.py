"""What is queued for a chat that has just muted its topic or channel, or ended its topic; what is taken back comes after all."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Update, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import digest
from monitor.albums import are_one
from monitor.claims import UNSETTLED
from monitor.filters import hears, is_live, rings
from monitor.models import Delivery, DeliveryKind, DeliveryState, Match, Post, Priority, Subscription
from monitor.outcomes import UNTRIED

MUTED = "muted"
ENDED = "the topic was ended"
DROPPED = (MUTED, ENDED)
"""Why what was queued is owed no more; what is wanted after all is owed again."""
KEPT = timedelta(days=1)
_SILENTLY = {"synchronize_session": False}
_WAITING = (UNSETTLED, Delivery.state.in_([DeliveryState.DUE, DeliveryState.HELD]))
_RINGING = Delivery.priority != Priority.DIGEST


async def hold_topic(session: AsyncSession, subscriber_id: int, topic_id: int, now: datetime) -> None:
    """What is due for this topic, which was muted, comes in one message when that ends, but for what is urgent.

    So does what its muting held before; what others want too that are muted comes when the first of those that ring tells again.
    """
    due = and_(Delivery.state == DeliveryState.DUE, Delivery.priority != Priority.URGENT)
    held_before = and_(Delivery.state == DeliveryState.HELD, _RINGING, Delivery.due_at > now)
    wanted_now = _wanted(is_live(), rings(), hears(now))
    waiting = (UNSETTLED, or_(due, held_before), _wanted(Subscription.topic_id == topic_id), ~wanted_now)
    until = func.coalesce(_muted_until(is_live(), rings()), _muted_until(Subscription.topic_id == topic_id))
    held = update(Delivery).where(*_alerts(subscriber_id), *waiting).values(state=DeliveryState.HELD, due_at=until)
    ends = await session.scalars(held.returning(Delivery.due_at).execution_options(**_SILENTLY))
    for end in sorted(set(ends)):
        await digest.enqueue(session, subscriber_id, f"held:{end:%Y%m%dT%H%M%S}", end, now)


async def release_topic(session: AsyncSession, subscriber_id: int, topic_id: int, now: datetime) -> None:
    """What was held for this topic, and for no digest, is due."""
    held = (UNSETTLED, Delivery.state == DeliveryState.HELD, _RINGING)
    theirs = (*_alerts(subscriber_id), *held, _wanted(Subscription.topic_id == topic_id))
    due = update(Delivery).where(*theirs).values(state=DeliveryState.DUE, due_at=now, error=None, **UNTRIED)
    await session.execute(due.execution_options(**_SILENTLY))


async def drop_topic(session: AsyncSession, subscriber_id: int, topic_id: int, now: datetime) -> None:
    """What is due or held for this topic alone is owed no more."""
    wanted_else = _wanted(Subscription.topic_id != topic_id, is_live())
    dropped = (*_alerts(subscriber_id), *_WAITING, _wanted(Subscription.topic_id == topic_id), ~wanted_else)
    await session.execute(_drop(*dropped, reason=ENDED, now=now))


async def restore_topic(session: AsyncSession, subscriber_id: int, topic_id: int, now: datetime) -> None:
    """What was dropped of this topic within the last day is owed again."""
    theirs = (*_alerts(subscriber_id), _wanted(Subscription.topic_id == topic_id))
    await session.execute(_restore(*theirs, reason=ENDED, now=now))


async def drop_channel(session: AsyncSession, subscriber_id: int, channel_id: int, now: datetime) -> None:
    """What is due or held of this channel is owed no more."""
    await session.execute(_drop(*_alerts(subscriber_id), *_WAITING, _is_of(channel_id), reason=MUTED, now=now))


async def restore_channel(session: AsyncSession, subscriber_id: int, channel_id: int, now: datetime) -> None:
    """What was dropped of this channel within the last day is owed again."""
    await session.execute(_restore(*_alerts(subscriber_id), _is_of(channel_id), reason=MUTED, now=now))


def _drop(*which: ColumnElement[bool], reason: str, now: datetime) -> Update:
    gone = {"state": DeliveryState.REFUSED, "error": reason, "settled_at": now}
    return update(Delivery).where(*which).values(gone).execution_options(**_SILENTLY)


def _restore(*which: ColumnElement[bool], reason: str, now: datetime) -> Update:
    dropped = (Delivery.state == DeliveryState.REFUSED, Delivery.error == reason, Delivery.settled_at > now - KEPT)
    state = case((Delivery.priority == Priority.DIGEST, DeliveryState.HELD.value), else_=DeliveryState.DUE.value)
    owed = {"state": state, "settled_at": None, "due_at": now, "error": None, **UNTRIED}
    return update(Delivery).where(*which, *dropped).values(owed).execution_options(**_SILENTLY)


def _alerts(subscriber_id: int) -> tuple[ColumnElement[bool], ...]:
    return Delivery.subscriber_id == subscriber_id, Delivery.kind == DeliveryKind.ALERT


def _is_of(channel_id: int) -> ColumnElement[bool]:
    return exists().where(Post.id == Delivery.post_id, Post.channel_id == channel_id)


def _wanted(*by: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such a subscription of the subscriber wants the delivery's post, or another part of its album."""
    return exists().where(*_wanting(*by))


def _muted_until(*by: ColumnElement[bool]) -> ScalarSelect[datetime | None]:
    """When the first of such subscriptions tells of the delivery's post again."""
    return select(func.min(Subscription.muted_until)).where(*_wanting(*by)).scalar_subquery()


def _wanting(*by: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    first, part = Post.__table__.alias("first"), Post.__table__.alias("part")
    matched = select(Match.post_id).where(Match.post_id == part.c.id, Match.topic_id == Subscription.topic_id)
    wanting = (
        first.c.id == Delivery.post_id,
        are_one(part.c, first.c),
        Subscription.subscriber_id == Delivery.subscriber_id,
        *by,
    )
    return *wanting, matched.where(Match.ended_at.is_(None)).exists()
