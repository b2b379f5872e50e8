"""`parse_mode=MarkdownV2`: marked-up text → text and entities, with the errors of Telegram's own parser.

core.telegram.org/bots/api#markdownv2-style; github.com/tdlib/td, td/telegram/MessageEntity.cpp, parse_markdown_v2
"""

from __future__ import annotations

from sandbox.botapi.entity import Entity, in_order
from sandbox.botapi.tape import END, SPACES, Open, Tape, wrong

RESERVED = "_*[]()~`>#+-=|{}.!"
_STYLES = {
    "__": "Underline",
    "||": "Spoiler",
    "_": "Italic",
    "*": "Bold",
    "~": "Strikethrough",
    "[": "TextUrl",
    "`": "Code",
}
_CODE = ("Code", "Pre", "PreCode")
_ENDS = {"TextUrl": "]", "CustomEmoji": "]", "Pre": "```", "PreCode": "```"} | {
    kind: mark for mark, kind in _STYLES.items() if mark != "["
}
_TYPES = {"Pre": "pre", "PreCode": "pre"}


def parse_markdown(markup: str) -> tuple[str, list[Entity]]:
    """(text, entities in UTF-16 units, in order). Raises RefusalError "can't parse entities: …"."""
    tape = Tape(markup)
    while tape.at < len(markup):
        _step(tape)
    if tape.open and tape.open[-1].kind == "BlockQuote":
        _end_quote(tape)
    if tape.open:
        raise wrong(f"Can't find end of {tape.open[-1].kind} entity at byte offset {tape.byte(tape.open[-1].begun)}")
    return tape.text, in_order(tape.entities)


def _step(tape: Tape) -> None:
    inner = tape.open[-1].kind if tape.open else ""
    char = tape.peek()
    if char == "\\" and 0 < ord(tape.peek(1)) <= 126:
        tape.at += 1
        _copy(tape)
    elif inner == "BlockQuote" and (char == "\n" or (tape.follows("||") and tape.peek(2) in ("\n", END))):
        _end_line(tape)
    elif inner and _ends(tape, inner):
        _end(tape)
    elif char in (RESERVED if inner not in _CODE else "`"):
        _begin(tape)
    else:
        _copy(tape)


def _copy(tape: Tape) -> None:
    tape.write(tape.peek())
    tape.at += 1


def _ends(tape: Tape, kind: str) -> bool:
    if kind == "Italic":
        return tape.peek() == "_" and tape.peek(1) != "_"
    return kind in _ENDS and tape.follows(_ENDS[kind])


def _begin(tape: Tape) -> None:
    begun = tape.at
    if tape.follows("```"):
        _begin_pre(tape)
    elif tape.follows("!["):
        tape.at += 2
        tape.begin("CustomEmoji", begun)
    elif tape.peek() == ">" and tape.text[-1:] in ("", "\n"):
        tape.at += 1
        tape.begin("BlockQuote", begun)
    else:
        mark = next((mark for mark in _STYLES if tape.follows(mark)), None)
        if mark is None:
            raise wrong(f"Character '{tape.peek()}' is reserved and must be escaped with the preceding '\\'")
        tape.at += len(mark)
        tape.begin(_STYLES[mark], begun)


def _begin_pre(tape: Tape) -> None:
    """The word right after the mark names the language, and one line break after it is no part of the text."""
    begun = tape.at
    tape.at += 3
    after = tape.at
    language = tape.take_until(SPACES + "`")
    if tape.peek() in ("`", END):
        language, tape.at = "", after
    if tape.peek() in "\r\n":
        tape.at += 2 if tape.peek(1) in "\r\n" and tape.peek(1) != tape.peek() else 1
    tape.begin("PreCode" if language else "Pre", begun, language)


def _end(tape: Tape) -> None:
    opened = tape.open.pop()
    tape.at += len(_ENDS[opened.kind])
    if opened.kind in ("TextUrl", "CustomEmoji"):
        _end_link(tape, opened)
    elif opened.kind == "PreCode":
        tape.mark(opened, "pre", language=opened.argument)
    else:
        tape.mark(opened, _TYPES.get(opened.kind, opened.kind.lower()))


def _end_link(tape: Tape, opened: Open) -> None:
    url = _url(tape) if tape.peek() == "(" else ""
    if opened.kind == "TextUrl":
        tape.mark_link(opened, url)
        return
    number = url.removeprefix("tg://emoji?id=")
    if number == url:
        raise wrong("Custom emoji URL must begin with tg://emoji")
    if not number.isdecimal() or not int(number):
        raise wrong("Invalid custom emoji identifier specified")
    tape.mark(opened, "custom_emoji", custom_emoji_id=number)


def _url(tape: Tape) -> str:
    tape.at += 1
    begun, url = tape.at, ""
    while tape.peek() not in (")", END):
        tape.at += tape.peek() == "\\" and 0 < ord(tape.peek(1)) <= 126
        url += tape.peek()
        tape.at += 1
    if tape.peek() == END:
        raise wrong(f"Can't find end of a URL at byte offset {tape.byte(begun)}")
    tape.at += 1
    return url


def _end_line(tape: Tape) -> None:
    """A quote goes on in the next line if that begins with `>`; `||` before its end makes it expandable."""
    if tape.follows("||"):
        tape.at += 2
        tape.open[-1].argument = "expandable_"
    if tape.follows("\n>"):
        _copy(tape)
        tape.at += 1
    else:
        _end_quote(tape)


def _end_quote(tape: Tape) -> None:
    opened = tape.open.pop()
    tape.mark(opened, f"{opened.argument}blockquote")
