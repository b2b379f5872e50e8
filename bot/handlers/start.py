"""/start, /help, and what to say to anything that is no command."""

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot import views
from bot.handlers.replies import reply
from bot.i18n import Translator


def create_router() -> Router:
    """The greeting and the help."""
    router = Router(name="start")
    router.message.register(start, CommandStart())
    router.message.register(show_help, Command("help"))
    return router


def create_last_router() -> Router:
    """Whatever no other router wants, in private chats only: a group talks about other things too."""
    router = Router(name="hint")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(hint, F.text)
    return router


async def start(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("start", {}, l10n))


async def show_help(message: Message, command: CommandObject, l10n: Translator, admins: frozenset[int]) -> SendMessage:
    if (command.args or "").strip().lower() == "query":
        return reply(message, views.cheat_sheet(l10n))
    is_admin = message.from_user is not None and message.from_user.id in admins
    return reply(message, views.sentence("help-admin" if is_admin else "help", {}, l10n))


async def unknown_command(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("unknown-command", {}, l10n))


async def hint(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.sentence("hint", {}, l10n))
