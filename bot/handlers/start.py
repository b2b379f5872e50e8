"""/start, /help, links to topics, and what to say to anything that no other handler wants."""

import logging
from datetime import datetime

from aiogram import F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.handlers.replies import reply
from bot.i18n import Translator
from bot.rights import CHANGES
from monitor import catalogue, estimates, sharing, subscriptions
from monitor.models import Subscriber

logger = logging.getLogger(__name__)

OFFERED = 3
WORDLESS = {
    ContentType.ANIMATION,
    ContentType.AUDIO,
    ContentType.CONTACT,
    ContentType.DOCUMENT,
    ContentType.LOCATION,
    ContentType.PHOTO,
    ContentType.POLL,
    ContentType.STICKER,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.VOICE,
}
"""What people send in place of words."""


def create_router() -> Router:
    """The greeting and the help."""
    router = Router(name="start")
    link = F.args.func(sharing.is_payload)
    router.message.register(open_link, CommandStart(deep_link=True, magic=link), flags=CHANGES)
    router.message.register(start, CommandStart())
    router.message.register(show_help, Command("help"))
    return router


def create_last_router() -> Router:
    """Whatever no other router wants: messages in private chats only, since a group talks about other things too.

    What a person posts there through a bot, such as a found post, is meant for nobody.
    """
    router = Router(name="hint")
    router.message.filter(F.chat.type == ChatType.PRIVATE, ~F.via_bot)
    router.edited_message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(hint, F.text | F.content_type.in_(WORDLESS))
    router.edited_message.register(edited, F.text)
    router.callback_query.register(outdated)
    return router


async def start(message: Message, reading: AsyncSession, subscriber: Subscriber, l10n: Translator) -> SendMessage:
    logger.info(
        "greeted: user=%s", message.from_user and message.from_user.id
    )  # who sets up a bot learns their own id here
    return reply(message, views.start(await catalogue.offered(reading, subscriber, OFFERED), l10n))


async def open_link(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    reading: AsyncSession,
    subscriber: Subscriber,
    l10n: Translator,
    now: datetime,
) -> SendMessage:
    """A link to a topic subscribes at once; ending that is one press away."""
    topic = await sharing.shared(reading, command.args or "")
    known = await estimates.estimate(reading, topic.query, now)
    new = await subscriptions.follow(session, subscriber, topic, now)
    return reply(message, views.subscribed(topic, l10n, new=new, known=known))


async def show_help(message: Message, command: CommandObject, l10n: Translator, is_admin: bool) -> SendMessage:
    if (command.args or "").strip().lower() == "query":
        return reply(message, views.cheat_sheet(l10n))
    key = "help-group" if message.chat.type != ChatType.PRIVATE else "help-admin" if is_admin else "help"
    return reply(message, views.sentence(key, {}, l10n))


async def unknown_command(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("unknown-command", {}, l10n))


async def hint(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("hint", {}, l10n))


async def edited(message: Message, l10n: Translator) -> SendMessage:
    """What was written has been acted upon; doing it again, or undoing it, could not be told from the edit."""
    return reply(message, views.sentence("edited", {}, l10n))


async def outdated(query: CallbackQuery, l10n: Translator) -> AnswerCallbackQuery:
    """A button of an older version, whose data nobody reads any more."""
    return query.answer(l10n("button-outdated"), show_alert=True)
