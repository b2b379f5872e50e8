"""Reading JSON of any size piece by piece: what was read is forgotten, so gigabytes take a few megabytes."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from monitor.errors import MonitorError

CHUNK = 1 << 20
LARGEST = 16 * CHUNK
"""Bytes of one value that is read at once; what seems longer is a string that was never closed."""

OVERLAP = 256
_LONGEST_WORD = 12
_SPACE = re.compile(r"[ \t\r\n]*")
# Telegram Desktop writes control characters as \x0B, which no other program takes for JSON (SerializeString there).
_HEX_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_BOM = "\ufeff"


class BrokenFileError(MonitorError):
    """The file is not whole; `byte` is where it breaks. What stands before that is stored."""

    code = "broken_file"


class Stream:
    """A place in a JSON file, which only moves forward. Every method raises BrokenFileError where the JSON breaks."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._json = json.JSONDecoder()
        self._text, self._at, self._before, self._ended = "", 0, 0, False

    @property
    def byte(self) -> int:
        """How many bytes of the file lie before this place."""
        return self._before + _size(self._text[: self._at])

    def peek(self) -> str:
        """The next character that is not space; it is not taken."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                raise self._broken(self._at)

    def elements(self) -> Iterator[int]:
        """Stand before each value of an array in turn: its number. The caller takes the value."""
        self._take("[")
        yield from self._members("]")

    def fields(self) -> Iterator[str]:
        """Stand before each value of an object in turn: its key. The caller takes the value."""
        self._take("{")
        for _ in self._members("}"):
            key = self.value()
            if not isinstance(key, str):
                raise self._broken(self._at)
            self._take(":")
            yield key

    def value(self) -> Any:
        """Take the whole next value, which has to be small."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._repaired(error) and not (_may_be_cut(error) and self._more()):
                    raise self._broken(len(self._text) if self._ended and _is_cut(error) else error.pos) from None
            except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
                raise self._broken(self._at) from None
            else:
                if end < len(self._text) or not self._fill():
                    self._at = end
                    return value

    def seek(self, mark: re.Pattern[str]) -> bool:
        """Pass over this character and all others before the next `mark` of at most OVERLAP; False at the file's end."""
        self._at += 1
        while not (found := mark.search(self._text, min(self._at, len(self._text)))):
            self._at = max(self._at, len(self._text) - OVERLAP)
            if not self._fill():
                return False
        self._at = found.start()
        return True

    def rest(self) -> Iterator[int]:
        """The elements of an array of which one is next."""
        yield from self._members("]")

    def skip(self) -> None:
        """Pass over the next value, however large it is."""
        match self.peek():
            case "[":
                for _ in self.elements():
                    self.value()
            case "{":
                for _ in self.fields():
                    self.skip()
            case _:
                self.value()

    def _members(self, close: str) -> Iterator[int]:
        number = 0
        while self.peek() != close:
            if number:
                self._take(",")
            yield number
            number += 1
        self._at += 1

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise self._broken(self._at)
        self._at += 1

    def _more(self) -> bool:
        return len(self._text) - self._at < LARGEST and self._fill()

    def _fill(self) -> bool:
        """Forget what was taken and read on; False at the file's end."""
        if self._ended:
            return False
        chunk = self._file.read(CHUNK)
        self._ended = not chunk
        self._before += _size(self._text[: self._at])
        text = self._text[self._at :] + self._decoder.decode(chunk, final=self._ended)
        self._at = 0
        if not self._before and text.startswith(_BOM):
            self._before, text = _size(_BOM), text[1:]
        self._text = text
        return not self._ended or bool(text)

    def _repaired(self, error: json.JSONDecodeError) -> bool:
        """Whether the error was an escape of Telegram Desktop's own, which is JSON now."""
        if not error.msg.startswith("Invalid \\escape"):
            return False
        head, tail = self._text[: self._at], self._text[self._at :]
        tail, count = _HEX_ESCAPE.subn(r"\1\\u00\2", tail)
        self._text = head + tail
        self._before -= 2 * count
        return count > 0

    def _broken(self, at: int) -> BrokenFileError:
        byte = self._before + _size(self._text[:at])
        return BrokenFileError(
            f"The file breaks at byte {byte}: it is damaged or was cut off. Every post before that is stored;"
            " import the whole file, and they are passed over.",
            byte=byte,
        )


def _may_be_cut(error: json.JSONDecodeError) -> bool:
    """Whether more text could mend it: nothing that goes wrong further from the text's end than the longest word or escape."""
    return error.msg.startswith("Unterminated") or error.pos >= len(error.doc) - _LONGEST_WORD


def _is_cut(error: json.JSONDecodeError) -> bool:
    """The text ended where the value had not: an error at its end, or in a string that has no end."""
    return error.msg.startswith("Unterminated") or error.pos >= len(error.doc) - 1


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
