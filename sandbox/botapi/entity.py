"""Entities: what is special about a stretch of text, counted in UTF-16 units, in the order that Telegram gives them."""

from collections.abc import Iterable
from typing import Any

Entity = dict[str, Any]

FOUND = ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number")
"""Types that Telegram finds by itself; a bot that gives them is not listened to."""

GIVEN = (
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
    "text_link", "text_mention", "custom_emoji", "date_time",
)  # fmt: skip
"""Types that a bot gives."""

_PRIORITY = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "text_link": 49, "text_mention": 49, "bold": 90,
    "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """By beginning; the longer first, and quotes before code before links before styles."""
    return sorted(entities, key=lambda each: (each["offset"], -each["length"], _PRIORITY.get(each["type"], 50)))
