"""What somebody might send to get at the database behind the bot, on each database: everything is answered, nothing is a fault."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fuzz.test_telegram import CHAT, ME, PREFIXES, READER, Nobody
from tests.postgres import Postgres

COMMANDS = (
    *("/start", "/search", "/subscribe", "/watch", "/unwatch", "/last", "/stats", "/snooze", "/quiet", "/feed"),
    *("/limit", "/story", "/export", "/join", "/broadcast", "/topics", ""),
)
ILL = (
    "a\x00b",
    "\x00",
    "\ud800",
    "x" * 4000,
    "\U0001f600" * 900,
    "'; DROP TABLE posts; --",
    "%s%s%n {0}",
    "<b>x</b>&amp;",
    "9" * 400,
    "-9223372036854775809",
    "-100" + "9" * 30,
    "--5",
    "²",
    "\u202e",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def anybody(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nobody]:
    here = f"sqlite:///{tmp_path_factory.mktemp('ill') / 'dozor.db'}"
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    nobody = Nobody(server.new_database() if server else here)
    yield nobody
    nobody.close()


def say(anybody: Nobody, text: str, **reader: Any) -> None:
    anybody.take(message={"message_id": 5, "date": 1, "chat": CHAT, "from": {**READER, **reader}, "text": text})


@pytest.mark.parametrize("ill", ILL, ids=range(len(ILL)))
def test_ill_words_after_any_command_are_answered(anybody: Nobody, ill: str) -> None:
    for command in COMMANDS:
        say(anybody, f"{command} {ill}".strip())
    anybody.take(inline_query={"id": "1", "from": READER, "query": ill[:256], "offset": ill[:9]})
    assert anybody.faults == []


@pytest.mark.parametrize("ill", ILL, ids=range(len(ILL)))
def test_ill_names_and_buttons_are_answered(anybody: Nobody, ill: str) -> None:
    say(anybody, "/start", first_name=ill[:64], username=ill[:32], language_code=ill[:8])
    message = {"message_id": 5, "date": 1, "chat": CHAT, "from": ME, "text": "…"}
    for prefix in PREFIXES:
        for data in (f"{prefix}:{ill}", f"{prefix}:1:{ill}"):
            press = {"id": "1", "from": READER, "chat_instance": "1", "data": data[:64], "message": message}
            anybody.take(callback_query=press)
    assert anybody.faults == []
