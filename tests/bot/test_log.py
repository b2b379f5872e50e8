"""What is logged, for people and for machines."""

import ast
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import log_filter
from bot.__main__ import main
from bot.cli import COMMANDS
from bot.log_filter import FIELDS, configure_logging, scrub
from bot.secrecy import secrets_of
from bot.settings import Settings
from monitor import reindexing

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
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for owner, name in [
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (logging, "raiseExceptions"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    yield
    root.handlers[:] = handlers
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


def fail() -> None:
    raise RuntimeError(f"GET https://api.telegram.org/bot{TOKEN}/getMe")


def fail_in_a_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def fail_where_nobody_can_catch() -> None:
    class Failing:
        def __del__(self) -> None:
            fail()

    Failing()


@pytest.mark.parametrize("failing", [fail_in_a_thread, fail_where_nobody_can_catch])
def test_what_python_would_only_show_on_stderr_is_logged(
    failing: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    configure_logging("INFO", "json", stream=stream)
    failing()
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (line["level"], line["logger"]) == ("ERROR", "dozor")
    assert "RuntimeError: GET https://api.telegram.org/bot***/getMe" in line["exception"]
    assert capfd.readouterr().err == ""


def test_a_thread_may_end_itself() -> None:
    stream = io.StringIO()
    configure_logging("INFO", stream=stream)
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert stream.getvalue() == ""


class Unspeakable:
    def __str__(self) -> str:
        raise KeyError(TOKEN)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "arguments",
    [("delivery=%d", f"bot{TOKEN}"), ("one", f"bot{TOKEN}"), ("error=%s", Unspeakable())],
    ids=["type", "number", "words"],
)
def test_a_line_whose_values_do_not_fit_is_logged_without_them(
    arguments: tuple[Any, ...], form: log_filter.Format, capfd: pytest.CaptureFixture[str]
) -> None:
    shown = log(*arguments, form=form)
    assert f"{arguments[0]} (its values do not fit: " in shown
    assert TOKEN not in shown
    assert capfd.readouterr().err == ""


def test_a_log_that_cannot_be_written_shows_nothing_elsewhere(capfd: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logging("INFO", stream=stream)
    stream.close()
    logging.getLogger("bot.relay").warning("told: %s", TOKEN)
    assert capfd.readouterr().err == ""


def test_libraries_are_heard_only_when_they_warn() -> None:
    stream = io.StringIO()
    configure_logging("DEBUG", stream=stream)
    for library in (
        "apscheduler.scheduler",
        "aiogram.event",
        "telethon.network",
        "alembic.runtime",
        "pymorphy3.opencorpora",
    ):
        logging.getLogger(library).info("every five minutes")
    assert stream.getvalue() == ""
    logging.getLogger("apscheduler.scheduler").warning("missed")
    assert "missed" in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/getMe", "https://api.telegram.org/bot***/getMe"),
        (f"/file/bot{TOKEN}/photos/1.jpg", "/file/bot***/photos/1.jpg"),
        (f"bot{TOKEN.replace(':', '%3A')}/getMe", "bot***/getMe"),
        (f"bot{TOKEN.replace(':', '%253a')}/getMe", "bot***/getMe"),
        ("postgresql://me:pa/ss@word@host/db", "postgresql://me:***@host/db"),
        ("redis://:hidden@host", "redis://:***@host"),
        ("from socks5://me:hidden@host:1,mtproto://ee0123456789abcdef@host:2", "from socks5://me:***@host:1,mtproto://***@host:2"),
        ("postgresql://host/db?user=me&password=hidden&ssl=on", "postgresql://host/db?user=me&password=***&ssl=on"),
        ("user=me password='hid den' host=h", "user=me password=*** host=h"),
        ("{'user': 'me', 'password': 'hid, den', 'webhook_secret': \"x\"}", "{'user': 'me', 'password': ***, 'webhook_secret': ***}"),
        ("postgresql://dozor@127.0.0.1:5432/name", "postgresql://dozor@127.0.0.1:5432/name"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_no_longer_there(text: str, shown: str) -> None:
    assert scrub(text) == shown


@pytest.mark.parametrize(
    "part",
    ["1", "1:", "123:a", "123%25", "://", "://a:", "://a@", "password", "password='", 'secret="', "token' ", "@", "a"],
)
def test_a_long_text_is_scrubbed_in_one_go(part: str) -> None:
    """What grew with the square of the length would take hours here, and end by the limit of every test."""
    text = part * (1_000_000 // len(part))
    assert scrub(text)
    assert scrub(f"://a:{text}")


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


def test_what_ends_the_process_that_indexes_anew_is_logged_as_all_else(capfd: pytest.CaptureFixture[str]) -> None:
    alike = partial(configure_logging, "INFO", "json", ["must begin"])
    ends = get_context("spawn").Process(target=reindexing._reindex_url, args=("no-database://host/name", alike))
    ends.start()
    ends.join()
    (line,) = map(json.loads, capfd.readouterr().err.splitlines())
    assert (ends.exitcode, line["level"], line["logger"]) == (1, "ERROR", "monitor.reindexing")
    assert "The database url *** with" in line["exception"]


def test_an_error_that_ends_the_command_line_is_told_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise OperationalError("SELECT", None, Exception("no route to 5432: user=dozor password=hunter2hunter2"))

    monkeypatch.setitem(COMMANDS, "check", ("", lambda parser: parser.set_defaults(run=refuse)))
    assert main(["check"]) == 1
    assert "no route to 5432: user=dozor password=***" in capsys.readouterr().err
