"""/export_my_data and /delete_my_data: what is kept about a person, for that person alone."""

import asyncio
import io
import json
from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.methods import EditMessageText, SendDocument, SendMessage
from aiogram.types import BufferedInputFile, CallbackQuery, Message, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import ForgetMe
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from monitor import personal

FILE = "dozor-{day}.json"
COMMANDS = Command("export_my_data", "delete_my_data")


def create_router() -> Router:
    """In private chats; also for those who are not let in, or no more."""
    router, everybody = Router(name="personal"), {"for_everybody": True}
    private = F.chat.type == ChatType.PRIVATE
    router.message.register(export, Command("export_my_data"), private, flags=everybody)
    router.message.register(ask, Command("delete_my_data"), private, flags=everybody)
    router.message.register(elsewhere, COMMANDS, flags=everybody)
    router.callback_query.register(forget, ForgetMe.filter(), F.message.chat.type == ChatType.PRIVATE, flags=everybody)
    return router


async def export(
    message: Message, reading: AsyncSession, l10n: Translator, now: datetime, event_from_user: User
) -> SendDocument:
    kept = await personal.gather(reading, event_from_user.id)
    document = await asyncio.to_thread(_document, kept)
    file = BufferedInputFile(document, FILE.format(day=now.date()))
    return message.answer_document(file, caption=l10n("personal-exported"), parse_mode=None)


def _document(kept: dict[str, Any]) -> bytes:
    """Written piece by piece: to join millions of them at once would stop all other threads."""
    file = io.BytesIO()
    with io.TextIOWrapper(file, "utf-8") as text:
        json.dump(kept, text, ensure_ascii=False, indent=1)
        text.flush()
        return file.getvalue()


async def ask(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.forgetting(l10n))


async def forget(
    query: CallbackQuery, callback_data: ForgetMe, session: AsyncSession, l10n: Translator
) -> EditMessageText | None:
    if callback_data.sure:
        await personal.forget(session, query.from_user.id)
    return replace(query, views.sentence("personal-forgotten" if callback_data.sure else "personal-kept", {}, l10n))


async def elsewhere(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("private-only", {}, l10n))
