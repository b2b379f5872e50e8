"""Puts the routers and the middlewares together."""

from datetime import UTC, datetime
from typing import Any

from aiogram import Dispatcher
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, TelegramObject

from bot.handlers import (
    admission,
    channels,
    feeds,
    filters,
    inline,
    language,
    membership,
    personal,
    search,
    start,
    subscriptions,
)
from bot.handlers.errors import answer_errors
from bot.intake import send_reply
from bot.middlewares import Access, AccessMiddleware, Clock, Next, SessionMiddleware, SubscriberMiddleware
from bot.settings import BotSettings, LimitSettings
from bot.throttle import Throttle
from monitor.database import Sessions

PARTS = (
    admission,
    search,
    filters,
    inline,
    start,
    subscriptions,
    feeds,
    channels,
    language,
    personal,
    membership,
)
"""Whose routers are asked, in this order."""


def create_dispatcher(
    sessions: Sessions,
    settings: BotSettings,
    *,
    limits: LimitSettings | None = None,
    feeds_url: str | None = None,
    clock: Clock = lambda: datetime.now(UTC),
) -> Dispatcher:
    """A dispatcher with every command, for the admins and the access rule of the settings.

    `feeds_url` is where people reach the HTTP server that serves feeds; None: there is none.
    """
    access = Access(settings.access)
    dispatcher = Dispatcher(disable_fsm=True, admins=settings.admins, access=access, feeds_url=feeds_url)
    limits = limits or LimitSettings()
    dispatcher.update.outer_middleware(Throttle(limits.commands_a_minute))
    for observer in (dispatcher.message, dispatcher.callback_query, dispatcher.inline_query, dispatcher.my_chat_member):
        observer.middleware(answer_callback)
        observer.middleware(answer_errors)
        observer.middleware(SessionMiddleware(sessions, clock))
        observer.middleware(SubscriberMiddleware())
    for observer in (dispatcher.message, dispatcher.callback_query, dispatcher.inline_query):
        observer.middleware(AccessMiddleware(access))
    for part in PARTS:
        dispatcher.include_router(part.create_router())
    dispatcher.include_router(start.create_last_router())
    return dispatcher


async def answer_callback(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A pressed button shows a spinner until it is answered, whatever else the reply is."""
    reply = await handler(event, data)
    if isinstance(event, CallbackQuery) and not isinstance(reply, AnswerCallbackQuery):
        await send_reply(data["bot"], event.answer())
    return reply
