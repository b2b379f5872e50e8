"""Posts as JSON lines: `{"channel", "id", "date", "text", …}`, one object a line, for import, export and explain."""

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from monitor.errors import MonitorError
from monitor.incoming import IncomingPost, stored_text
from monitor.misfits import Misfits
from monitor.models import Channel, Post

LONGEST = 1 << 24
"""Bytes of a line that is read; what is longer is no post."""

_IDS, _COUNTS, _NAME = range(2**63), range(2**31), 64  # as the databases hold them
_ORIGIN = ("channel_id", "message_id")


class BadLineError(MonitorError):
    """A line of the file is not a post."""

    code = "bad_line"

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line} is not a post: {reason}.", line=line)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One post of a file. `date` is aware; `more` holds the optional fields as they stand."""

    channel: str
    id: int
    date: datetime
    text: str
    more: dict[str, Any]

    def incoming(self, channel_id: int) -> IncomingPost:
        """The post as ingest takes it, in the channel of this id."""
        media = self.more.get("media") or ()
        return IncomingPost(
            channel_id=channel_id,
            message_id=self.id,
            date=self.date,
            text=self.text,
            media=(stored_text(media),) if isinstance(media, str) else tuple(map(stored_text, media)),
            forward=_forward(self.more.get("fwd_from")),
            grouped_id=self.more.get("grouped_id"),
            views=self.more.get("views"),
            edit_date=_moment(self.more["edit_date"]) if self.more.get("edit_date") else None,
        )


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, whatever it is: of one that is longer than LONGEST its beginning."""
    while line := file.readline(LONGEST):
        yield line
        while len(line) == LONGEST and not line.endswith(b"\n"):
            line = file.readline(LONGEST)


def read(lines: Iterable[str | bytes], misfits: Misfits | None = None) -> Iterator[Line]:
    """The posts of a file, one at a time; empty lines are skipped. A line that is none is a BadLineError, or one of the `misfits`."""
    for number, raw in enumerate(lines, start=1):
        try:
            if raw.strip():
                yield _line(raw, number)
        except BadLineError as error:
            if misfits is None:
                raise
            misfits.add(f"line {number}", error.reason)


def dump(post: Post, channel: Channel) -> str:
    """A stored post as one line, without the line's end."""
    fields: dict[str, Any] = {
        "channel": channel.username or str(channel.id),
        "id": post.message_id,
        "date": post.date.isoformat(),
        "text": post.text,
        "views": post.views,
        "edit_date": post.edited_at.isoformat() if post.edited_at else None,
        "grouped_id": post.grouped_id,
        "media": post.media or None,
        "fwd_from": post.forward,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}, ensure_ascii=False)


def _line(raw: str | bytes, number: int) -> Line:
    try:
        row = _object(raw)
        more = {name: value for name, value in row.items() if name not in ("channel", "id", "date", "text")}
        _check(more)
        moment = _moment(row["date"]) if row.get("date") else datetime.fromtimestamp(0, UTC)
        return Line(_channel(row["channel"]), _whole("id", row["id"], _IDS), moment, _text(row), more)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise BadLineError(number, reason) from None


def _object(raw: str | bytes) -> dict[str, Any]:
    try:
        row = json.loads(_decoded(raw) if isinstance(raw, bytes) else raw, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise ValueError("it is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"its JSON breaks off or goes wrong at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("its JSON is too deep") from None
    if not isinstance(row, dict):
        raise TypeError('write {"channel", "id", "date", "text"}')
    return row


def _decoded(raw: bytes) -> str:
    """Some programs put a mark before UTF-8, others write two bytes a letter."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in raw:
        raise ValueError("it is in UTF-16, not in UTF-8")
    return raw.removeprefix(codecs.BOM_UTF8).decode()


def _check(more: dict[str, Any]) -> None:
    """What `incoming` will take for granted."""
    media = more.get("media") or ()
    if not isinstance(media, str) and not (isinstance(media, list | tuple) and all(isinstance(m, str) for m in media)):
        raise TypeError("'media' is not a list of words")
    if more.get("edit_date"):
        _moment(more["edit_date"])
    for name, numbers in (("views", _COUNTS), ("grouped_id", _IDS)):
        if more.get(name) is not None:
            more[name] = _whole(name, more[name], numbers)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _channel(value: Any) -> str:
    name = stored_text(str(value)).strip()
    if not name:
        raise ValueError("'channel' is empty")
    if len(name) > _NAME:
        raise ValueError(f"'channel' is longer than {_NAME} characters")
    return name


def _whole(name: str, value: Any, numbers: range) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if isinstance(value, bool) or number not in numbers:
        raise ValueError(f"'{name}' is not a number from 0 to {numbers[-1]}")
    return number


def _text(row: dict[str, Any]) -> str:
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError("'text' is not a string")
    return text


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.astimezone(UTC)  # the first and the last day of all time may lie beyond it there
    except (TypeError, ValueError, OverflowError, OSError):
        raise ValueError(f"{value!r} is not a date such as 2025-07-01T09:30:00+00:00") from None
    return moment


def _forward(value: Any) -> dict[str, Any] | None:
    if not value:
        return None
    if not isinstance(value, dict):
        return {"name": str(value)}
    return value | {name: _number(value[name]) for name in _ORIGIN if name in value}


def _number(value: Any) -> int | None:
    """What other programs write as an id, some of them as text, and some below zero; None where it is none."""
    try:
        number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
    return number if number is not None and abs(number) in _IDS else None
