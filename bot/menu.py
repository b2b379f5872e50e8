"""The menu of commands that Telegram shows beside the text field, in every locale."""

import contextlib
import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand

from bot.i18n import DEFAULT_LOCALE, Translator, locales, translator

logger = logging.getLogger(__name__)

COMMANDS = ("subscribe", "unsubscribe", "subscriptions", "search", "channels", "language", "help")


async def publish_menu(bot: Bot) -> None:
    """Tell Telegram the commands; English stands in for languages that are not spoken here. A refusal is only logged."""
    with contextlib.suppress(TelegramAPIError):
        for locale in locales():
            await bot.set_my_commands(
                _menu(translator(locale)), language_code=None if locale == DEFAULT_LOCALE else locale
            )
        return
    logger.warning("Telegram did not take the menu of commands")


def _menu(l10n: Translator) -> list[BotCommand]:
    return [BotCommand(command=name, description=l10n(f"command-{name}")) for name in COMMANDS]
