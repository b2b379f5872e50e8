"""/subscribe and /unsubscribe."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendMessage
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.replies import reply
from bot.i18n import Translator
from bot.rights import CHANGES
from monitor import channels, finding, subscriptions
from monitor.models import Subscriber


def create_router() -> Router:
    """Who is told of what."""
    router = Router(name="subscriptions")
    router.message.register(subscribe, Command("subscribe"), flags=CHANGES)
    router.message.register(choose, Command("unsubscribe"))
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
    unwatched = await channels.unwatched(session, topic.query)
    return reply(message, views.subscribed(topic, l10n, new=new, unwatched=unwatched))


async def choose(message: Message, reading: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    topics = [topic for _, topic in await finding.mine(reading, subscriber)]
    return reply(message, views.unsubscribing(topics, l10n))
