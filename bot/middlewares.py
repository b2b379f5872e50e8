"""What stands between an update and its handler: the time, the transaction, the subscriber, the access rule.

They are inner middlewares, so a message that no handler wants opens no transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.types import ChatMemberUpdated, Message, TelegramObject

from bot.i18n import negotiate, translator
from monitor import awaiting, members, subscribers
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.models import ChatKind, Subscriber

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
Clock = Callable[[], datetime]

AT_ONCE = 8
"""So many updates are handled at once; the more there are, the longer each takes."""

KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


class Access(StrEnum):
    """Who may use the bot beside its admins: everybody, who came with an invitation, or whom an admin let in one by one."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class AccessClosedError(MonitorError):
    """This bot lets people in one by one: ask its admins with /join."""

    code = "access_closed"


class InvitationNeededError(MonitorError):
    """This bot is for those who were invited: ask one of its admins for a link."""

    code = "invitation_needed"


class AdminsOnlyError(MonitorError):
    """Only the admins of this bot may do this."""

    code = "admins_only"


async def admins_only(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A middleware that raises AdminsOnlyError for anybody else."""
    if data["event_context"].user_id not in data["admins"]:
        raise AdminsOnlyError
    return await handler(event, data)


class SessionMiddleware(BaseMiddleware):
    """One transaction around the handler, as `session`, and the time it happens at, as `now`.

    The reply that a handler returns is sent by the caller, and so after the commit. `reading` is for what takes longer: whoever
    asks it before `session` does not hold up those who write, of whom SQLite lets in one at a time. Each holds a connection until the
    handler ends, so no more than AT_ONCE are at work: the others wait without one.
    """

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        async with self._places, self._sessions.begin() as session, self._sessions() as reading:
            data["session"], data["reading"] = session, reading
            data["now"] = self._clock()
            return await handler(event, data)


class SubscriberMiddleware(BaseMiddleware):
    """The chat (or thread of a group) that is spoken to, as `subscriber`, and its translator, as `l10n`; `is_admin`: of the bot.

    A private chat is one subscriber whatever its threads: these are for its topics. An inline query comes from no chat: it is the
    person's own.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        chat_id = context.chat.id if context.chat else context.user_id
        if chat_id is None:
            return None
        in_group = context.chat is not None and context.chat.type != ChatType.PRIVATE
        thread = context.thread_id or 0 if in_group else 0
        subscriber = await self._known(chat_id, thread, data) or await subscribers.get_or_create(
            data["session"],
            chat_id,
            thread,
            KINDS.get(ChatType(context.chat.type), ChatKind.GROUP) if context.chat else ChatKind.PRIVATE,
            negotiate(context.user.language_code if context.user else None),
            data["now"],
        )
        if not subscriber.active and not isinstance(event, ChatMemberUpdated):
            await subscribers.activate(
                data["session"], subscriber, data["now"]
            )  # whoever speaks to us wants to hear from us
        data["subscriber"] = subscriber
        data["l10n"] = translator(subscriber.locale, subscriber.timezone)
        data["is_admin"] = context.user_id in data["admins"]
        return await handler(event, data)

    async def _known(self, chat_id: int, thread: int, data: dict[str, Any]) -> Subscriber | None:
        """The subscriber as the transaction's own object, found without the transaction."""
        found = await subscribers.find(data["reading"], chat_id, thread)
        return await data["session"].merge(found, load=False) if found is not None else None


class AwaitingMiddleware(BaseMiddleware):
    """A command means that the bot's question is not going to be answered: nothing is waited for any more."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        person = data["event_context"].user_id
        is_command = isinstance(event, Message) and (event.text or event.caption or "").startswith("/")
        known = data["reading"], data["subscriber"], person, data["now"]
        if is_command and person is not None and await awaiting.awaited(*known) is not None:
            await awaiting.stop(data["session"], data["subscriber"], person)
        return await handler(event, data)


class AccessMiddleware(BaseMiddleware):
    """Lets in those whom the access rule lets in; raises AccessClosedError or InvitationNeededError for the others.

    A handler with the flag `for_everybody` is the door itself, or about a person's own data.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        if get_flag(data, "for_everybody") or await self._is_let_in(data):
            return await handler(event, data)
        raise InvitationNeededError if self._access is Access.INVITE else AccessClosedError

    async def _is_let_in(self, data: dict[str, Any]) -> bool:
        user_id = data["event_context"].user_id
        if self._access is Access.OPEN or user_id in data["admins"]:
            return True
        return user_id is not None and await members.is_member(data["reading"], user_id)
