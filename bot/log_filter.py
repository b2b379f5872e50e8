"""Logging for a person at a terminal; whatever looks like a bot token never gets out."""

import logging
import re
import sys

_TOKEN = re.compile(r"\b\d{3,}:[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")


def scrub(text: str) -> str:
    """The text with tokens and passwords in urls replaced."""
    return _PASSWORD.sub(r"\1***@", _TOKEN.sub("***", text))


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, its traceback too, and scrubs the result."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be shown."""
        return scrub(super().format(record))


def configure_logging(level: str) -> None:
    """Log to stderr from this level on; libraries only when they warn."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ScrubbingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in ("telethon", "aiogram", "alembic", "pymorphy3"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLevelName(level)))
