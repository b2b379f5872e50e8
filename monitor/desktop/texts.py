"""An export's text: parts of one kind each → one text and its entities in the Bot API's shape, in UTF-16 units."""

import re
from collections.abc import Iterable
from typing import Any

Entity = dict[str, Any]

SAME = frozenset(
    [
        "mention",
        "hashtag",
        "bot_command",
        "email",
        "bold",
        "italic",
        "code",
        "cashtag",
        "underline",
        "strikethrough",
        "spoiler",
    ]
)
RENAMED = {"link": "url", "phone": "phone_number"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def flatten(parts: Any) -> tuple[str, tuple[Entity, ...]]:
    """The text and entities of a string, or of a list of strings and `{"type", "text", …}`; of anything else, nothing."""
    text: list[str] = []
    entities: list[Entity] = []
    offset = 0
    for kind, piece, part in _pieces(parts):
        length = len(piece) + sum(character > "\uffff" for character in piece)
        details = _details(kind, part)
        if details and length:
            entities.append({"type": details.pop("type"), "offset": offset, "length": length, **details})
        text.append(piece)
        offset += length
    return "".join(text), tuple(entities)


def _pieces(parts: Any) -> Iterable[tuple[str, str, dict[str, Any]]]:
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, str):
            yield "plain", _clean(part), {}
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            yield str(part.get("type")), _clean(part["text"]), part


def _clean(text: str) -> str:
    """Half a pair of surrogates, or a byte that is no UTF-8, is no character: no database takes it."""
    return _SURROGATE.sub("\ufffd", text)


def _details(kind: str, part: dict[str, Any]) -> Entity | None:
    """What Bot API knows of it. A mention by id is dropped (a bot may not name a stranger), as is what is unknown."""
    if kind in SAME:
        return {"type": kind}
    match RENAMED.get(kind, kind), part:
        case ("url" | "phone_number") as name, _:
            return {"type": name}
        case "text_link", {"href": str(url)} if url:
            return {"type": "text_link", "url": _clean(url)}
        case "pre", {"language": str(language)} if language:
            return {"type": "pre", "language": _clean(language)}
        case "pre", _:
            return {"type": "pre"}
        case "blockquote", _:
            return {"type": "expandable_blockquote" if part.get("collapsed") else "blockquote"}
        case "custom_emoji", {"document_id": str(number)} if number.isdecimal():  # else it is a file's path
            return {"type": "custom_emoji", "custom_emoji_id": number}
    return None
