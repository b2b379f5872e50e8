"""/search, /last, links to answers, and paging."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import ResultsPage
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.views import Rendered
from bot.views.results import COUNTED
from monitor import channels, questions, search, translations
from monitor.models import Subscriber
from monitor.query.syntax import parse

PAGE = 5
LINK = "s_"
"""Begins the payload of t.me/<bot>?start=… that leads to the answers of a search."""


def create_router() -> Router:
    """Questions about what was ever posted."""
    router = Router(name="search")
    router.message.register(ask, Command("search"))
    router.message.register(ask_channel, Command("last"))
    router.message.register(follow, CommandStart(deep_link=True, magic=F.args.startswith(LINK)))
    router.callback_query.register(turn, ResultsPage.filter())
    return router


def new_token() -> str:
    """The secret part of a link: 96 random bits."""
    return secrets.token_urlsafe(12)


async def ask(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        return reply(message, views.sentence("search-usage", {}, l10n))
    return reply(message, await answer(str(parse(command.args)), session, reading, subscriber, l10n, now))


async def ask_channel(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        return reply(message, views.sentence("last-usage", {}, l10n))
    channel = await channels.archived(reading, command.args)
    return reply(message, await answer(f"from:@{channel.username}", session, reading, subscriber, l10n, now))


async def follow(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    shared = await questions.shared(reading, (command.args or "").removeprefix(LINK))
    return reply(message, await answer(shared.query, session, reading, subscriber, l10n, now, shared.filters))


async def turn(
    query: CallbackQuery,
    callback_data: ResultsPage,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    kept = await questions.own(reading, subscriber, callback_data.search)
    wanted = questions.wording(kept.query, kept.filters)
    before = await _beginning(reading, wanted, callback_data, kept.asked_at)
    if before is None:
        found = await find(reading, wanted, kept.asked_at, now)
        return replace(query, views.results(found.page, kept, 1, l10n, found.total, translatable=found.translatable))
    page = await search.search(reading, wanted, before=before, limit=PAGE, now=kept.asked_at)
    translatable = await translations.available(reading, now)
    return replace(query, views.results(page, kept, callback_data.number, l10n, translatable=translatable))


async def answer(
    query: str,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    filters: Mapping[str, str] | None = None,
) -> Rendered:
    """The newest answers to a new question, which is kept for their buttons. Raises QuerySyntaxError, TooManySearchesError."""
    await questions.require_room(reading, subscriber, now)
    found = await find(reading, questions.wording(query, filters or {}), now, now)
    kept = await questions.keep(session, subscriber, query, now, filters)
    return views.results(found.page, kept, 1, l10n, found.total, translatable=found.translatable)


class Newest(NamedTuple):
    """The first page of answers, and how many answers there are, counted a little beyond what is shown; None: not known.

    `translatable` says whether they can be had in another language.
    """

    page: search.Page
    total: int | None
    translatable: bool


async def find(session: AsyncSession, query: str, asked_at: datetime, now: datetime) -> Newest:
    """The newest answers to a query that was asked at this time."""
    page = await search.search(session, query, limit=PAGE, now=asked_at)
    total = await search.count(session, query, COUNTED + 1, now=asked_at)
    return Newest(page, total, await translations.available(session, now))


async def _beginning(session: AsyncSession, query: str, wanted: ResultsPage, now: datetime) -> int | None:
    """The post id below which the page begins: a button to older pages knows it, on the way back it is counted."""
    if wanted.before or wanted.number <= 1:
        return wanted.before or None
    newer = await search.search(session, query, limit=PAGE * (wanted.number - 1), now=now)
    return newer.next
