"""A group moves, whole: to the id of a supergroup (core.telegram.org/bots/api#responseparameters), or out of a thread that is gone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, UniqueConstraint, and_, delete, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from monitor import outbox, subscribers, threads
from monitor.claims import UNSETTLED
from monitor.models import Base, Delivery, DeliveryKind, DeliveryState, Editor, Fanout, Subscriber, Subscription, Topic
from monitor.outcomes import Said

_SILENTLY = {"synchronize_session": False}
_OF_A_SUBSCRIBER = (
    ("tells_once",),
    ("rich_digests",),
    ("shows_pictures",),
    ("theme",),
    ("timezone",),
    ("quiet_from", "quiet_to"),
    ("snoozed_until",),
    ("digest_every", "digest_minute", "digest_days", "digest_at"),
)
_OF_A_SUBSCRIPTION = (
    ("mode",),
    ("priority",),
    ("paused",),
    ("muted_until", "muted_for"),
    ("hourly_limit",),
    ("channels",),
    ("languages",),
)
"""Columns that are set together."""


async def migrate(session: AsyncSession, chat_id: int, to: int, now: datetime) -> bool:
    """Move everybody in the chat `chat_id` to the chat `to`; who is met there already is made one with who comes.

    What was sent before stays in the old chat, where nothing can be edited. False if a message is under way to either chat: whoever
    writes to the old one is told again that it has moved.
    """
    people = await _locked(session, Subscriber.chat_id.in_([chat_id, to]))
    if await _any_under_way(session, [subscriber.id for subscriber in people], now):
        return False
    met = {subscriber.thread_id: subscriber for subscriber in people if subscriber.chat_id == to}
    for subscriber in (one for one in people if one.chat_id == chat_id):
        await _forget_messages(session, subscriber.id)
        if subscriber.thread_id in met:
            await _make_one(session, subscriber, met[subscriber.thread_id], now)
        else:
            subscriber.chat_id = to
            await session.flush()
    await _move_editors(session, chat_id, to)
    return True


async def leave_thread(session: AsyncSession, subscriber_id: int, thread_id: int, now: datetime) -> bool:
    """A thread is gone, and no other could be made: what was told there is told in the chat itself, and a group hears so once.

    False if a message is under way to the group: the thread is found to be gone once more.
    """
    await threads.forget(session, subscriber_id, thread_id)
    own = (Subscriber.id == subscriber_id, Subscriber.thread_id == thread_id)
    chat_id = await session.scalar(select(Subscriber.chat_id).where(*own))
    if chat_id is None:
        return True
    people = await _locked(session, Subscriber.chat_id == chat_id, Subscriber.thread_id.in_([thread_id, 0]))
    if await _any_under_way(session, [subscriber.id for subscriber in people], now):
        return False
    places = {subscriber.thread_id: subscriber for subscriber in people}
    if (stays := places.get(thread_id)) is None:  # somebody else was faster
        return True
    if 0 in places:
        stays = await _make_one(session, stays, places[0], now)
    stays.thread_id = 0
    await session.flush()
    await outbox.say_once(session, stays.id, Said(f"thread:{thread_id}", "thread_gone", {}), now)
    return True


async def _locked(session: AsyncSession, *which: ColumnElement[bool]) -> list[Subscriber]:
    """These; for nobody of them anything is claimed or owed until the transaction ends."""
    theirs = select(Subscriber).where(*which).order_by(Subscriber.id).with_for_update()
    return list(await session.scalars(theirs.execution_options(populate_existing=True)))


async def _any_under_way(session: AsyncSession, numbers: Collection[int], now: datetime) -> bool:
    """Whether a relay has begun a message for one of them; what it has only claimed is taken from it."""
    claimed = (UNSETTLED, Delivery.subscriber_id.in_(numbers), Delivery.state == DeliveryState.CLAIMED)
    idle = update(Delivery).where(*claimed, Delivery.begun_at.is_(None))
    released = {"state": DeliveryState.DUE, "due_at": now, "claim": None}
    await session.execute(idle.values(released).execution_options(**_SILENTLY))
    return bool(await session.scalar(select(exists().where(*claimed))))


async def _forget_messages(session: AsyncSession, subscriber_id: int) -> None:
    """In the new chat other messages have these numbers."""
    sent = (Delivery.subscriber_id == subscriber_id, Delivery.message_id.is_not(None))
    nowhere = update(Delivery).where(*sent).values(message_id=None, together=1)
    await session.execute(nowhere.execution_options(**_SILENTLY))


async def _move_editors(session: AsyncSession, chat_id: int, to: int) -> None:
    named = select(Editor.user_id).where(Editor.chat_id == to)
    others = update(Editor).where(Editor.chat_id == chat_id, Editor.user_id.not_in(named)).values(chat_id=to)
    await session.execute(others.execution_options(**_SILENTLY))
    await session.execute(delete(Editor).where(Editor.chat_id == chat_id).execution_options(**_SILENTLY))


async def _make_one(session: AsyncSession, old: Subscriber, new: Subscriber, now: datetime) -> Subscriber:
    """Of the subscribers of the old and the new place the one who was there first gets all that the other has; that one."""
    await _keep_one_of_each(session, old, new)
    kept, gone = sorted((old, new), key=lambda subscriber: subscriber.id)
    chat_id, thread_id, active = new.chat_id, new.thread_id, new.active
    _complete(kept, gone, _OF_A_SUBSCRIBER)
    for theirs, own in await _doubles(session, gone, kept):
        await _redirect(session, Topic.__table__, theirs, own)
        await session.execute(delete(Topic).where(Topic.id == theirs).execution_options(**_SILENTLY))
    await _join_subscriptions(session, kept, gone)
    await _turn_pages_again(session, kept.id, gone.id)
    await _redirect(session, Subscriber.__table__, gone.id, kept.id)
    await session.delete(gone)
    await session.flush()
    kept.chat_id, kept.thread_id = chat_id, thread_id
    await session.flush()
    if active and not kept.active:
        await subscribers.activate(session, kept, now)
    return kept


async def _turn_pages_again(session: AsyncSession, kept: int, gone: int) -> None:
    """What is enqueued for very many, by their numbers, has passed the one who stays and not yet reached the one who goes."""
    between = update(Fanout).where(Fanout.after >= kept, Fanout.after < gone).values(after=kept - 1)
    await session.execute(between.execution_options(**_SILENTLY))


async def _doubles(session: AsyncSession, gone: Subscriber, kept: Subscriber) -> list[tuple[int, int]]:
    """Topics with one query that each of them has: (the first one's, the second one's)."""
    own = aliased(Topic)
    same = select(Topic.id, own.id).join(own, own.query == Topic.query)
    rows = await session.execute(same.where(Topic.owner_id == gone.id, own.owner_id == kept.id))
    return [(first, second) for first, second in rows]


async def _join_subscriptions(session: AsyncSession, kept: Subscriber, gone: Subscriber) -> None:
    other = aliased(Subscription)
    pairs = select(Subscription, other).join(other, other.topic_id == Subscription.topic_id)
    both = pairs.where(Subscription.subscriber_id == kept.id, other.subscriber_id == gone.id)
    for own, others in (await session.execute(both.execution_options(populate_existing=True))).all():
        _complete(own, others, _OF_A_SUBSCRIPTION)
        own.ended_at = own.ended_at and others.ended_at
    await session.flush()


def _complete(own: Base, other: Base, groups: Iterable[tuple[str, ...]]) -> None:
    """Take over what the other has set, where there is only the usual."""
    for names in groups:
        if all(getattr(own, name) == _usual(own, name) for name in names):
            for name in names:
                setattr(own, name, getattr(other, name))


def _usual(row: Base, name: str) -> Any:
    default = row.__table__.c[name].default
    return None if default is None else default.arg


async def _keep_one_of_each(session: AsyncSession, old: Subscriber, new: Subscriber) -> None:
    """What both were owed stays with one: with whom it was told, best by a message that can be edited."""
    other = aliased(Delivery)
    same = or_(and_(other.post_id == Delivery.post_id, other.kind == Delivery.kind), other.key == Delivery.key)
    lesser = or_(
        other.state == DeliveryState.SENT,
        Delivery.state.in_([DeliveryState.REFUSED, DeliveryState.DEAD]),
        Delivery.kind.in_([DeliveryKind.UPDATE, DeliveryKind.DIGEST]) & (Delivery.state == DeliveryState.SENT),
    )
    for subscriber, twin, when in ((old, new, lesser), (new, old, true())):
        both = exists().where(other.subscriber_id == twin.id, same, when)
        theirs = delete(Delivery).where(Delivery.subscriber_id == subscriber.id, both)
        await session.execute(theirs.execution_options(**_SILENTLY))


async def _redirect(session: AsyncSession, to: Any, gone: int, kept: int) -> None:
    """Whatever refers to one row of the table refers to another, unless there is such a row already."""
    for table in Base.metadata.sorted_tables:
        for column in (key.parent for key in table.foreign_keys if key.column.table is to):
            free = (~_taken(table, key, column.name, kept) for key in _unique_keys(table, column.name))
            await session.execute(update(table).where(column == gone, *free).values({column.name: kept}))


def _unique_keys(table: Table, name: str) -> list[list[str]]:
    """The unique keys that hold this column, each as its other columns."""
    keys = [list(table.primary_key.columns.keys())]
    keys += [list(key.columns.keys()) for key in table.constraints if isinstance(key, UniqueConstraint)]
    keys += [list(index.columns.keys()) for index in table.indexes if index.unique]
    return [[column for column in key if column != name] for key in keys if name in key]


def _taken(table: Table, key: list[str], name: str, kept: int) -> ColumnElement[bool]:
    other = table.alias("other")
    return exists().where(other.c[name] == kept, *(other.c[column] == table.c[column] for column in key))
