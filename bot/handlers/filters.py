"""The buttons under the answers to a search: filters, "alert me", a link."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.methods import AnswerCallbackQuery, EditMessageReplyMarkup, EditMessageText
from aiogram.types import CallbackQuery
from aiogram.utils.deep_linking import create_start_link
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import AlertAbout, FilterName, OpenFilter, SetFilter, ShareSearch
from bot.handlers.errors import ALERT_LIMIT
from bot.handlers.replies import rebutton, replace
from bot.handlers.search import LINK, find, new_token
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.views.draft import shorten
from bot.views.filters import MEDIA, PERIODS
from monitor import questions, subscriptions
from monitor.models import Subscriber

FIXED = {FilterName.PERIOD: PERIODS, FilterName.MEDIA: MEDIA}


def create_router() -> Router:
    """What can be done with a kept search."""
    router = Router(name="filters")
    router.callback_query.register(offer, OpenFilter.filter())
    router.callback_query.register(narrow, SetFilter.filter())
    router.callback_query.register(alert, AlertAbout.filter(), flags=CHANGES)
    router.callback_query.register(share, ShareSearch.filter())
    return router


async def offer(
    query: CallbackQuery,
    callback_data: OpenFilter,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageReplyMarkup | None:
    kept = await questions.own(reading, subscriber, callback_data.search)
    name = callback_data.name
    fixed = [(value, value) for value in FIXED.get(name, ())]
    offered = fixed or await questions.choices(reading, kept, name, kept.asked_at)
    return rebutton(query, views.filter_choices(kept, name, offered, l10n))


async def narrow(
    query: CallbackQuery,
    callback_data: SetFilter,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    chosen = await questions.own(reading, subscriber, callback_data.search)
    filters = questions.narrowed(chosen.filters, callback_data.name, callback_data.value)
    found = await find(reading, questions.wording(chosen.query, filters), chosen.asked_at, now)
    kept = await session.merge(chosen, load=False)
    kept.filters = filters
    await session.flush()
    return replace(query, views.results(found.page, kept, 1, l10n, found.total, translatable=found.translatable))


async def alert(
    query: CallbackQuery,
    callback_data: AlertAbout,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> AnswerCallbackQuery:
    kept = await questions.own(session, subscriber, callback_data.search)
    topic, new = await subscriptions.subscribe(session, subscriber, questions.standing(kept), now)
    said = l10n("subscribed" if new else "subscribed-already", topic=topic.name)
    return query.answer(shorten(said, ALERT_LIMIT))


async def share(
    query: CallbackQuery,
    callback_data: ShareSearch,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    bot: Bot,
) -> EditMessageReplyMarkup | None:
    kept = await questions.own(session, subscriber, callback_data.search)
    token = await questions.publish(session, kept, new_token())
    return rebutton(query, views.share_buttons(kept, await create_start_link(bot, LINK + token), l10n))
