"""The buttons under an alert: mute its topic or its channel, less of it."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Lessen, MuteChannel, MuteTopic
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.views.draft import shorten
from monitor import hushing
from monitor.models import Subscriber

NAME_LIMIT = 60  # UTF-16 units


def create_router() -> Router:
    """Less of something."""
    router = Router(name="hushing")
    router.callback_query.register(mute_topic, MuteTopic.filter(), flags=CHANGES)
    router.callback_query.register(mute_channel, MuteChannel.filter(), flags=CHANGES)
    router.callback_query.register(lessen, Lessen.filter(), flags=CHANGES)
    return router


async def mute_topic(
    query: CallbackQuery,
    callback_data: MuteTopic,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> AnswerCallbackQuery:
    name, until = await hushing.mute_topic(session, subscriber, callback_data.topic, callback_data.hush, now)
    said = f"muted-{callback_data.hush}" if until is not None else "muted-no-more"
    return query.answer(l10n(said, name=shorten(name, NAME_LIMIT)))


async def mute_channel(
    query: CallbackQuery,
    callback_data: MuteChannel,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> AnswerCallbackQuery:
    title, muted = await hushing.mute_channel(session, subscriber, callback_data.channel, now)
    return query.answer(l10n("muted-channel" if muted else "muted-no-more", name=shorten(title, NAME_LIMIT)))


async def lessen(
    query: CallbackQuery, callback_data: Lessen, session: AsyncSession, subscriber: Subscriber, l10n: Translator
) -> AnswerCallbackQuery:
    name, less = await hushing.lessen(session, subscriber, callback_data.topic)
    name = shorten(name, NAME_LIMIT)
    if isinstance(less, hushing.Less):
        return query.answer(l10n(f"lessened-{less}", name=name))
    return query.answer(l10n("lessened", name=name, count=less))
