"""What an export holds: one chat, or all chats of an account under `chats` and `left_chats`.

The format is that of Telegram Desktop's export_output_json.cpp: a chat's name, type and id stand before its messages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from monitor.desktop.stream import BrokenFileError, Stream
from monitor.errors import MonitorError
from monitor.incoming import stored_text
from monitor.misfits import Misfits

CHANNELS = ("public_channel", "private_channel")
FOLDERS = ("chats", "left_chats")

_MESSAGE = re.compile(r'\{\s*"id"\s*:\s*-?\d+\s*,\s*"type"\s*:\s*"(?:message|service|unsupported)"')
"""How a message begins. In no text: there the quotation marks have backslashes."""
_PRETTY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[ \t]*\r?\n")
_COMPACT = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{[^{\[]*"(?:messages"\s*:\s*\[|(?:chats|left_chats|personal_information)"\s*:\s*\{)'
)


class NotAChannelExportError(MonitorError):
    """The export holds a private chat or a group; only channels can be imported."""

    code = "not_a_channel_export"


class NotAnExportError(MonitorError):
    """The file is JSON, but no export of Telegram Desktop: no messages were found in it."""

    code = "not_an_export"


@dataclass(frozen=True, slots=True)
class Chat:
    """A channel of an export; `id` is bare."""

    id: int
    title: str
    public: bool


@dataclass(slots=True)
class Export:
    """An open export. `left_out` counts chats that are no channels so far; `misfits` are messages that cannot be read."""

    file: IO[bytes]
    left_out: int = 0
    found: int = 0
    misfits: Misfits = field(default_factory=lambda: Misfits("messages"))
    _stream: Stream = field(init=False)

    def __post_init__(self) -> None:
        self._stream = Stream(self.file)

    @property
    def byte(self) -> int:
        """How many bytes have been read."""
        return self._stream.byte

    def messages(self) -> Iterator[tuple[Chat, Any]]:
        """Each message of each channel, as it stands. Raises this module's errors, and BrokenFileError."""
        yield from self._object()
        if not self.found and self.left_out:
            raise NotAChannelExportError
        if not self.found:
            raise NotAnExportError

    def _object(self) -> Iterator[tuple[Chat, Any]]:
        header: dict[str, Any] = {}
        for key in self._stream.fields():
            if key == "messages" and self._stream.peek() == "[":
                yield from self._chat(header)
            elif key in FOLDERS and self._stream.peek() == "{":
                yield from self._folder()
            elif key in ("name", "type", "id"):
                header[key] = self._stream.value()
            else:
                self._stream.skip()

    def _folder(self) -> Iterator[tuple[Chat, Any]]:
        for key in self._stream.fields():
            if key == "list" and self._stream.peek() == "[":
                for _ in self._stream.elements():
                    yield from self._object()
            else:
                self._stream.skip()

    def _chat(self, header: dict[str, Any]) -> Iterator[tuple[Chat, Any]]:
        chat = _channel(header)
        if chat is None:
            self.left_out += 1
            return self._stream.skip()
        self.found += 1
        for message in self._messages():
            yield chat, message
        return None

    def _messages(self) -> Iterator[Any]:
        """The values of an array of messages; where one is damaged, reading goes on with the next."""
        elements = self._stream.elements()
        while True:
            try:
                for _ in elements:
                    yield self._stream.value()
                return
            except BrokenFileError as error:
                if not self._stream.seek(_MESSAGE):
                    raise error from None
                self.misfits.add(f"byte {error.params['byte']}", "it is damaged")
                elements = self._stream.rest()


def is_export(head: bytes) -> bool:
    """Whether a file that begins so is an export rather than one post a line."""
    return bool(_PRETTY.match(head) or _COMPACT.match(head))


def _channel(header: dict[str, Any]) -> Chat | None:
    kind, number = header.get("type"), str(header.get("id", "")).removeprefix("channel").removeprefix("-100")
    if kind not in CHANNELS or not number.isdecimal() or not 0 < int(number) < 1 << 63:
        return None
    return Chat(int(number), stored_text(str(header.get("name") or number))[:256], kind == "public_channel")
