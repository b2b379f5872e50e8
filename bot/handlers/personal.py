"""/export_my_data and /delete_my_data: what is kept about a person, for that person alone."""

import json
from datetime import datetime

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
    message: Message, session: AsyncSession, l10n: Translator, now: datetime, event_from_user: User
) -> SendDocument:
    kept = await personal.gather(session, event_from_user.id)
    document = json.dumps(kept, ensure_ascii=False, indent=1).encode()
    file = BufferedInputFile(document, FILE.format(day=now.date()))
    return message.answer_document(file, caption=l10n("personal-exported"), parse_mode=None)


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
