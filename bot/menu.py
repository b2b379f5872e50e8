"""What Telegram shows of the bot before it says a word: its menu of commands and its descriptions, in every locale.

Telegram soon tires of a bot that sets these at every start, so they are read first and set where they differ.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from bot.i18n import DEFAULT_LOCALE, Translator, locales, translator

logger = logging.getLogger(__name__)

COMMANDS = (
    "subscribe",
    "topics",
    "unsubscribe",
    "subscriptions",
    "search",
    "last",
    "stats",
    "trends",
    "export",
    "feed",
    "story",
    "stories",
    "pictures",
    "channels",
    "quiet",
    "snooze",
    "digest",
    "timezone",
    "language",
    "export_my_data",
    "delete_my_data",
    "help",
)
GROUP_COMMANDS = ("search", "last", "topics", "channels", "help")
"""What any member of a group is shown; its administrators are shown more."""
GROUP_ADMIN_COMMANDS = (*COMMANDS, "editors")
"""What the administrators of a group are shown in it."""
ADMIN_COMMANDS = (*COMMANDS, "watch", "unwatch", "publish", "invite", "invites", "admin", "broadcast")
"""What the bot's own admins are shown."""

Scope = (
    BotCommandScopeDefault | BotCommandScopeAllGroupChats | BotCommandScopeAllChatAdministrators | BotCommandScopeChat
)
Wanted = tuple[Scope, str | None, list[tuple[str, str]]]


async def publish_menu(bot: Bot, admins: Iterable[int] = ()) -> None:
    """Tell Telegram the commands and descriptions: English for every language that is not spoken here.

    A refusal is only logged; an admin who has not met the bot yet has no chat that could be given a menu.
    """
    tasks = [_publish_commands(bot, *wanted) for wanted in menus(admins)]
    tasks += [_publish_description(bot, locale) for locale in locales()]
    for refusal in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(refusal, TelegramAPIError | ClientDecodeError | TimeoutError):
            logger.warning("Telegram did not take a part of the menu: %s", refusal)
        elif refusal is not None:
            logger.error("the menu cannot be published", exc_info=refusal)


def menus(admins: Iterable[int]) -> Iterator[Wanted]:
    """Every menu there is: for whom, in which language (None: all others), and its commands with what they do."""
    scopes: list[tuple[Scope, tuple[str, ...]]] = [
        (BotCommandScopeDefault(), COMMANDS),
        (BotCommandScopeAllGroupChats(), GROUP_COMMANDS),
        (BotCommandScopeAllChatAdministrators(), GROUP_ADMIN_COMMANDS),
    ]
    scopes += [(BotCommandScopeChat(chat_id=admin), ADMIN_COMMANDS) for admin in sorted(admins)]
    for locale in locales():
        for scope, names in scopes:
            yield scope, _code(locale), _menu(names, translator(locale))


async def _publish_commands(bot: Bot, scope: Scope, code: str | None, menu: list[tuple[str, str]]) -> None:
    shown = await bot.get_my_commands(scope=scope, language_code=code)
    if [(each.command, each.description) for each in shown] != menu:
        commands = [BotCommand(command=name, description=text) for name, text in menu]
        await bot.set_my_commands(commands, scope=scope, language_code=code)


async def _publish_description(bot: Bot, locale: str) -> None:
    code, l10n = _code(locale), translator(locale)
    long, short = l10n("bot-description"), l10n("bot-short-description")
    if (await bot.get_my_description(language_code=code)).description != long:
        await bot.set_my_description(long, language_code=code)
    if (await bot.get_my_short_description(language_code=code)).short_description != short:
        await bot.set_my_short_description(short, language_code=code)


def _code(locale: str) -> str | None:
    return None if locale == DEFAULT_LOCALE else locale


def _menu(names: Iterable[str], l10n: Translator) -> list[tuple[str, str]]:
    return [(name, l10n(f"command-{name}")) for name in names]
