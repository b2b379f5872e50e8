"""Chats that the bot talks to."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox
from monitor.models import ChatKind, Subscriber, Theme
from monitor.upsert import insert_for


async def get_or_create(
    session: AsyncSession, chat_id: int, thread_id: int, kind: ChatKind, locale: str, now: datetime
) -> Subscriber:
    """The subscriber of this chat and thread (0: no thread), made on first sight with `locale`."""
    found = await find(session, chat_id, thread_id)
    if found is not None:
        return found
    values = {
        "chat_id": chat_id,
        "thread_id": thread_id,
        "kind": kind,
        "locale": locale,
        "active": True,
        "created_at": now,
    }
    await session.execute(insert_for(session, Subscriber).values(values).on_conflict_do_nothing())
    return (await session.scalars(_of(chat_id, thread_id))).one()


async def find(session: AsyncSession, chat_id: int, thread_id: int = 0) -> Subscriber | None:
    """The subscriber of this chat and thread, if the bot has met it."""
    return (await session.scalars(_of(chat_id, thread_id))).one_or_none()


async def set_locale(session: AsyncSession, subscriber: Subscriber, locale: str) -> None:
    """Answer this subscriber in `locale` from now on."""
    subscriber.locale = locale
    await session.flush()


async def set_theme(session: AsyncSession, subscriber: Subscriber, theme: Theme) -> None:
    """Draw this subscriber's pictures in these colours from now on."""
    subscriber.theme = theme
    await session.flush()


async def tell_once(session: AsyncSession, subscriber: Subscriber, once: bool) -> None:
    """Tell this subscriber a story once from now on, or by each of its posts."""
    subscriber.tells_once = once
    await session.flush()


async def show_pictures(session: AsyncSession, subscriber: Subscriber, shows: bool) -> None:
    """Have the pictures that a preview cannot show follow this subscriber's alerts from now on, or only come when asked for."""
    subscriber.shows_pictures = shows
    await session.flush()


async def activate(session: AsyncSession, subscriber: Subscriber, now: datetime) -> None:
    """Alert this subscriber again, after it had blocked the bot; what it was owed then for less than a week, it is owed again."""
    if not subscriber.active:
        await outbox.give_up_held(session, subscriber.id, now)
    subscriber.active = True
    await session.flush()
    await outbox.revive(session, subscriber.id, now)


async def deactivate(session: AsyncSession, subscriber: Subscriber) -> None:
    """Owe this subscriber nothing more until it comes back: it blocked the bot."""
    subscriber.active = False
    await session.flush()
    await outbox.close(session, subscriber.id, "the bot was blocked or removed")


async def open_chat(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """The bot was let into the chat again: every subscriber in it, one for each thread, is alerted again."""
    for subscriber in (await session.scalars(select(Subscriber).where(Subscriber.chat_id == chat_id))).all():
        await activate(session, subscriber, now)


async def close_chat(session: AsyncSession, chat_id: int) -> None:
    """The bot was blocked or removed: nobody in the chat, in none of its threads, is owed anything more."""
    for subscriber in (await session.scalars(select(Subscriber).where(Subscriber.chat_id == chat_id))).all():
        await deactivate(session, subscriber)


def _of(chat_id: int, thread_id: int) -> Select[Subscriber]:
    return select(Subscriber).where(Subscriber.chat_id == chat_id, Subscriber.thread_id == thread_id)
