"""A text with markup as it is read, and the plain text as it is written."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.botapi.entity import Entity
from sandbox.botapi.links import checked_link
from sandbox.botapi.refusal import RefusalError, bad_request
from sandbox.botapi.utf16 import units

END = "\0"
SPACES = " \t\r\n\0\v"


@dataclass(slots=True)
class Open:
    """Markup that waits for its end: where it began in the plain text, in UTF-16 units and in characters, and in the markup."""

    kind: str
    argument: str
    offset: int
    start: int
    begun: int


class Tape:
    """`at` is the place in the markup, in characters; `size` what is written, in UTF-16 units."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.at = 0
        self.text = ""
        self.size = 0
        self.entities: list[Entity] = []
        self.open: list[Open] = []

    def peek(self, ahead: int = 0) -> str:
        """The character `ahead` of the place, END after the last."""
        place = self.at + ahead
        return self.markup[place] if place < len(self.markup) else END

    def follows(self, text: str) -> bool:
        """Whether this stands at the place."""
        return self.markup.startswith(text, self.at)

    def take_until(self, stops: str) -> str:
        """Everything up to one of these characters or the end."""
        begun = self.at
        while self.at < len(self.markup) and self.peek() not in stops:
            self.at += 1
        return self.markup[begun : self.at]

    def skip_spaces(self) -> None:
        """On to the next character that is no space."""
        while self.peek() != END and self.peek() in SPACES:
            self.at += 1

    def write(self, text: str) -> None:
        """Plain text."""
        self.text += text
        self.size += units(text)

    def begin(self, kind: str, begun: int, argument: str = "") -> None:
        """Something starts that must end."""
        self.open.append(Open(kind, argument, self.size, len(self.text), begun))

    def mark(self, opened: Open, kind: str, **more: str | int) -> None:
        """What was opened ends here; nothing is marked where nothing was written."""
        if self.size > opened.offset:
            self.entities.append({"type": kind, "offset": opened.offset, "length": self.size - opened.offset, **more})

    def mark_link(self, opened: Open, url: str) -> None:
        """The same for a link, if it leads somewhere; without an address its text is one."""
        found = checked_link(url or self.text[opened.start :])
        if found is not None:
            self.mark(opened, "text_link", url=found)

    def byte(self, at: int) -> int:
        """Where a character of the markup stands, in bytes of UTF-8."""
        return len(self.markup[:at].encode())


def wrong(what: str) -> RefusalError:
    """Markup that Telegram does not understand."""
    return bad_request(f"can't parse entities: {what}")
