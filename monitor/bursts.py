"""What of that which is due for a chat at once goes together: posts that belong into one of its threads, edits of one message."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from monitor.albums import are_one
from monitor.filters import is_live, lets_through
from monitor.models import BigId, Delivery, DeliveryKind, Match, Post, Subscription

_IDS = bindparam("ids", expanding=True, type_=BigId)
_READERS = bindparam("readers", expanding=True, type_=BigId)
_FIRST = aliased(Post)
# The sum has SQLite find matches by their posts: a topic may have very many.
_THEIRS = and_(Subscription.topic_id == Match.topic_id + 0, Subscription.subscriber_id == Delivery.subscriber_id)
_THREADS = (
    select(Delivery.id, Subscription.thread_id)
    .join(_FIRST, _FIRST.id == Delivery.post_id)
    .join(Post, are_one(Post, _FIRST))
    .join(Match, Match.post_id == Post.id)
    .join(Subscription, _THEIRS)
    .where(Delivery.id.in_(_IDS))
    .where(Match.ended_at.is_(None), Subscription.thread_id != 0, is_live(), lets_through())
    .order_by(Delivery.id, Post.message_id, Subscription.created_at, Subscription.topic_id)
)

_ALERT = aliased(Delivery)
_MESSAGES = (
    select(Delivery.id, _ALERT.message_id, _ALERT.digest_id)
    .join(_ALERT, (_ALERT.subscriber_id == Delivery.subscriber_id) & (_ALERT.post_id == Delivery.post_id))
    .where(_ALERT.kind == DeliveryKind.ALERT, Delivery.id.in_(_IDS))
)


async def of_one_message(session: AsyncSession, heads: Mapping[int, list[int]]) -> Mapping[int, list[int]]:
    """Of updates that are due, {subscriber: ids}, those that edit the same message as the first: one edit shows all."""
    several = {reader: ids for reader, ids in heads.items() if len(ids) > 1}
    if not several:
        return heads
    numbers = [number for ids in several.values() for number in ids]
    statement = _of_readers(_MESSAGES, session.get_bind().dialect.name)
    found = await session.execute(statement, {"ids": numbers, "readers": list(several)})
    messages = {number: (message, whole) for number, message, whole in found if message or whole}
    return {**heads, **{reader: _editing_the_same(ids, messages) for reader, ids in several.items()}}


def _editing_the_same(ids: Sequence[int], messages: Mapping[int, tuple[int | None, int | None]]) -> list[int]:
    first = messages.get(ids[0])
    return [number for number in ids if messages.get(number) == first] if first is not None else [ids[0]]


async def of_one_thread(
    session: AsyncSession, heads: Mapping[int, list[int]], joined_from: int
) -> Mapping[int, list[int]]:
    """Of what would make one message, {subscriber: ids}, what the first one's thread gets; fewer than `joined_from` come one by one.

    The thread of a post is the one in which it would come alone, see `threads.thread_of`.
    """
    several = {reader: ids for reader, ids in heads.items() if len(ids) > 1}
    if not several:
        return heads
    numbers = [number for ids in several.values() for number in ids]
    threads: dict[int, int] = {}
    statement = _of_readers(_THREADS, session.get_bind().dialect.name)
    for number, thread in await session.execute(statement, {"ids": numbers, "readers": list(several)}):
        threads.setdefault(number, thread)
    return {**heads, **{reader: _with_the_first(ids, threads, joined_from) for reader, ids in several.items()}}


def _with_the_first(ids: Sequence[int], threads: Mapping[int, int], joined_from: int) -> list[int]:
    same = [number for number in ids if threads.get(number) == threads.get(ids[0])]
    return same if len(same) >= joined_from else [ids[0]]


@cache
def _of_readers(statement: Any, dialect: str) -> Any:
    """The same of the readers' deliveries, by whom the table can be distributed; SQLite would look through all that they ever got."""
    return statement if dialect == "sqlite" else statement.where(Delivery.subscriber_id.in_(_READERS))
