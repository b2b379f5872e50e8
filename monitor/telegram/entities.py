"""Telegram's text entities in the Bot API's shape.

MTProto and the Bot API both count offsets in UTF-16 units (core.telegram.org/api/entities), so they are
carried over as they are.
"""

from collections.abc import Callable, Iterable
from typing import Any

from telethon.tl import types

Entity = dict[str, Any]

PLAIN = {
    types.MessageEntityBold: "bold",
    types.MessageEntityItalic: "italic",
    types.MessageEntityUnderline: "underline",
    types.MessageEntityStrike: "strikethrough",
    types.MessageEntitySpoiler: "spoiler",
    types.MessageEntityCode: "code",
    types.MessageEntityUrl: "url",
    types.MessageEntityMention: "mention",
    types.MessageEntityHashtag: "hashtag",
    types.MessageEntityCashtag: "cashtag",
    types.MessageEntityEmail: "email",
    types.MessageEntityPhone: "phone_number",
    types.MessageEntityBotCommand: "bot_command",
}

# core.telegram.org/bots/api#date-time-entity-formatting: r|w?[dD]?[tT]?
DATE_LETTERS = (("day_of_week", "w"), ("short_date", "d"), ("long_date", "D"), ("short_time", "t"), ("long_time", "T"))


def convert_entities(text: str, entities: Iterable[Any] | None) -> tuple[Entity, ...]:
    """The entities that the Bot API knows, in order, clipped to the text.

    A mention by id is dropped (a bot may not name a stranger), as are bank cards, diffs, and whatever begins outside
    the text.
    """
    size = utf16_length(text)
    found = (_convert(entity, size) for entity in entities or ())
    return tuple(entity for entity in found if entity is not None)


def utf16_length(text: str) -> int:
    """The length of the text in UTF-16 units, which is what offsets count."""
    return len(text) + sum(character > "\uffff" for character in text)


def _convert(entity: Any, size: int) -> Entity | None:
    details = _details(entity)
    length = min(entity.length, size - entity.offset)
    if details is None or entity.offset < 0 or length <= 0:
        return None
    return {"type": details.pop("type"), "offset": entity.offset, "length": length, **details}


def _details(entity: Any) -> Entity | None:
    kind = type(entity)
    if kind in PLAIN:
        return {"type": PLAIN[kind]}
    describe = DETAILED.get(kind)
    return describe(entity) if describe else None


def _pre(entity: Any) -> Entity:
    return {"type": "pre", "language": entity.language} if entity.language else {"type": "pre"}


def _text_link(entity: Any) -> Entity:
    return {"type": "text_link", "url": entity.url}


def _blockquote(entity: Any) -> Entity:
    return {"type": "expandable_blockquote" if entity.collapsed else "blockquote"}


def _custom_emoji(entity: Any) -> Entity:
    return {"type": "custom_emoji", "custom_emoji_id": str(entity.document_id)}


def _date_time(entity: Any) -> Entity | None:
    if entity.date is None:
        return None
    letters = "r" if entity.relative else "".join(letter for name, letter in DATE_LETTERS if getattr(entity, name))
    details = {"type": "date_time", "unix_time": int(entity.date.timestamp())}
    return {**details, "date_time_format": letters} if letters else details


DETAILED: dict[type, Callable[[Any], Entity | None]] = {
    types.MessageEntityPre: _pre,
    types.MessageEntityTextUrl: _text_link,
    types.MessageEntityBlockquote: _blockquote,
    types.MessageEntityCustomEmoji: _custom_emoji,
    types.MessageEntityFormattedDate: _date_time,
}
