"""`parse_mode=HTML`: marked-up text → text and entities, with the errors of Telegram's own parser.

github.com/tdlib/td, td/telegram/MessageEntity.cpp
"""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.utf16 import units

Entity = dict[str, Any]
PLAIN = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "code": "code", "pre": "pre",
}  # fmt: skip
OTHER = ("a", "span", "blockquote", "tg-emoji", "tg-time")
_PIECE = re.compile(
    r"<(?P<end>/?)(?P<tag>[^\s>/]*)(?P<rest>[^>]*)(?P<closed>>?)|&(?P<name>#x[0-9a-f]+|#\d+|lt|gt|amp|quot);", re.I
)
_ATTRIBUTE = re.compile(r"""([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass(slots=True)
class Open:
    """A tag that waits for its end: where it began, in UTF-16 units of the text and in bytes of the markup."""

    tag: str
    at: int
    attributes: dict[str, str]


class HtmlText:
    """The text read so far, its entities, and the tags that are open."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[Entity] = []
        self._open: list[Open] = []
        self._units = 0

    def add(self, text: str) -> None:
        """Plain text."""
        self.text += text
        self._units += units(text)

    def begin(self, tag: str, rest: str, byte: int) -> None:
        """A start tag; `byte` is where it stands in the markup."""
        if tag not in PLAIN and tag not in OTHER:
            raise _wrong(f'Unsupported start tag "{tag}" at byte offset {byte}')
        attributes = {name.lower(): first or second or third for name, first, second, third in _ATTRIBUTE.findall(rest)}
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
        self._open.append(Open(tag, self._units, {name: unescape(value) for name, value in attributes.items()}))

    def end(self, tag: str, byte: int) -> None:
        """An end tag."""
        if not self._open:
            raise _wrong(f"Unexpected end tag at byte offset {byte}")
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise _wrong(f'Unmatched end tag at byte offset {byte}, expected "</{opened.tag}>", found "</{tag}>"')
        if self._units > opened.at:
            self._close(opened)

    def finish(self) -> None:
        """The markup ends."""
        if self._open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')

    def _close(self, opened: Open) -> None:
        content = self.text.encode("utf-16-le")[opened.at * 2 :].decode("utf-16-le")
        kind = _kind(opened, content)
        place = {"offset": opened.at, "length": self._units - opened.at}
        if opened.tag == "code" and self._open and self._open[-1].tag == "pre":
            language = opened.attributes.get("class", "")
            if language.startswith("language-"):
                self._open[-1].attributes["language"] = language.removeprefix("language-")
        elif kind is not None:
            self.entities.append(kind | place)


def parse_html(markup: str) -> tuple[str, list[Entity]]:
    """(text, entities in UTF-16 units, by offset). Raises RefusalError "can't parse entities: …"."""
    read, last = HtmlText(), 0
    for piece in _PIECE.finditer(markup):
        read.add(markup[last : piece.start()])
        last = piece.end()
        if piece["name"]:
            read.add(unescape(piece[0]))
            continue
        byte = len(markup[: piece.start()].encode())
        if not piece["closed"]:
            raise _wrong(f"Unclosed {'end' if piece['end'] else 'start'} tag at byte offset {byte}")
        if piece["end"]:
            read.end(piece["tag"].lower(), byte)
        else:
            read.begin(piece["tag"].lower(), piece["rest"], byte)
    read.add(markup[last:])
    read.finish()
    return read.text, sorted(read.entities, key=lambda entity: (entity["offset"], -entity["length"]))


def unescape(text: str) -> str:
    """The four named entities that Telegram knows, and numeric ones."""

    def character(found: re.Match[str]) -> str:
        name = found[1].lower()
        if not name.startswith("#"):
            return _NAMED[name]
        code = int(name[2:], 16) if name.startswith("#x") else int(name[1:])
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]

    return re.sub(r"&(#x[0-9a-f]+|#\d+|lt|gt|amp|quot);", character, text, flags=re.I)


def _kind(opened: Open, content: str) -> Entity | None:
    if opened.tag in PLAIN:
        language = opened.attributes.get("language")
        return {"type": PLAIN[opened.tag]} | ({"language": language} if opened.tag == "pre" and language else {})
    match opened.tag:
        case "a":
            url = opened.attributes.get("href") or content
            return {"type": "text_link", "url": url} if "." in url or url.startswith("tg:") else None
        case "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in opened.attributes else "blockquote"}
        case "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": opened.attributes.get("emoji-id", "")}
        case "tg-time":
            shown = opened.attributes.get("format")
            return {"type": "date_time", "unix_time": int(opened.attributes.get("unix", 0))} | (
                {"date_time_format": shown} if shown else {}
            )
    return {"type": "spoiler"}


def _wrong(what: str) -> RefusalError:
    return bad_request(f"can't parse entities: {what}")
