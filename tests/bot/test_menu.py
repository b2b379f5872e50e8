"""What Telegram shows of the bot before it says a word."""

import json
from collections.abc import Iterable

import pytest
from aiogram import Bot, Router
from aiogram.filters import Command, CommandStart

from bot.dispatcher import create_dispatcher
from bot.handlers.start import create_last_router
from bot.i18n import locales, translator
from bot.menu import ADMIN_COMMANDS, COMMANDS, GROUP_ADMIN_COMMANDS, GROUP_COMMANDS, publish_menu
from bot.settings import BotSettings
from monitor.database import Sessions
from tests.bot.telegram import TOKEN, ScriptedTelegram

WRITES = ("setMyCommands", "setMyDescription", "setMyShortDescription")
HIDDEN = {"start", "join"}  # Telegram offers the first by itself; the second is told to those who need it


async def test_the_menu_is_published_for_every_scope_in_every_locale() -> None:
    telegram = ScriptedTelegram()
    await publish_menu(Bot(TOKEN, session=telegram), [1])
    shown = {
        (json.dumps(menu.params["scope"]), menu.params.get("language_code", "en")): menu.params["commands"]
        for menu in telegram.of("setMyCommands")
    }
    scopes = {
        '{"type": "default"}': COMMANDS,
        '{"type": "all_group_chats"}': GROUP_COMMANDS,
        '{"type": "all_chat_administrators"}': GROUP_ADMIN_COMMANDS,
        '{"type": "chat", "chat_id": 1}': ADMIN_COMMANDS,
    }
    assert shown.keys() == {(scope, locale) for scope in scopes for locale in locales()}
    for (scope, locale), commands in shown.items():
        said = [{"command": name, "description": translator(locale)(f"command-{name}")} for name in scopes[scope]]
        assert commands == said


async def test_descriptions_are_published_in_every_locale() -> None:
    telegram = ScriptedTelegram()
    await publish_menu(Bot(TOKEN, session=telegram))
    for method, field, key in (
        ("setMyDescription", "description", "bot-description"),
        ("setMyShortDescription", "short_description", "bot-short-description"),
    ):
        said = {each.params.get("language_code", "en"): each.params[field] for each in telegram.of(method)}
        assert said == {locale: translator(locale)(key) for locale in locales()}


@pytest.mark.parametrize("locale", locales())
def test_descriptions_keep_to_telegrams_limits(locale: str) -> None:
    l10n = translator(locale)
    assert len(l10n("bot-description")) <= 512
    assert len(l10n("bot-short-description")) <= 120
    assert all(len(l10n(f"command-{name}")) <= 48 for name in (*ADMIN_COMMANDS, "editors")), "a phone shows one line"


async def test_what_is_published_already_is_not_set_again() -> None:
    telegram = ScriptedTelegram()
    await publish_menu(Bot(TOKEN, session=telegram), [1])
    telegram.requests.clear()
    await publish_menu(Bot(TOKEN, session=telegram), [1])
    assert telegram.of(*WRITES) == []
    assert len(telegram.requests) == len(locales()) * 6


async def test_an_admin_who_has_not_met_the_bot_keeps_nobody_from_the_menu() -> None:
    telegram = ScriptedTelegram()
    telegram.failures["setMyCommands"] = [(400, {"ok": False, "description": "Bad Request: chat not found"})]
    await publish_menu(Bot(TOKEN, session=telegram), [1])
    assert len(telegram.of("setMyCommands")) == 4 * len(locales())


def test_every_command_is_in_a_menu_and_every_menu_names_commands(sqlite_sessions: Sessions) -> None:
    dispatcher = create_dispatcher(sqlite_sessions, BotSettings())
    understood = {name for router in dispatcher.chain_tail for name in commands(router)} - HIDDEN
    assert understood == {*ADMIN_COMMANDS, *GROUP_ADMIN_COMMANDS}
    assert set(GROUP_COMMANDS) <= set(COMMANDS) <= set(ADMIN_COMMANDS)
    assert not set(commands(create_last_router()))


def commands(router: Router) -> Iterable[str]:
    """The commands that the handlers of a router ask for."""
    for handler in router.message.handlers:
        for condition in handler.filters or ():
            if isinstance(condition.callback, Command) and not isinstance(condition.callback, CommandStart):
                yield from (str(name) for name in condition.callback.commands)
