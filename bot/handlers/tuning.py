"""How a topic tells: at once, in a digest or not at all; paused; through quiet hours; of which channels and languages."""

from datetime import datetime
from typing import Any

from aiogram import Router
from aiogram.methods import EditMessageText
from aiogram.types import CallbackQuery
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.cards import card
from bot.handlers.replies import replace
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.topic_callbacks import (
    PickChannels,
    PickLanguages,
    SetChannel,
    SetLanguage,
    SetLimit,
    SetMode,
    SetPaused,
    SetPriority,
)
from monitor import channels, finding, hushing, subscriptions
from monitor.models import Subscriber, Topic


def create_router() -> Router:
    """The settings of a subscription."""
    router = Router(name="tuning")
    handlers = ((SetMode, set_mode), (SetPaused, pause), (SetPriority, set_priority), (SetLimit, set_limit))
    for data, handler in handlers:
        router.callback_query.register(handler, data.filter(), flags=CHANGES)
    router.callback_query.register(pick_channels, PickChannels.filter())
    router.callback_query.register(set_channel, SetChannel.filter(), flags=CHANGES)
    router.callback_query.register(pick_languages, PickLanguages.filter())
    router.callback_query.register(set_language, SetLanguage.filter(), flags=CHANGES)
    return router


async def set_mode(
    query: CallbackQuery,
    callback_data: SetMode,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    changes = {"mode": callback_data.mode, "paused": False}
    return await _changed(query, callback_data.topic, session, subscriber, l10n, now, is_admin, **changes)


async def pause(
    query: CallbackQuery,
    callback_data: SetPaused,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    if not callback_data.on:
        await hushing.unmute_topic(session, subscriber, callback_data.topic, now)
    return await _changed(query, callback_data.topic, session, subscriber, l10n, now, is_admin, paused=callback_data.on)


async def set_priority(
    query: CallbackQuery,
    callback_data: SetPriority,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    return await _changed(
        query, callback_data.topic, session, subscriber, l10n, now, is_admin, priority=callback_data.on
    )


async def set_limit(
    query: CallbackQuery,
    callback_data: SetLimit,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    limit = callback_data.posts if callback_data.posts > 0 else None
    return await _changed(query, callback_data.topic, session, subscriber, l10n, now, is_admin, hourly_limit=limit)


async def pick_channels(
    query: CallbackQuery,
    callback_data: PickChannels,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    subscription, _ = await subscriptions.subscribed(reading, subscriber, callback_data.topic)
    watched = await channels.watched(reading)
    return replace(query, views.channel_picker(subscription, watched, callback_data.number, l10n))


async def set_channel(
    query: CallbackQuery,
    callback_data: SetChannel,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    watched = await channels.watched(reading)
    subscription, _ = await subscriptions.subscribed(session, subscriber, callback_data.topic)
    chosen = _with(subscription.channels, str(callback_data.channel or ""), on=callback_data.on)
    await subscriptions.change(session, subscriber, callback_data.topic, channels=chosen)
    return replace(query, views.channel_picker(subscription, watched, callback_data.number, l10n))


async def pick_languages(
    query: CallbackQuery,
    callback_data: PickLanguages,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    subscription, _ = await subscriptions.subscribed(reading, subscriber, callback_data.topic)
    return replace(query, views.language_picker(subscription, await finding.languages(reading), l10n))


async def set_language(
    query: CallbackQuery,
    callback_data: SetLanguage,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    offered = await finding.languages(reading)
    subscription, _ = await subscriptions.subscribed(session, subscriber, callback_data.topic)
    chosen = _with(subscription.languages, callback_data.code, on=callback_data.on)
    await subscriptions.change(session, subscriber, callback_data.topic, languages=chosen)
    return replace(query, views.language_picker(subscription, offered, l10n))


async def _changed(
    query: CallbackQuery,
    topic_id: int,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
    **values: Any,
) -> EditMessageText | None:
    await subscriptions.change(session, subscriber, topic_id, **values)
    topic = await session.get(Topic, topic_id)
    return replace(query, await card(session, subscriber, topic, l10n, now, is_admin=is_admin))


def _with(chosen: list[str] | None, word: str, *, on: bool) -> list[str] | None:
    """The words with this one, or without it; an empty one stands for all, which is None."""
    others = [each for each in chosen or () if each != word]
    return ([*others, word] if on else others) or None if word else None
