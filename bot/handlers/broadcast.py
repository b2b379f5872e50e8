"""/broadcast: a word to everybody, after a look at it and a second press."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message, MessageEntity
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import SettleBroadcast
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import admins_only
from bot.views.draft import units
from monitor import broadcasts

Content = tuple[str, list[MessageEntity]]


def create_router() -> Router:
    """What is said to everybody."""
    router = Router(name="broadcast")
    router.message.middleware(admins_only)
    router.callback_query.middleware(admins_only)
    router.message.register(draft, Command("broadcast"))
    router.callback_query.register(settle, SettleBroadcast.filter())
    return router


async def draft(
    message: Message, command: CommandObject, session: AsyncSession, l10n: Translator, now: datetime
) -> SendMessage:
    text, entities = _content(message, command)
    if not text or message.from_user is None:
        return reply(message, views.sentence("broadcast-usage", {}, l10n))
    plain = [entity.model_dump(exclude_none=True, mode="json") for entity in entities]
    made = await broadcasts.draft(session, text, plain, message.from_user.id, now)
    return reply(message, views.broadcast_preview(made, await broadcasts.audience(session), l10n))


async def settle(
    query: CallbackQuery, callback_data: SettleBroadcast, session: AsyncSession, l10n: Translator, now: datetime
) -> EditMessageText | None:
    if not callback_data.send:
        await broadcasts.drop(session, callback_data.broadcast)
        return replace(query, views.sentence("broadcast-dropped", {}, l10n))
    sent = await broadcasts.send(session, callback_data.broadcast, query.from_user.id, now)
    if sent is None:
        return replace(query, views.sentence("broadcast-dropped", {}, l10n))
    return replace(query, views.sentence("broadcast-sent", {"count": sent.receivers or 0}, l10n))


def _content(message: Message, command: CommandObject) -> Content:
    """What stands behind the command, or in the message that it answers, with its formatting."""
    if not command.args:
        answered = message.reply_to_message
        return ((answered.text or "").strip(), list(answered.entities or ())) if answered is not None else ("", [])
    text = message.text or ""
    start = units(text[: text.index(command.args, len(command.prefix + command.command))])
    moved = [
        entity.model_copy(update={"offset": entity.offset - start})
        for entity in message.entities or ()
        if entity.offset >= start
    ]
    return command.args, moved
