"""What is logged, for people and for machines."""

import ast
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import log_filter
from bot.log_filter import FIELDS, configure_logging, scrub
from bot.secrecy import secrets_of
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
SECRETS = {
    "telegram": {"api_hash": "hash-of-the-api", "accounts": [{"proxy": "mtproto://ee0123456789abcdef@host:443"}]},
    "bot": {"token": TOKEN, "webhook_secret": "secret-of-the-webhook"},
    "database": {"url": "postgresql://dozor:pass%40word@host/name"},
    "http": {"metrics_token": "token-of-metrics"},
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)


def log(*arguments: Any, stream: io.StringIO | None = None, form: log_filter.Format = "auto", **options: Any) -> str:
    """What one warning leaves on the stream."""
    stream = stream or io.StringIO()
    configure_logging("INFO", form, secrets_of(Settings.model_validate(SECRETS)), stream=stream)
    logging.getLogger("bot.relay").warning(*arguments, **options)
    return stream.getvalue()


def test_a_terminal_is_shown_lines_and_all_else_json() -> None:
    shown = log("listening: account=%s", "main", stream=Terminal())
    assert shown.endswith("WARNING bot.relay: listening: account=main\n")
    assert json.loads(log("listening: account=%s", "main"))["message"] == "listening: account=main"
    assert json.loads(log("it", stream=Terminal(), form="json"))["event"] == "it"
    assert log("it", form="text").endswith("bot.relay: it\n")


def test_fields_of_a_message_stand_beside_it() -> None:
    line = json.loads(log("100 %% wait: chat=%d seconds=%.1f error=%s, %s", 7, 2.5, ValueError("no"), "x"))
    assert (line["chat"], line["seconds"], line["error"]) == (7, 2.5, "no")
    assert line["message"] == "100 % wait: chat=7 seconds=2.5 error=no, x"
    assert line["event"] == "100 %% wait: chat=%d seconds=%.1f error=%s, %s"
    assert (line["level"], line["logger"]) == ("WARNING", "bot.relay")
    assert line["time"].endswith("+00:00")


def test_an_exception_is_one_line_with_its_traceback() -> None:
    try:
        raise RuntimeError(f"cannot reach https://api.telegram.org/bot{TOKEN}/getMe")
    except RuntimeError:
        shown = log("failed", exc_info=True)
    assert shown.count("\n") == 1
    line = json.loads(shown)
    assert "Traceback" in line["exception"]
    assert "getMe" in line["exception"]
    assert TOKEN not in shown


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_of_the_settings_is_logged(form: log_filter.Format) -> None:
    values = [
        "hash-of-the-api",
        "secret-of-the-webhook",
        "token-of-metrics",
        "pass@word",
        "pass%40word",
        "ee0123456789abcdef",
        TOKEN,
    ]
    urls = [
        "mtproto://ee0123456789abcdef@host:443",
        "socks5://me:hidden@host:1",
        "https://t.me/proxy?server=a&secret=ee99&port=1",
    ]
    shown = log("told: %s and error=%s", " ".join(values), " ".join(urls), form=form)
    for secret in [*values, "hidden", "ee99"]:
        assert secret not in shown
    assert "port=1" in shown


def test_what_is_no_secret_stays() -> None:
    words = "https://t.me/ostorozhno_novosti/12 at 10:15, 12:3456789 and you@example.org"
    assert scrub(words, ["", "at"]) == words


def test_what_nobody_catches_is_logged() -> None:
    stream = io.StringIO()
    configure_logging("INFO", stream=stream)
    try:
        raise KeyError(TOKEN)
    except KeyError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    line = json.loads(stream.getvalue())
    assert (line["level"], "KeyError" in line["exception"], TOKEN in stream.getvalue()) == ("CRITICAL", True, False)


def test_messages_name_only_the_fields_that_are_documented() -> None:
    named: set[str] = set()
    for file in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("monitor/**/*.py")]:
        named.update(name for event in _events(file) for name in log_filter._PLACE.findall(event) if name)
    assert named == FIELDS


def _events(file: Path) -> Iterator[str]:
    """The messages of calls of a logger, and of what is handed one."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and "logger" in {
            ast.unparse(node.func).partition(".")[0],
            *map(ast.unparse, node.args[:1]),
        }:
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
