"""Trying a query before subscribing to it: what somebody types is answered with how often it would have rung."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import EditMessageText
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.replies import replace
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.topic_callbacks import ChangeProposal, TakeProposal
from bot.views import Rendered
from monitor import channels, questions, subscriptions
from monitor.estimates import estimate
from monitor.models import Subscriber
from monitor.subscriptions import standing
from monitor.suggestions import changed, suggest


def create_router() -> Router:
    """Queries that are no topics yet."""
    router = Router(name="proposals")
    router.callback_query.register(take, TakeProposal.filter(), flags=CHANGES)
    router.callback_query.register(change, ChangeProposal.filter())
    return router


async def propose(
    text: str,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    before: int | None = None,
) -> Rendered:
    """What this query would have rung, and a way to subscribe to it. Raises QuerySyntaxError, TooManySearchesError."""
    query = standing(text)
    await questions.require_room(reading, subscriber, now)
    known = await estimate(reading, query, now)
    suggestions = await suggest(reading, query, known, now)
    kept = await questions.keep(session, subscriber, query, now)
    unwatched = await channels.unwatched(reading, query)
    return views.proposal(query, kept.id, known, suggestions, l10n, before=before, unwatched=unwatched)


async def take(
    query: CallbackQuery,
    callback_data: TakeProposal,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    kept = await questions.own(reading, subscriber, callback_data.search)
    topic, new = await subscriptions.subscribe(session, subscriber, kept.query, now)
    return replace(query, views.subscribed(topic, l10n, new=new))


async def change(
    query: CallbackQuery,
    callback_data: ChangeProposal,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    kept = await questions.own(reading, subscriber, callback_data.search)
    how, word = callback_data.how, callback_data.word
    text = changed(kept.query, how, word) if how is not None else kept.query
    before = kept.id if how is not None and text is not None else None
    return replace(query, await propose(text or kept.query, session, reading, subscriber, l10n, now, before))
