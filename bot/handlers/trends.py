"""/trends: words that rise against their usual level."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import SearchWord
from bot.handlers.replies import reply
from bot.handlers.search import answer
from bot.i18n import Translator
from monitor import trends
from monitor.models import Subscriber


def create_router() -> Router:
    """What is new in what everybody writes."""
    router = Router(name="trends")
    router.message.register(show, Command("trends"))
    router.callback_query.register(look, SearchWord.filter())
    return router


async def show(message: Message, reading: AsyncSession, l10n: Translator, now: datetime) -> SendMessage:
    return reply(message, views.trends(await trends.rising(reading, now), l10n))


async def look(
    query: CallbackQuery,
    callback_data: SearchWord,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage | None:
    """The list stays: the posts come as a message of their own."""
    if not isinstance(query.message, Message):
        return None
    return reply(query.message, await answer(callback_data.word, session, reading, subscriber, l10n, now))
