"""/channels for everybody; /watch and /unwatch for admins, by name or by the "pick a channel" button."""

from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, Filter
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import (
    CallbackQuery,
    ChatShared,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    User,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import HearChannel, PickedFor
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import admins_only
from bot.rights import CHANGES
from bot.views import Rendered
from monitor import audit, channels, coverage, histories, hushing
from monitor.models import Subscriber

WISHES = {"watch": PickedFor.WATCH, "unwatch": PickedFor.UNWATCH}


class Wish(Filter):
    """A command about a channel, or a channel that was picked, as `wanted` and `target` (None: not named yet).

    `depth` is how far back its posts are wanted too, as it was written: `/watch @channel 30d`.
    """

    async def __call__(self, message: Message, command: CommandObject | None = None) -> bool | dict[str, Any]:
        if command is not None:
            target, depth = [*(command.args or "").split(maxsplit=1), None, None][:2]
            return {"wanted": WISHES[command.command.lower()], "target": target, "depth": depth}
        if message.chat_shared is None or message.chat_shared.request_id not in set(PickedFor):
            return False
        return {
            "wanted": PickedFor(message.chat_shared.request_id),
            "target": _target(message.chat_shared),
            "depth": None,
        }


def create_router() -> Router:
    """What is watched."""
    router = Router(name="channels")
    router.message.register(show, Command("channels"))
    router.callback_query.register(hear, HearChannel.filter(), flags=CHANGES)
    wishes = Router(name="wishes")
    wishes.message.middleware(admins_only)
    wishes.message.register(wish, Command(*WISHES), Wish())
    wishes.message.register(wish, F.chat_shared, Wish())
    router.include_router(wishes)
    return router


async def show(
    message: Message, reading: AsyncSession, subscriber: Subscriber, l10n: Translator, is_admin: bool
) -> SendMessage:
    return reply(message, await _listed(reading, subscriber, l10n, details=is_admin))


async def hear(
    query: CallbackQuery,
    callback_data: HearChannel,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    await hushing.unmute_channel(session, subscriber, callback_data.channel, now)
    return replace(query, await _listed(session, subscriber, l10n, details=is_admin))


async def wish(
    message: Message,
    wanted: PickedFor,
    target: str | None,
    depth: str | None,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    event_from_user: User,
) -> SendMessage:
    if target is None:
        return _ask_which(message, wanted, l10n)
    await audit.record(session, event_from_user.id, wanted.name.lower(), now, target=target)
    if wanted is PickedFor.WATCH:
        since = now - histories.depth(depth) if depth else None
        await channels.request_watch(session, subscriber, target, now, since=since)
        return reply(message, views.sentence("watch-requested", {"channel": target}, l10n))
    await channels.request_unwatch(session, subscriber, target, now)
    return reply(message, views.sentence("unwatch-requested", {"channel": target}, l10n))


async def _listed(session: AsyncSession, subscriber: Subscriber, l10n: Translator, *, details: bool) -> Rendered:
    muted = await hushing.muted_channels(session, subscriber)
    return views.channels(await coverage.report(session), l10n, details=details, muted=muted)


def _ask_which(message: Message, wanted: PickedFor, l10n: Translator) -> SendMessage:
    """Telegram offers the button that picks a channel in private chats only."""
    name = wanted.name.lower()
    if message.chat.type != ChatType.PRIVATE:
        return reply(message, views.sentence("wish-usage", {"command": name}, l10n))
    request = KeyboardButtonRequestChat(
        request_id=wanted, chat_is_channel=True, request_title=True, request_username=True
    )
    button = KeyboardButton(text=l10n("channel-pick"), request_chat=request)
    keyboard = ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)
    return message.answer(l10n(f"{name}-which"), reply_markup=keyboard, parse_mode=None)


def _target(shared: ChatShared) -> str:
    return f"@{shared.username}" if shared.username else str(shared.chat_id)
