"""/feed: secret links under which topics are read as feeds."""

import secrets
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import FeedDeed, FeedOf
from bot.feeds import feed_address
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.rights import CHANGES
from bot.views import Rendered
from monitor import feeds, subscriptions
from monitor.errors import MonitorError
from monitor.models import Subscriber, Topic
from monitor.subscriptions import TopicGoneError


class FeedsOffError(MonitorError):
    """This bot serves no feeds: its admin can set [http] port."""

    code = "feeds_off"


def create_router() -> Router:
    """Topics outside of Telegram."""
    router = Router(name="feeds")
    router.message.register(show, Command("feed"), flags=CHANGES)
    router.callback_query.register(change, FeedOf.filter(), flags=CHANGES)
    return router


async def show(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    feeds_url: str | None,
) -> SendMessage:
    base = _require(feeds_url)
    topics = await _readable(session, subscriber)
    if not command.args:
        return reply(message, views.feeds(topics, l10n))
    return reply(message, await _link(session, subscriber, _named(topics, command.args), base, l10n))


async def change(
    query: CallbackQuery,
    callback_data: FeedOf,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    feeds_url: str | None,
) -> EditMessageText | None:
    base = _require(feeds_url)
    topic = _one(await _readable(session, subscriber), callback_data.topic)
    if callback_data.deed is FeedDeed.RENEW:
        await subscriptions.subscribed(session, subscriber, topic.id)
        await feeds.give(session, subscriber, topic, secrets.token_urlsafe(24), now)
    elif callback_data.deed is FeedDeed.REVOKE:
        await feeds.revoke(session, subscriber, topic.id)
    return replace(query, await _link(session, subscriber, topic, base, l10n))


async def _link(session: AsyncSession, subscriber: Subscriber, topic: Topic, base: str, l10n: Translator) -> Rendered:
    token = await feeds.token(session, subscriber, topic)
    return views.feed(topic, feed_address(base, token) if token else None, l10n)


async def _readable(session: AsyncSession, subscriber: Subscriber) -> list[Topic]:
    """What the subscriber is told of, and after it what it was told of and still has a link to."""
    told = [topic for _, topic in await subscriptions.subscriptions(session, subscriber)]
    return list(dict.fromkeys([*told, *await feeds.linked(session, subscriber)]))


def _one(topics: list[Topic], topic_id: int) -> Topic:
    found = next((topic for topic in topics if topic.id == topic_id), None)
    if found is None:
        raise TopicGoneError
    return found


def _named(topics: list[Topic], name: str) -> Topic:
    """The topic of this name or query."""
    wanted = name.strip().casefold()
    found = next((topic for topic in topics if wanted in (topic.name.casefold(), topic.query.casefold())), None)
    if found is None:
        raise feeds.NotSubscribedError
    return found


def _require(feeds_url: str | None) -> str:
    if feeds_url is None:
        raise FeedsOffError
    return feeds_url
