"""The bot was blocked or removed, or let in again."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import JOIN_TRANSITION, LEAVE_TRANSITION, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import subscribers
from monitor.models import Subscriber


def create_router() -> Router:
    """Whether a chat still wants to hear from us."""
    router = Router(name="membership")
    router.my_chat_member.register(leave, ChatMemberUpdatedFilter(LEAVE_TRANSITION))
    router.my_chat_member.register(come_back, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    return router


async def leave(_: ChatMemberUpdated, session: AsyncSession, subscriber: Subscriber) -> None:
    await subscribers.close_chat(session, subscriber.chat_id)


async def come_back(_: ChatMemberUpdated, session: AsyncSession, subscriber: Subscriber, now: datetime) -> None:
    await subscribers.open_chat(session, subscriber.chat_id, now)
