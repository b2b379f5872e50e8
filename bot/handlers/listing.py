"""/topics and /subscriptions: lists that are turned in place."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.topic_callbacks import ListTopics, Tab
from monitor import finding
from monitor.models import Subscriber


def create_router() -> Router:
    """Which topics there are."""
    router = Router(name="listing")
    router.message.register(show, Command("topics", "subscriptions"))
    router.callback_query.register(turn, ListTopics.filter())
    return router


async def show(
    message: Message,
    command: CommandObject,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> SendMessage:
    if command.args:
        found = await finding.by_words(reading, subscriber, command.args)
        return reply(message, views.topics_found(found, command.args, l10n, now, is_admin=is_admin))
    mine = await finding.mine(reading, subscriber)
    return reply(message, views.topic_list(mine, Tab.MINE, 1, l10n, now, is_admin=is_admin))


async def turn(
    query: CallbackQuery,
    callback_data: ListTopics,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> EditMessageText | None:
    listed = finding.mine if callback_data.tab is Tab.MINE else finding.public
    topics = await listed(reading, subscriber)
    return replace(
        query, views.topic_list(topics, callback_data.tab, callback_data.number, l10n, now, is_admin=is_admin)
    )
