"""A message's text and entities as Telegram takes them: cleaned, checked, trimmed, and with what it finds by itself."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.botapi.html import Entity, parse_html
from sandbox.botapi.refusal import bad_request
from sandbox.botapi.schema import schema
from sandbox.botapi.utf16 import units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")
_TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
_OPAQUE = ("code", "pre", "text_link", "text_mention", "url")
_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|ru|me|io|az|ua|uk|info)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]])?")),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d_]\w*(?!#)")),
    ("cashtag", re.compile(r"(?<![\w$])\$(?:1INCH|[A-Z]{1,8})(?![\w$])")),
)  # fmt: skip


def prepared(
    text: str, entities: Iterable[Entity] | None, parse_mode: str | None, limit: int
) -> tuple[str, list[Entity]]:
    """What Telegram would store. Raises RefusalError for markup it cannot parse, entities out of place, a text too long."""
    given = list(entities or ())
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, given = parse_html(text)
    _check(text, given)
    text = _CONTROL.sub(" ", text)
    start = len(text) - len(text.lstrip(" \n\t"))
    trimmed = text.strip(" \n\t")
    if units(trimmed) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    moved = _moved(given, units(text[:start]), units(trimmed))
    return trimmed, sorted(moved + detected(trimmed, moved), key=lambda entity: (entity["offset"], -entity["length"]))


def detected(text: str, known: Iterable[Entity] = ()) -> list[Entity]:
    """Links, mentions, tags and commands that Telegram finds in a text, outside of what is marked as code or link."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in known if entity["type"] in _OPAQUE]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for hit in pattern.finditer(text):
            start = units(text[: hit.start()])
            end = start + units(hit[0])
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return found


def _check(text: str, entities: list[Entity]) -> None:
    size = units(text)
    borders = _borders(text)
    for entity in entities:
        if entity.get("type") not in _TYPES:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        offset, end = entity["offset"], entity["offset"] + entity["length"]
        if offset > size:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if end > size:
            ends = f"ends after the end of the text at UTF-16 offset {end}"
            raise bad_request(f"entity beginning at UTF-16 offset {offset} {ends}")
        if borders is not None and offset in borders:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {offset}")
        if borders is not None and end in borders:
            middle = "ends in a middle of a UTF-16 symbol at byte offset"
            raise bad_request(f"entity beginning at UTF-16 offset {offset} {middle} {end}")


def _borders(text: str) -> frozenset[int] | None:
    """Offsets in the middle of a character of two units; None if there is none."""
    if not any(char > "\uffff" for char in text):
        return None
    middles, at = set(), 0
    for char in text:
        at += 1
        if char > "\uffff":
            middles.add(at)
            at += 1
    return frozenset(middles)


def _moved(entities: list[Entity], shift: int, size: int) -> list[Entity]:
    """The entities after `shift` units were cut off in front; those without a length are dropped, and those past the limit."""
    fields = schema().types["MessageEntity"]
    kept: list[dict[str, Any]] = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, size)
        if end > start:
            known = {name: value for name, value in entity.items() if name in fields and value is not None}
            kept.append({**known, "offset": start, "length": end - start})
    return kept[:ENTITY_LIMIT]
