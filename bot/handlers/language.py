"""/language: which language the bot speaks in this chat, chosen by a button or named at once."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import ChooseLanguage
from bot.handlers.replies import replace, reply
from bot.i18n import Translator, locales, negotiate, translator
from bot.rights import CHANGES
from monitor import subscribers
from monitor.models import Subscriber


def create_router() -> Router:
    """The choice of a language."""
    router = Router(name="language")
    router.message.register(speak, Command("language", magic=F.args.func(_named)), flags=CHANGES)
    router.message.register(choose, Command("language"))
    router.callback_query.register(set_language, ChooseLanguage.filter(), flags=CHANGES)
    return router


async def choose(message: Message, l10n: Translator) -> SendMessage:
    return reply(message, views.languages(l10n))


async def speak(message: Message, command: CommandObject, session: AsyncSession, subscriber: Subscriber) -> SendMessage:
    locale = _named(command.args)
    assert locale is not None
    await subscribers.set_locale(session, subscriber, locale)
    return reply(message, views.sentence("language-chosen", {}, translator(locale)))


async def set_language(
    query: CallbackQuery, callback_data: ChooseLanguage, session: AsyncSession, subscriber: Subscriber
) -> EditMessageText | None:
    locale = negotiate(callback_data.locale)
    await subscribers.set_locale(session, subscriber, locale)
    return replace(query, views.sentence("language-chosen", {}, translator(locale)))


def _named(words: str | None) -> str | None:
    """The locale that is called so: by its code, or as the language calls itself."""
    wanted = (words or "").strip().casefold()
    named = (each for each in locales() if wanted in (each, translator(each)("language-name").casefold()))
    return next(named, None)
