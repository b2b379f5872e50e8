"""What the buttons of one topic do: show it, subscribe, end and take that back, how often it rings, share it, copy it."""

import secrets
from datetime import datetime

from aiogram import Bot, Router
from aiogram.methods import EditMessageText
from aiogram.types import CallbackQuery
from aiogram.utils.deep_linking import create_start_link
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.cards import card
from bot.handlers.replies import replace
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.topic_callbacks import CopyTopic, EndSubscription, FollowTopic, HowOften, OpenTopic, ShareTopic
from monitor import estimates, sharing, subscriptions
from monitor.models import Subscriber, Subscription, Topic
from monitor.subscriptions import TopicGoneError


def create_router() -> Router:
    """One topic."""
    router = Router(name="topics")
    router.callback_query.register(show, OpenTopic.filter())
    router.callback_query.register(show_rate, HowOften.filter())
    router.callback_query.register(follow, FollowTopic.filter(), flags=CHANGES)
    router.callback_query.register(end, EndSubscription.filter(), flags=CHANGES)
    router.callback_query.register(share, ShareTopic.filter(), flags=CHANGES)
    router.callback_query.register(copy, CopyTopic.filter(), flags=CHANGES)
    return router


async def show(
    query: CallbackQuery,
    callback_data: OpenTopic,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    topic = await reading.get(Topic, callback_data.topic)
    return replace(query, await card(reading, subscriber, topic, l10n, now, is_admin=is_admin))


async def show_rate(
    query: CallbackQuery,
    callback_data: HowOften,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    topic = await reading.get(Topic, callback_data.topic)
    told = await reading.get(Subscription, (subscriber.id, callback_data.topic))
    known = await estimates.estimate(reading, topic.query, now, told=told) if topic else None
    return replace(query, await card(reading, subscriber, topic, l10n, now, is_admin=is_admin, known=known))


async def follow(
    query: CallbackQuery,
    callback_data: FollowTopic,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    topic = await subscriptions.open_to(reading, subscriber, callback_data.topic)
    told = await reading.get(Subscription, (subscriber.id, topic.id))  # one that has ended: it is taken back as it was
    known = await estimates.estimate(reading, topic.query, now, told=told)
    new = await subscriptions.follow(session, subscriber, topic, now)
    return replace(query, views.subscribed(topic, l10n, new=new, known=known))


async def end(
    query: CallbackQuery,
    callback_data: EndSubscription,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    topic = await subscriptions.end(session, subscriber, callback_data.topic, now)
    if topic is None:
        raise TopicGoneError
    return replace(query, views.ended(topic, l10n))


async def share(
    query: CallbackQuery,
    callback_data: ShareTopic,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    bot: Bot,
) -> EditMessageText | None:
    await bot.me()  # asked before the transaction begins
    topic = await subscriptions.open_to(session, subscriber, callback_data.topic)
    payload = await sharing.payload_of(session, topic, secrets.token_urlsafe(12))
    return replace(query, views.share(topic, await create_start_link(bot, payload), l10n))


async def copy(
    query: CallbackQuery,
    callback_data: CopyTopic,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    topic = await subscriptions.open_to(session, subscriber, callback_data.topic)
    copied, new = await sharing.copy(session, subscriber, topic, now)
    said = l10n("topic-copied" if new else "subscribed-already", topic=views.label(copied))
    return replace(query, await card(session, subscriber, copied, l10n, now, is_admin=is_admin, headline=said))
