"""/subscribe, /unsubscribe, /subscriptions."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import EndSubscription
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from monitor import subscriptions
from monitor.models import Subscriber, Topic


def create_router() -> Router:
    """Who is told of what."""
    router = Router(name="subscriptions")
    router.message.register(subscribe, Command("subscribe"))
    router.message.register(show, Command("subscriptions"))
    router.message.register(choose, Command("unsubscribe"))
    router.callback_query.register(unsubscribe, EndSubscription.filter())
    return router


async def subscribe(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        return reply(message, views.sentence("subscribe-usage", {}, l10n))
    topic, new = await subscriptions.subscribe(session, subscriber, command.args, now)
    return reply(message, views.sentence("subscribed" if new else "subscribed-already", {"topic": topic.name}, l10n))


async def show(message: Message, session: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    return reply(message, views.subscriptions(await _topics(session, subscriber), l10n))


async def choose(message: Message, session: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    return reply(message, views.unsubscribing(await _topics(session, subscriber), l10n))


async def unsubscribe(
    query: CallbackQuery,
    callback_data: EndSubscription,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    await subscriptions.end(session, subscriber, callback_data.topic, now)
    return replace(query, views.unsubscribing(await _topics(session, subscriber), l10n))


async def _topics(session: AsyncSession, subscriber: Subscriber) -> list[Topic]:
    return [topic for _, topic in await subscriptions.subscriptions(session, subscriber)]
