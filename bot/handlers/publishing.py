"""Public topics, curated by the admins of the bot in chat."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.cards import card
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import admins_only
from bot.topic_callbacks import PutFirst, RemoveTopic
from monitor import awaiting, catalogue, editing
from monitor.awaiting import Wanted
from monitor.models import Subscriber


def create_router() -> Router:
    """What admins alone do with topics."""
    router = Router(name="publishing")
    router.message.middleware(admins_only)
    router.callback_query.middleware(admins_only)
    router.message.register(publish, Command("publish"))
    router.callback_query.register(remove, RemoveTopic.filter())
    router.callback_query.register(put_first, PutFirst.filter())
    return router


async def publish(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    if not command.args:
        await awaiting.ask(session, subscriber, _user(message), Wanted.PUBLISH, now)
        return reply(message, views.asking(Wanted.PUBLISH, None, l10n))
    topic = await catalogue.publish(session, command.args, _user(message), now)
    return reply(
        message, await card(session, subscriber, topic, l10n, now, is_admin=True, headline=l10n("topic-published"))
    )


async def remove(
    query: CallbackQuery,
    callback_data: RemoveTopic,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    if callback_data.back:
        topic = await catalogue.restore(session, callback_data.topic, query.from_user.id, now)
        said = l10n("topic-restored")
        return replace(query, await card(session, subscriber, topic, l10n, now, is_admin=True, headline=said))
    topic = await editing.editable(session, subscriber, callback_data.topic, is_admin=True)
    await catalogue.remove(session, topic, query.from_user.id, now)
    return replace(query, views.removed(topic, l10n))


async def put_first(
    query: CallbackQuery,
    callback_data: PutFirst,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> EditMessageText | None:
    topic = await editing.editable(session, subscriber, callback_data.topic, is_admin=True)
    await catalogue.put_first(session, topic, query.from_user.id, now)
    said = l10n("topic-is-first")
    return replace(query, await card(session, subscriber, topic, l10n, now, is_admin=True, headline=said))


def _user(message: Message) -> int:
    return message.from_user.id if message.from_user else 0
