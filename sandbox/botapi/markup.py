"""Keyboards: inline ones within Telegram's limits, and those that take the place of the letters."""

from collections.abc import Mapping
from typing import Any

from sandbox.botapi.links import checked_link
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.schema import schema

CALLBACK_LIMIT = 64
COPY_LIMIT = 256
BUTTONS_LIMIT = 100
_ACTIONS = frozenset(schema().types["InlineKeyboardButton"]) - {"text", "style", "icon_custom_emoji_id"}
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def inline_or_reply(markup: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The markup as it is kept. Raises RefusalError for what Telegram does not take."""
    if not markup:
        return None
    if not any(kind in markup for kind in _KINDS):
        raise bad_request("object expected as reply markup")
    rows = [[_button(button) for button in row] for row in markup.get("inline_keyboard", ())]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": rows} if rows else None
    return dict(markup)


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = _ACTIONS & button.keys()
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 0 < len(data.encode()) <= CALLBACK_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    copied = button.get("copy_text")
    if copied is not None and not 0 < len(copied["text"]) <= COPY_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return dict(button) | ({"url": _url(button["url"])} if "url" in button else {})


def _url(given: str) -> str:
    url = checked_link(given)
    if url is None:
        raise bad_request(f"inline keyboard button URL '{given}' is invalid: Wrong HTTP URL")
    return url
