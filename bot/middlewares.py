"""What stands between an update and its handler: the time, the transaction, the subscriber, the access rule.

They are inner middlewares, so a message that no handler wants opens no transaction.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.middlewares.user_context import EventContext
from aiogram.enums import ChatType
from aiogram.types import ChatMemberUpdated, TelegramObject

from bot.i18n import negotiate, translator
from monitor import subscribers
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.models import ChatKind, Subscriber

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
Clock = Callable[[], datetime]

KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


class Access(StrEnum):
    """Who may use the bot: everybody, those who were invited, or the admins alone."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class AccessClosedError(MonitorError):
    """This bot serves its admins alone."""

    code = "access_closed"


class SessionMiddleware(BaseMiddleware):
    """One transaction around the handler, as `session`, and the time it happens at, as `now`.

    The reply that a handler returns is sent by the caller, and so after the commit. `reading` is for what takes longer: whoever
    asks it before `session` does not hold up those who write, of whom SQLite lets in one at a time.
    """

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        async with self._sessions.begin() as session, self._sessions() as reading:
            data["session"], data["reading"] = session, reading
            data["now"] = self._clock()
            return await handler(event, data)


class SubscriberMiddleware(BaseMiddleware):
    """The chat (or forum thread) that is spoken to, as `subscriber`, and its translator, as `l10n`.

    An inline query comes from no chat: it is the person's own.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        chat_id = context.chat.id if context.chat else context.user_id
        if chat_id is None:
            return None
        subscriber = await self._known(chat_id, context, data) or await subscribers.get_or_create(
            data["session"],
            chat_id,
            context.thread_id or 0,
            KINDS.get(ChatType(context.chat.type), ChatKind.GROUP) if context.chat else ChatKind.PRIVATE,
            negotiate(context.user.language_code if context.user else None),
            data["now"],
        )
        if not subscriber.active and not isinstance(event, ChatMemberUpdated):
            await subscribers.activate(data["session"], subscriber)  # whoever speaks to us wants to hear from us
        data["subscriber"] = subscriber
        data["l10n"] = translator(subscriber.locale)
        return await handler(event, data)

    async def _known(self, chat_id: int, context: EventContext, data: dict[str, Any]) -> Subscriber | None:
        """The subscriber as the transaction's own object, found without the transaction."""
        found = await subscribers.find(data["reading"], chat_id, context.thread_id or 0)
        return await data["session"].merge(found, load=False) if found is not None else None


class AccessMiddleware(BaseMiddleware):
    """Lets in those whom the access rule lets in; raises AccessClosedError for the others."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context: EventContext = data["event_context"]
        if self._access is not Access.OPEN and context.user_id not in data["admins"]:
            raise AccessClosedError
        return await handler(event, data)
