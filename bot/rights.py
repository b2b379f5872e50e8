"""In a group only its admins, and the editors whom they name, change what it is told of."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.flags import get_flag
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.types import ChatMemberRestricted, Message, TelegramObject

from bot.middlewares import Next
from monitor.database import Sessions
from monitor.editors import is_editor
from monitor.errors import MonitorError

CHANGES = {"changes": True}
"""Flags of handlers that change what a chat is told of."""
NAMES = {"changes": True, "names": True}
"""Flags of handlers that choose the editors: for the admins alone."""
KNOWN_FOR = timedelta(minutes=1)
MOST_KNOWN = 10_000
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
ADMINS = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)
UNANSWERED = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter)
"""These say nothing of whom was asked for."""


class GroupAdminsOnlyError(MonitorError):
    """Only the admins and the editors of a group change what it is told of."""

    code = "group_admins_only"


class Standing(IntEnum):
    """What somebody is in a group, as Telegram has it."""

    STRANGER = 0
    MEMBER = 1
    ADMIN = 2


class RightsMiddleware(BaseMiddleware):
    """Raises GroupAdminsOnlyError for whoever is neither an admin of the group nor one of its editors, before a transaction begins.

    An editor who left the group, or was thrown out, is none there. Stands before SessionMiddleware, since it may have to ask Telegram;
    an answer is believed for a minute.
    """

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._known: dict[tuple[int, int], tuple[datetime, Standing]] = {}

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        in_group = context.chat is not None and context.chat.type in GROUPS
        if in_group and get_flag(data, "changes") and not await self._is_trusted(event, context, data):
            raise GroupAdminsOnlyError
        return await handler(event, data)

    async def _is_trusted(self, event: TelegramObject, context: EventContext, data: dict[str, Any]) -> bool:
        if isinstance(event, Message) and event.sender_chat is not None:
            return event.sender_chat.id == context.chat_id  # an admin who writes in the group's name
        if context.chat_id is None or context.user_id is None:
            return False
        standing = await self._standing(data["bot"], context.chat_id, context.user_id)
        if standing is Standing.MEMBER and not get_flag(data, "names"):
            return await self._is_editor(context.chat_id, context.user_id)
        return standing is Standing.ADMIN

    async def _is_editor(self, chat_id: int, user_id: int) -> bool:
        async with self._sessions(quick=True) as session:
            return await is_editor(session, chat_id, user_id)

    async def _standing(self, bot: Bot, chat_id: int, user_id: int) -> Standing:
        """Where Telegram does not answer, it is asked again the next time, and nobody is let in until then."""
        known = self._known.get((chat_id, user_id))
        if known is not None and known[0] >= self._clock():
            return known[1]
        try:
            standing = await _asked(bot, chat_id, user_id)
        except UNANSWERED:
            return Standing.STRANGER
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[chat_id, user_id] = self._clock() + KNOWN_FOR, standing
        return standing


async def _asked(bot: Bot, chat_id: int, user_id: int) -> Standing:
    """Who Telegram does not tell of is a stranger. Raises UNANSWERED."""
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except UNANSWERED:
        raise
    except TelegramAPIError:
        return Standing.STRANGER
    if member.status in ADMINS:
        return Standing.ADMIN
    inside = member.status == ChatMemberStatus.MEMBER or (isinstance(member, ChatMemberRestricted) and member.is_member)
    return Standing.MEMBER if inside else Standing.STRANGER
