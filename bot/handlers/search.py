"""/search and its paging buttons."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import ResultsPage
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.views import Rendered
from bot.views.results import COUNTED
from monitor import search
from monitor.errors import MonitorError
from monitor.models import Search, Subscriber

PAGE = 5


class SearchGoneError(MonitorError):
    """This search is no longer kept: ask again with /search."""

    code = "search_gone"


def create_router() -> Router:
    """Questions about what was ever posted."""
    router = Router(name="search")
    router.message.register(ask, Command("search"))
    router.callback_query.register(turn, ResultsPage.filter())
    return router


async def ask(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        return reply(message, views.sentence("search-usage", {}, l10n))
    asked = await search.ask(session, subscriber, command.args, now)
    return reply(message, await _page(session, asked, ResultsPage(search=asked.id, number=1), l10n))


async def turn(
    query: CallbackQuery,
    callback_data: ResultsPage,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    asked = await search.asked(session, callback_data.search)
    if asked is None or asked.subscriber_id != subscriber.id:
        raise SearchGoneError
    return replace(query, await _page(session, asked, callback_data, l10n))


async def _page(session: AsyncSession, asked: Search, wanted: ResultsPage, l10n: Translator) -> Rendered:
    before = await _beginning(session, asked, wanted)
    page = await search.search(session, asked.query, before=before, limit=PAGE, now=asked.asked_at)
    count = None if before else await search.count(session, asked.query, COUNTED + 1, now=asked.asked_at)
    return views.results(page, asked.query, asked.id, wanted.number if before else 1, l10n, count)


async def _beginning(session: AsyncSession, asked: Search, wanted: ResultsPage) -> int | None:
    """The post id below which the page begins: a button to older pages knows it, on the way back it is counted."""
    if wanted.before or wanted.number <= 1:
        return wanted.before or None
    newer = await search.search(session, asked.query, limit=PAGE * (wanted.number - 1), now=asked.asked_at)
    return newer.next
