"""Puts the routers and the middlewares together."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import Dispatcher
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject

from bot.callbacks import is_possible
from bot.handlers import (
    admin,
    admission,
    broadcast,
    channels,
    editing,
    exports,
    feeds,
    filters,
    hushing,
    inline,
    language,
    listing,
    membership,
    personal,
    pictures,
    proposals,
    publishing,
    quiet,
    search,
    start,
    stats,
    stories,
    subscriptions,
    team,
    topics,
    translation,
    trends,
    tuning,
)
from bot.handlers.errors import answer_errors
from bot.intake import send_reply
from bot.middlewares import (
    Access,
    AccessMiddleware,
    AwaitingMiddleware,
    Clock,
    Next,
    SessionMiddleware,
    SubscriberMiddleware,
)
from bot.rights import RightsMiddleware
from bot.settings import BotSettings, LimitSettings
from bot.threads import ThreadsMiddleware
from bot.throttle import Throttle
from bot.timings import Timings
from bot.workshop import Workshop
from monitor.database import Sessions

PARTS = (
    admission,
    search,
    filters,
    inline,
    start,
    subscriptions,
    team,
    listing,
    topics,
    tuning,
    stories,
    hushing,
    quiet,
    proposals,
    feeds,
    stats,
    trends,
    translation,
    pictures,
    exports,
    channels,
    publishing,
    language,
    personal,
    admin,
    broadcast,
    membership,
    editing,
)
"""What answers, asked in this order; what people type without a command is the last one's."""


COMMAND = re.compile("/[A-Za-z0-9_]+")


def create_dispatcher(
    sessions: Sessions,
    settings: BotSettings,
    *,
    files: Sessions | None = None,
    limits: LimitSettings | None = None,
    feeds_url: str | None = None,
    account_wanted: Callable[[], None] = lambda: None,
    handled: Callable[[float], None] = lambda _seconds: None,
    clock: Clock = lambda: datetime.now(UTC),
) -> Dispatcher:
    """A dispatcher with every command, for the admins and the access rule of the settings.

    Its `emit_shutdown` ends what is done beside the handlers, with the sessions `files` if there are any.
    `feeds_url` is where people reach the HTTP server that serves feeds; None: there is none. `account_wanted` tells listeners
    in this process that there is something to translate or to fetch; others look for it. `handled` hears how many seconds each handler
    took.
    """
    access, workshop = Access(settings.access), Workshop(files or sessions)
    dispatcher = Dispatcher(disable_fsm=True, admins=settings.admins, access=access, feeds_url=feeds_url)
    dispatcher["timings"] = timings = Timings(handled=handled)
    limits = limits or LimitSettings()
    dispatcher.update.outer_middleware(Throttle(limits.commands_a_minute))
    dispatcher["workshop"], dispatcher["account_wanted"] = workshop, account_wanted
    dispatcher.shutdown.register(workshop.close)
    _add_middlewares(dispatcher, sessions, access, timings, clock)
    for part in PARTS:
        dispatcher.include_router(part.create_router())
    dispatcher.include_router(start.create_last_router())
    return dispatcher


def _add_middlewares(
    dispatcher: Dispatcher, sessions: Sessions, access: Access, timings: Timings, clock: Clock
) -> None:
    """The first one added to an observer is the outermost."""
    asked = (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query, dispatcher.inline_query)
    rights, threads = RightsMiddleware(sessions, clock), ThreadsMiddleware(sessions, clock)
    session = SessionMiddleware(sessions, clock)  # one for all: it counts how many are at work
    dispatcher.message.outer_middleware(lower_command)
    dispatcher.callback_query.outer_middleware(refuse_vast_numbers)
    dispatcher.callback_query.middleware(reach_old_message)
    for observer in asked:
        observer.middleware(answer_callback)
        observer.middleware(send_all)
        observer.middleware(threads)
    for observer in (*asked, dispatcher.my_chat_member):
        observer.middleware(answer_errors)
        observer.middleware(timings)
        observer.middleware(rights)
        observer.middleware(session)
        observer.middleware(SubscriberMiddleware())
    for observer in asked:
        observer.middleware(AccessMiddleware(access))
    dispatcher.message.middleware(AwaitingMiddleware())


async def lower_command(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Phones begin a line with a capital: /Search is /search. What follows the command keeps its letters."""
    text = event.text if isinstance(event, Message) else None
    if text and (found := COMMAND.match(text)) and not found[0].islower():
        event = event.model_copy(update={"text": found[0].lower() + text[found.end() :]}).as_(data["bot"])
    return await handler(event, data)


async def refuse_vast_numbers(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A button with a number that no row can have was not made by us: it is one that nobody knows."""
    if isinstance(event, CallbackQuery) and not is_possible(event.data or ""):
        event = event.model_copy(update={"data": "?"}).as_(data["bot"])
    return await handler(event, data)


async def reach_old_message(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Of an old message Telegram tells its number alone: enough to edit it, or to answer beside it."""
    if isinstance(event, CallbackQuery) and isinstance(event.message, InaccessibleMessage):
        date = datetime.fromtimestamp(0, UTC)
        known = Message(message_id=event.message.message_id, chat=event.message.chat, date=date)
        event = event.model_copy(update={"message": known.as_(data["bot"])}).as_(data["bot"])
    return await handler(event, data)


async def answer_callback(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A pressed button shows a spinner until it is answered, whatever else the reply is."""
    reply = await handler(event, data)
    if isinstance(event, CallbackQuery) and not isinstance(reply, AnswerCallbackQuery):
        await send_reply(data["bot"], event.answer())
    return reply


async def send_all(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A handler may return several replies: all but the last are sent here, after the commit."""
    replies = await handler(event, data)
    if not isinstance(replies, list):
        return replies
    for reply in replies[:-1]:
        await send_reply(data["bot"], reply)
    return replies[-1] if replies else None
