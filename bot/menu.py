"""The menu of commands that Telegram shows beside the text field, in every locale."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand

from bot.i18n import DEFAULT_LOCALE, Translator, locales, translator

logger = logging.getLogger(__name__)

COMMANDS = ("subscribe", "unsubscribe", "subscriptions", "search", "channels", "language", "help")


async def publish_menu(bot: Bot) -> None:
    """Tell Telegram the commands: English for every language that is not spoken here. A refusal is only logged."""
    try:
        for locale in locales():
            code = None if locale == DEFAULT_LOCALE else locale
            await bot.set_my_commands(_menu(translator(locale)), language_code=code)
    except TelegramAPIError as error:
        logger.warning("Telegram did not take the menu of commands: %s", error.message)


def _menu(l10n: Translator) -> list[BotCommand]:
    return [BotCommand(command=name, description=l10n(f"command-{name}")) for name in COMMANDS]
