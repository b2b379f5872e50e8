"""The team of a group: its admins in Telegram own it, editors whom they name change what it is told of, all others read."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.members import NAME_LENGTH
from monitor.models import Editor
from monitor.upsert import insert_for


async def is_editor(session: AsyncSession, chat_id: int, user_id: int) -> bool:
    """May this member of the group change what it is told of?"""
    return await session.get(Editor, (chat_id, user_id)) is not None


async def name(session: AsyncSession, chat_id: int, user_id: int, called: str, by: int, now: datetime) -> None:
    """Make the member an editor of the group; nothing changes for one who is."""
    values = {"chat_id": chat_id, "user_id": user_id, "name": called[:NAME_LENGTH], "made_by": by, "made_at": now}
    await session.execute(insert_for(session, Editor).values(values).on_conflict_do_nothing())


async def dismiss(session: AsyncSession, chat_id: int, user_id: int) -> None:
    """Let the member only read again."""
    await session.execute(delete(Editor).where(Editor.chat_id == chat_id, Editor.user_id == user_id))


async def editors(session: AsyncSession, chat_id: int) -> list[Editor]:
    """The editors of the group, who were named first first."""
    theirs = select(Editor).where(Editor.chat_id == chat_id).order_by(Editor.made_at, Editor.user_id)
    return list(await session.scalars(theirs))
