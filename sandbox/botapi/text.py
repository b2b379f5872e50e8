"""A message's text and entities as Telegram takes them: parsed, checked, cleaned, trimmed, and with what it finds by itself.

github.com/tdlib/td, td/telegram/MessageEntity.cpp, fix_formatted_text
"""

import re
from collections.abc import Iterable

from sandbox.botapi.detection import detected
from sandbox.botapi.entity import FOUND, GIVEN, Entity, in_order
from sandbox.botapi.html import parse_html
from sandbox.botapi.links import checked_link
from sandbox.botapi.markdown import parse_markdown
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.utf16 import part, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
FARTHEST = 1_000_000
_BLANK = re.compile("[\x00-\x09\x0b\x0c\x0e-\x20]")
_HALF = re.compile("[\ud800-\udfff]")
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_NOTHING = " \n\u00a0\u1680\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x2010)))
_NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_PARSERS = {"html": parse_html, "markdownv2": parse_markdown}


def prepared(
    text: str, entities: Iterable[Entity] | None, parse_mode: str | None, limit: int
) -> tuple[str, list[Entity]]:
    """What Telegram would store. Raises RefusalError for markup it cannot parse, entities out of place, a text too long."""
    if _HALF.search(text):
        raise bad_request("strings must be encoded in UTF-8")
    if parse_mode:
        if parse_mode.lower() not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        text, given = _PARSERS[parse_mode.lower()](text)
    else:
        given = [_given(entity) for entity in entities or () if entity["type"] not in FOUND]
    _check(text, given)
    text, given = _clean(text, given)
    if units(text) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return text, in_order(given + detected(text, given))


def _given(entity: Entity) -> Entity:
    """One of the bot's own, with those fields only that its type has."""
    kind = entity["type"]
    if kind not in GIVEN:
        raise _unparsable("Unsupported type specified" if kind else "Type is not specified")
    for name in ("offset", "length"):
        if not 0 <= entity[name] <= FARTHEST:
            raise bad_request(f"receive an entity with incorrect {name} {entity[name]}")
    kept = {name: entity[name] for name in ("type", "offset", "length")}
    needed = _NEEDS.get(kind)
    if needed is not None and needed not in entity:
        raise _unparsable(f'Can\'t find field "{needed}"')
    extra = {needed, "date_time_format" if kind == "date_time" else None, "language" if kind == "pre" else None}
    kept |= {name: value for name, value in entity.items() if name in extra}
    if kind == "text_link":
        kept["url"] = checked_link(entity["url"])
        if kept["url"] is None:
            raise bad_request(f"entity URL '{entity['url']}' is invalid: Wrong HTTP URL")
    return kept


def _check(text: str, entities: list[Entity]) -> None:
    """Raises RefusalError for the first that is not between the beginning and the end of characters."""
    size, middles = units(text), _middles(text)
    for entity in in_order(entities):
        offset, end = entity["offset"], entity["offset"] + entity["length"]
        if offset in middles:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {middles[offset]}")
        begins = f"entity beginning at UTF-16 offset {offset} "
        if end in middles:
            raise bad_request(f"{begins}ends in a middle of a UTF-16 symbol at byte offset {middles[end]}")
        if offset > size:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if end > size:
            raise bad_request(f"{begins}ends after the end of the text at UTF-16 offset {end}")


def _middles(text: str) -> dict[int, int]:
    """Offsets in the middle of a character of two units, with the byte at which the next character begins."""
    middles, at, byte = {}, 0, 0
    if text.isascii():
        return {}
    for char in text:
        at += 1
        byte += len(char.encode("utf-8", "surrogatepass"))
        if char > "\uffff":
            middles[at] = byte
            at += 1
    return middles


def _clean(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without what Telegram drops, and without blanks around it; entities with nothing left in them are gone."""
    text = _BLANK.sub(" ", text)
    cuts = [units(text[: hit.start()]) for hit in _DROPPED.finditer(text)]
    text = _DROPPED.sub("", text)
    lead = len(text) - len(text.lstrip(" \n"))
    text = text.strip(" \n")
    size = units(text)
    kept = []
    for entity in in_order(entities):
        start, end = (
            min(max(at - sum(cut < at for cut in cuts) - lead, 0), size)
            for at in (entity["offset"], entity["offset"] + entity["length"])
        )
        if part(text, start, end - start).strip(_NOTHING):
            kept.append({**entity, "offset": start, "length": end - start})
    return ("", []) if not text.strip(_NOTHING) else (text, kept[:ENTITY_LIMIT])


def _unparsable(reason: str) -> RefusalError:
    return bad_request(f"can't parse MessageEntity: {reason}")
