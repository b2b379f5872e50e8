"""/editors: whom the admins of a group let change what it is told of."""

import logging
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message, User
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import DismissEditor
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.rights import GROUPS, NAMES
from monitor import editors
from monitor.models import Subscriber

logger = logging.getLogger(__name__)


def create_router() -> Router:
    """The team of a group; only its admins in Telegram choose it."""
    router = Router(name="team")
    in_group = F.chat.type.in_(GROUPS)
    router.message.register(name, Command("editors"), in_group, F.reply_to_message.from_user, flags=NAMES)
    router.message.register(show, Command("editors"), in_group)
    router.message.register(elsewhere, Command("editors"))
    router.callback_query.register(dismiss, DismissEditor.filter(), flags=NAMES)
    return router


async def name(
    message: Message,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
    event_from_user: User,
) -> SendMessage:
    chosen = message.reply_to_message.from_user if message.reply_to_message else None
    if chosen is not None and not chosen.is_bot:
        await editors.name(session, subscriber.chat_id, chosen.id, chosen.full_name, event_from_user.id, now)
        logger.info("named an editor: chat=%d user=%d by=%d", subscriber.chat_id, chosen.id, event_from_user.id)
    return reply(message, views.editors(await editors.editors(session, subscriber.chat_id), l10n))


async def show(message: Message, session: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    return reply(message, views.editors(await editors.editors(session, subscriber.chat_id), l10n))


async def dismiss(
    query: CallbackQuery,
    callback_data: DismissEditor,
    session: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
) -> EditMessageText | None:
    await editors.dismiss(session, subscriber.chat_id, callback_data.user)
    by = query.from_user.id
    logger.info("dismissed an editor: chat=%d user=%d by=%d", subscriber.chat_id, callback_data.user, by)
    return replace(query, views.editors(await editors.editors(session, subscriber.chat_id), l10n))


async def elsewhere(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("groups-only", {}, l10n))
