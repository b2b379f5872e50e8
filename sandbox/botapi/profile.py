"""What a bot says of itself: commands by scope and language, descriptions, its name, its menu button."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from sandbox.botapi.call import Call
from sandbox.botapi.refusal import bad_request

COMMANDS_LIMIT = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
LIMITS = {"description": 512, "short_description": 120, "name": 64}


def get_me(call: Call) -> dict[str, Any]:
    """Who the bot is."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": not call.bot.has_privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": call.bot.has_threads,
    }
    return call.bot.as_user() | abilities


def set_my_commands(call: Call) -> bool:
    """The menu of one scope and language."""
    commands = call.get("commands")
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not _COMMAND.fullmatch(each.get("command", "")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(each.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.settings[_place(call, "commands")] = [
        {"command": each["command"], "description": each["description"]} for each in commands
    ]
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """The menu of exactly this scope and language."""
    return list(call.bot.settings.get(_place(call, "commands"), []))


def delete_my_commands(call: Call) -> bool:
    """Forget the menu of this scope and language."""
    call.bot.settings.pop(_place(call, "commands"), None)
    return True


def setter(name: str) -> Callable[[Call], bool]:
    """A method that sets one text of the profile in one language."""

    def method(call: Call) -> bool:
        text = call.get(name, "")
        if len(text) > LIMITS[name]:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        call.bot.settings[_place(call, name)] = text
        return True

    return method


def getter(name: str) -> Callable[[Call], dict[str, str]]:
    """A method that reads it; in a language without a text of its own, that of all languages."""

    def method(call: Call) -> dict[str, str]:
        own = call.bot.settings.get(_place(call, name))
        default = call.bot.first_name if name == "name" else ""
        return {name: own or call.bot.settings.get((name, "", "")) or default}

    return method


def set_chat_menu_button(call: Call) -> bool:
    """What the button beside the input field does."""
    call.bot.settings["menu_button", "", str(call.get("chat_id", ""))] = call.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(call: Call) -> dict[str, Any]:
    """The same, asked for."""
    found: dict[str, Any] = call.bot.settings.get(
        ("menu_button", "", str(call.get("chat_id", ""))), {"type": "commands"}
    )
    return found if found["type"] != "default" else {"type": "commands"}


def send_chat_action(call: Call) -> bool:
    """ "typing…" and the like."""
    chat = call.open_chat()
    call.chats.tell("action", {"chat": chat.as_chat(), "action": call.get("action")})
    return True


def _place(call: Call, name: str) -> tuple[str, str, str]:
    language = call.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    scope = call.get("scope") or {"type": "default"}
    return name, language, "" if scope == {"type": "default"} else json.dumps(scope, sort_keys=True)
