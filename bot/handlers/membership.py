"""The bot was blocked or removed, let in again, or given back its rights; or its group has another id."""

from datetime import datetime

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import JOIN_TRANSITION, LEAVE_TRANSITION, ChatMemberUpdatedFilter
from aiogram.methods import SendMessage
from aiogram.types import (
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import Translator
from bot.middlewares import Access
from bot.rights import GROUPS
from monitor import moving, subscribers
from monitor.models import Subscriber


def create_router() -> Router:
    """Whether a chat still wants to hear from us."""
    router = Router(name="membership")
    router.my_chat_member.register(leave, ChatMemberUpdatedFilter(LEAVE_TRANSITION))
    router.my_chat_member.register(come_back, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    router.my_chat_member.register(regain, may_write)
    router.message.register(move, F.migrate_to_chat_id | F.migrate_from_chat_id, flags={"for_everybody": True})
    return router


def may_write(event: ChatMemberUpdated) -> bool:
    """Whether the bot may write in the chat now, as far as its own standing goes: what all members may is told to nobody."""
    match event.new_chat_member:
        case ChatMemberAdministrator(can_post_messages=can_post):
            return event.chat.type != ChatType.CHANNEL or bool(can_post)
        case ChatMemberRestricted(is_member=is_member, can_send_messages=can_send):
            return is_member and can_send
        case ChatMemberMember():
            return event.chat.type != ChatType.CHANNEL
    return False


async def leave(_: ChatMemberUpdated, session: AsyncSession, subscriber: Subscriber) -> None:
    await subscribers.close_chat(session, subscriber.chat_id)


async def come_back(
    event: ChatMemberUpdated,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    access: Access,
) -> SendMessage | None:
    """A group that takes the bot in is told what it is for, where everybody may use it."""
    await subscribers.open_chat(session, subscriber.chat_id, now)
    if event.chat.type not in GROUPS or access is not Access.OPEN:
        return None
    return event.answer(l10n("group-welcome"), parse_mode=None)


async def regain(_: ChatMemberUpdated, session: AsyncSession, subscriber: Subscriber, now: datetime) -> None:
    """Made an admin, or free to write again."""
    await subscribers.open_chat(session, subscriber.chat_id, now)


async def move(message: Message, session: AsyncSession, now: datetime) -> None:
    """The old and the new chat both say so, in either order."""
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    await moving.migrate(session, old, new, now)
