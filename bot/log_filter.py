"""The log: for a person in a terminal, JSON lines elsewhere. What is secret never gets out of it.

A message names its fields as `name=%s`; in JSON they stand beside it under that name, and `event` is the message before it was
filled, by which lines of a kind are found.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

_TOKEN = re.compile(r"(?<!\d)\d{3,}+(?::|%(?:25)*3a)[a-z0-9_-]{20,}", re.IGNORECASE)
_URL = re.compile(r"://\S+")
_NAMED = re.compile(
    r"""((?:password|passwd|pwd|secret|token|api_hash)(?:=|%3d|["']\s*:\s*))("[^"]*"|'[^']*'|[^&\s]+)""", re.IGNORECASE
)
_PLACE = re.compile(r"%%|(?:(\w+)=)?%[-#0-9. +]*[a-z]")
SECRET_LENGTH = 16  # characters before @ that are no name: the secret of a proxy
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
    text = _URL.sub(lambda found: "://".join(map(_without_password, found[0].split("://"))), _TOKEN.sub("***", text))
    return _NAMED.sub(r"\1***", text)


def filled(record: logging.LogRecord) -> str:
    """The message with its values; without them where they do not fit, which logging itself would show as they are."""
    try:
        return record.getMessage()
    except Exception as error:  # of whatever the values are
        return f"{record.msg} (its values do not fit: {type(error).__name__})"


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, its traceback too, as a line for a person, and scrubs the result."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be shown."""
        shown = logging.makeLogRecord({**record.__dict__, "msg": filled(record), "args": None})
        return scrub(super().format(shown), self._secrets)


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
            "message": filled(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        shown = {name: scrub(value, self._secrets) if isinstance(value, str) else value for name, value in line.items()}
        return json.dumps(shown, ensure_ascii=False)


def configure_logging(
    level: str, form: Format = "auto", secrets: Iterable[str] = (), *, stream: TextIO | None = None
) -> None:
    """Log to stderr from this level on; libraries only when they warn. What nobody catches is logged too,
    also in threads and where Python can only tell of it on stderr.

    `auto` is text in a terminal and JSON elsewhere; `secrets` are left out wherever they appear.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler.setFormatter(ScrubbingFormatter(secrets) if as_text else JsonFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # what cannot be written would be shown on stderr as it is
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable
    threading.excepthook = _log_in_thread
    for library in ("telethon", "aiogram", "alembic", "apscheduler", "pymorphy3"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    logging.getLogger("dozor").critical("ended by an error that nobody expected", exc_info=(kind, error, traceback))


def _log_in_thread(thrown: threading.ExceptHookArgs) -> None:
    if thrown.exc_type is not SystemExit:
        logging.getLogger("dozor").error("a thread ended by an error that nobody expected", exc_info=thrown.exc_value)


def _log_unraisable(thrown: "sys.UnraisableHookArgs") -> None:
    where = getattr(thrown.object, "__qualname__", type(thrown.object).__qualname__)
    logging.getLogger("dozor").error("an error that nobody could catch, in %s", where, exc_info=thrown.exc_value)


def _without_password(address: str) -> str:
    """What stands behind :// without the password or secret in it."""
    secret, at, rest = address.partition("@")
    if not at:
        return address
    user, colon, _ = secret.partition(":")
    if "/" in user:
        return address
    if colon:
        return f"{user}:***@{address.rpartition('@')[2]}"
    return f"***@{rest}" if len(secret) >= SECRET_LENGTH else address


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """(name, value) of each `name=%s` in the message; what JSON does not know becomes text."""
    if not isinstance(record.args, tuple) or isinstance(record.args, Mapping):
        return
    places = [found[1] for found in _PLACE.finditer(str(record.msg)) if found[0] != "%%"]
    for name, value in zip(places, record.args, strict=False):
        if name:
            with suppress(Exception):  # one that cannot be shown is left out
                yield name, value if isinstance(value, bool | int | float) else str(value)
