"""The log: for a person in a terminal, JSON lines elsewhere. What is secret never gets out of it.

A message names its fields as `name=%s`; in JSON they stand beside it under that name, and `event` is the message before it was
filled, by which lines of a kind are found.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

_TOKEN = re.compile(r"\b\d{3,}:[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")
_PROXY = re.compile(r"(://)[^:/@\s]{16,}@|([?&]secret=)[^&\s]+")
_PLACE = re.compile(r"%%|(?:(\w+)=)?%[-#0-9. +]*[a-z]")
SHORTEST = 6  # characters of a secret that is looked for as it is; shorter ones would take away words

FIELDS = frozenset({
    "account", "attempt", "by", "channel", "channels", "chat", "delivery", "error", "from", "items", "kind", "messages", "post",
    "posts", "problem", "relay", "request", "seconds", "target", "to", "topic", "update", "user",
})  # fmt: skip
"""The names that messages give their values."""
Format = Literal["auto", "text", "json"]


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with these secrets, and all that looks like a token or a password in a url, replaced."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, "***")
    text = _PASSWORD.sub(r"\1***@", _TOKEN.sub("***", text))
    return _PROXY.sub(lambda found: f"{found[2]}***" if found[2] else f"{found[1]}***@", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, its traceback too, as a line for a person, and scrubs the result."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be shown."""
        return scrub(super().format(record), self._secrets)


class JsonFormatter(logging.Formatter):
    """Formats a record as a line of JSON: time (UTC), level, logger, event, message, its fields, the traceback as `exception`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be shown."""
        line = {
            **dict(_fields(record)),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": str(record.msg),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        shown = {name: scrub(value, self._secrets) if isinstance(value, str) else value for name, value in line.items()}
        return json.dumps(shown, ensure_ascii=False)


def configure_logging(
    level: str, form: Format = "auto", secrets: Iterable[str] = (), *, stream: TextIO | None = None
) -> None:
    """Log to stderr from this level on; libraries only when they warn. What nobody catches is logged too.

    `auto` is text in a terminal and JSON elsewhere; `secrets` are left out wherever they appear.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler.setFormatter(ScrubbingFormatter(secrets) if as_text else JsonFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    for library in ("telethon", "aiogram", "alembic", "pymorphy3"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    logging.getLogger("dozor").critical("ended by an error that nobody expected", exc_info=(kind, error, traceback))


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """(name, value) of each `name=%s` in the message; what JSON does not know becomes text."""
    if not isinstance(record.args, tuple) or isinstance(record.args, Mapping):
        return
    places = [found[1] for found in _PLACE.finditer(str(record.msg)) if found[0] != "%%"]
    for name, value in zip(places, record.args, strict=False):
        if name:
            yield name, value if isinstance(value, bool | int | float) else str(value)
