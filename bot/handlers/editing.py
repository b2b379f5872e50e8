"""Questions of the bot that a person answers with the next text, and what such a text does."""

from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.methods import DeleteMessage, SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.cards import card
from bot.handlers.proposals import propose
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import AdminsOnlyError
from bot.rights import CHANGES
from bot.topic_callbacks import EditTopic, StopAsking, Tab
from bot.views import Rendered
from monitor import awaiting, catalogue, editing, finding
from monitor.awaiting import Wanted
from monitor.models import Awaited, Subscriber, Topic

Replies = list[TelegramMethod[Any]]


def create_router() -> Router:
    """Everything that is asked for and typed."""
    router = Router(name="editing")
    router.callback_query.register(ask, EditTopic.filter(), flags=CHANGES)
    router.callback_query.register(stop, StopAsking.filter())
    typed = F.text & ~F.text.startswith("/") & ~F.via_bot & ~F.forward_origin
    router.message.register(heard, F.chat.type == ChatType.PRIVATE, typed)
    router.message.register(heard_in_group, F.reply_to_message.from_user.is_bot, typed)
    return router


async def ask(
    query: CallbackQuery,
    callback_data: EditTopic,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> TelegramMethod[Any] | None:
    if not isinstance(query.message, Message):
        return None
    if callback_data.what is Wanted.PUBLISH and not is_admin:
        raise AdminsOnlyError
    topic = None
    if callback_data.topic:
        topic = await editing.editable(session, subscriber, callback_data.topic, is_admin=is_admin)
    place = {"topic_id": topic.id, "version": topic.version} if topic else {}
    message_id = query.message.message_id
    await awaiting.ask(session, subscriber, query.from_user.id, callback_data.what, now, message_id=message_id, **place)
    if query.message.chat.type == ChatType.PRIVATE:
        return replace(query, views.asking(callback_data.what, topic, l10n))
    return reply(query.message, views.asking_in_group(callback_data.what, topic, query.from_user, l10n))


async def stop(
    query: CallbackQuery,
    callback_data: StopAsking,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> TelegramMethod[Any] | None:
    topic = await reading.get(Topic, callback_data.topic) if callback_data.topic else None
    mine = await finding.mine(reading, subscriber)
    await awaiting.stop(session, subscriber, query.from_user.id)
    if topic is None:
        return replace(query, views.topic_list(mine, Tab.MINE, 1, l10n, now, is_admin=is_admin))
    return replace(query, await card(reading, subscriber, topic, l10n, now, is_admin=is_admin))


async def heard(
    message: Message,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> Replies | SendMessage | None:
    """A text in a private chat: the answer to a question, or a query to try."""
    answered = await heard_in_group(message, session, reading, subscriber, l10n, now, is_admin)
    if answered is not None or message.text is None:
        return answered
    return reply(message, await propose(message.text, session, reading, subscriber, l10n, now))


async def heard_in_group(
    message: Message,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> Replies | None:
    """The answer to a question; None where nothing was asked: a group talks about other things too."""
    person = message.from_user
    asked = await awaiting.awaited(reading, subscriber, person.id, now) if person else None
    if asked is None or person is None or message.text is None:
        return None
    if asked.what == Wanted.FIND:
        listed = await finding.by_words(reading, subscriber, message.text)
        answer = views.topics_found(listed, message.text, l10n, now, is_admin=is_admin)
    else:
        answer = await _changed(asked, message.text, session, subscriber, l10n, now, is_admin)
    await awaiting.stop(session, subscriber, person.id)
    return [*_taken_away(message, asked), reply(message, answer)]


def _taken_away(message: Message, asked: Awaited) -> Replies:
    """The question goes where only the two of us see the chat: what stands there now is the answer."""
    if asked.message_id is None or message.chat.type != ChatType.PRIVATE:
        return []
    return [DeleteMessage(chat_id=message.chat.id, message_id=asked.message_id)]


async def _changed(
    asked: Awaited,
    text: str,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    is_admin: bool,
) -> Rendered:
    if asked.what == Wanted.PUBLISH:
        if not is_admin:
            raise AdminsOnlyError
        topic = await catalogue.publish(session, text, asked.user_id, now)
        said = l10n("topic-published")
    else:
        topic = await editing.editable(session, subscriber, asked.topic_id or 0, is_admin=is_admin)
        what, version = Wanted(asked.what), asked.version or 0
        await editing.change(session, topic, version, what, text, asked.user_id, now)
        said = l10n("topic-saved")
    return await card(session, subscriber, topic, l10n, now, is_admin=is_admin, headline=said)
