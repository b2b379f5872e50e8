"""`parse_mode=HTML`: marked-up text → text and entities, with the errors of Telegram's own parser.

github.com/tdlib/td, td/telegram/MessageEntity.cpp, parse_html
"""

from __future__ import annotations

import re

from sandbox.botapi.entity import Entity, in_order
from sandbox.botapi.tape import END, SPACES, Open, Tape, wrong

PLAIN = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
TAGS = frozenset({*PLAIN, "a", "blockquote", "code", "pre", "tg-emoji", "tg-time"})
_CHARACTER = re.compile(
    r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<decimal>\d{1,7})|(?P<name>lt|gt|amp|quot)(?![a-zA-Z]));?"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN = re.compile(r"[a-zA-Z0-9.-]*")


def parse_html(markup: str) -> tuple[str, list[Entity]]:
    """(text, entities in UTF-16 units, in order). Raises RefusalError "can't parse entities: …"."""
    tape = Tape(markup)
    while tape.at < len(markup):
        if tape.peek() == "<":
            _end(tape) if tape.peek(1) == "/" else _start(tape)
        else:
            tape.write(_character(tape))
    if tape.open:
        raise wrong(f'Can\'t find end tag corresponding to start tag "{tape.open[-1].kind}"')
    for entity in tape.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return tape.text, in_order(tape.entities)


def _character(tape: Tape) -> str:
    """One character of the text, written as itself or as one of the entities that Telegram knows."""
    found = _CHARACTER.match(tape.markup, tape.at)
    code = _code(found) if found else 0
    if found is None or not 0 < code < 0x10FFFF:
        tape.at += 1
        return tape.markup[tape.at - 1]
    if 0xD800 <= code < 0xE000:
        raise wrong(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
        )
    tape.at = found.end()
    return chr(code)


def _code(found: re.Match[str]) -> int:
    if found["name"]:
        return ord(_NAMED[found["name"]])
    return int(found["hex"], 16) if found["hex"] else int(found["decimal"])


def _start(tape: Tape) -> None:
    begun = tape.at
    tape.at += 1
    tag = tape.take_until(SPACES + ">").lower()
    place = f"at byte offset {tape.byte(begun)}"
    if tape.peek() == END:
        raise wrong(f"Unclosed start tag {place}")
    if tag not in TAGS:
        raise wrong(f'Unsupported start tag "{tag}" {place}')
    attributes = _attributes(tape, tag, place)
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise wrong(f'Tag "span" must have class "tg-spoiler" {place}')
    tape.begin(tag, begun, _argument(tag, attributes))
    tape.at += 1


def _attributes(tape: Tape, tag: str, place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    tape.skip_spaces()
    while tape.peek() != ">":
        name = tape.take_until(SPACES + "=>")
        if not name:
            raise wrong(f'Empty attribute name in the tag "{tag}" {place}')
        tape.skip_spaces()
        found[name] = _value(tape, tag, place) if tape.peek() == "=" else ""
        tape.skip_spaces()
        if tape.peek() == END:
            raise wrong(f"Unclosed start tag {place}" if found[name] else f'Unclosed start tag "{tag}" {place}')
    return found


def _value(tape: Tape, tag: str, place: str) -> str:
    tape.at += 1
    tape.skip_spaces()
    quote = tape.peek()
    if quote == END:
        raise wrong(f'Unclosed start tag "{tag}" {place}')
    if quote in "\"'":
        return _quoted(tape, quote, place)
    begun = tape.at
    token = _TOKEN.match(tape.markup, begun)
    tape.at = token.end() if token else begun
    if tape.peek() not in SPACES + ">":
        raise wrong(f"Unexpected end of name token at byte offset {tape.byte(begun)}")
    return tape.markup[begun : tape.at].lower()


def _quoted(tape: Tape, quote: str, place: str) -> str:
    tape.at += 1
    value = ""
    while tape.peek() not in (quote, END):
        value += _character(tape)
    if tape.peek() == END:
        raise wrong(f"Unclosed start tag {place}")
    tape.at += 1
    return value


def _argument(tag: str, attributes: dict[str, str]) -> str:
    """What of the attributes matters at the end of the tag."""
    match tag:
        case "a":
            return attributes.get("href", "")
        case "code":
            name = attributes.get("class", "")
            return name.removeprefix("language-") if name.startswith("language-") else ""
        case "blockquote":
            return "expandable_" if "expandable" in attributes else ""
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "tg-time":
            return f"{attributes.get('unix', '')} {attributes.get('format', '')}"
    return ""


def _end(tape: Tape) -> None:
    begun = tape.at
    place = f"at byte offset {tape.byte(begun)}"
    if not tape.open:
        raise wrong(f"Unexpected end tag {place}")
    tape.at += 2
    tag = tape.take_until(SPACES + ">").lower()
    tape.skip_spaces()
    if tape.peek() != ">":
        raise wrong(f"Unclosed end tag {place}")
    opened = tape.open.pop()
    if tag and tag != opened.kind:
        raise wrong(f'Unmatched end tag {place}, expected "</{opened.kind}>", found "</{tag}>"')
    tape.at += 1
    _close(tape, opened)


def _close(tape: Tape, opened: Open) -> None:
    match opened.kind:
        case "a":
            tape.mark_link(opened, opened.argument)
        case "pre" | "code":
            _close_code(tape, opened)
        case "blockquote":
            tape.mark(opened, f"{opened.argument}blockquote")
        case "tg-emoji":
            if not opened.argument.isdecimal() or not int(opened.argument):
                raise wrong("Invalid custom emoji identifier specified")
            tape.mark(opened, "custom_emoji", custom_emoji_id=opened.argument)
        case "tg-time":
            _close_time(tape, opened)
        case _:
            tape.mark(opened, PLAIN[opened.kind])


def _close_code(tape: Tape, opened: Open) -> None:
    """`pre` and `code` around the same text are one, in the language that `code` names."""
    last = tape.entities[-1] if tape.entities else None
    same = last is not None and (last["offset"], last["length"]) == (opened.offset, tape.size - opened.offset)
    if last is not None and same and {last["type"], opened.kind} == {"code", "pre"}:
        language = last.get("language") or opened.argument
        if language:
            last.update({"type": "pre", "language": language})
            return
    tape.mark(opened, opened.kind, **({"language": opened.argument} if opened.argument else {}))


def _close_time(tape: Tape, opened: Open) -> None:
    unix, _, shown = opened.argument.partition(" ")
    if not unix.isdecimal() or not int(unix):
        raise wrong("Invalid Unix time specified")
    tape.mark(opened, "date_time", unix_time=int(unix), **({"date_time_format": shown} if shown else {}))
