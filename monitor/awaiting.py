"""What the bot has asked someone for and waits for: kept in the database, so that a restart forgets no question."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Awaited, Subscriber
from monitor.upsert import insert_for

PATIENCE = timedelta(minutes=30)


class Wanted(StrEnum):
    """What the next text of a person is taken for."""

    NAME = "name"
    QUERY = "query"
    DESCRIPTION = "description"
    FIND = "find"
    PUBLISH = "publish"


async def ask(
    session: AsyncSession,
    subscriber: Subscriber,
    user_id: int,
    what: Wanted,
    now: datetime,
    *,
    topic_id: int | None = None,
    version: int | None = None,
    message_id: int | None = None,
) -> None:
    """Wait for this from this person in this chat, instead of what was waited for before."""
    values = {"what": what, "topic_id": topic_id, "version": version, "message_id": message_id, "asked_at": now}
    added = insert_for(session, Awaited).values(subscriber_id=subscriber.id, user_id=user_id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=["subscriber_id", "user_id"], set_=values))


async def awaited(session: AsyncSession, subscriber: Subscriber, user_id: int, now: datetime) -> Awaited | None:
    """What is waited for; a question of half an hour ago is taken for forgotten."""
    found = await session.get(Awaited, (subscriber.id, user_id))
    return found if found is not None and found.asked_at > now - PATIENCE else None


async def stop(session: AsyncSession, subscriber: Subscriber, user_id: int) -> None:
    """Wait for nothing more."""
    theirs = (Awaited.subscriber_id == subscriber.id, Awaited.user_id == user_id)
    await session.execute(delete(Awaited).where(*theirs).execution_options(synchronize_session=False))
