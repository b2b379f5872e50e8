"""A sandbox with one bot, one person who has started it, and python-telegram-bot as a client that shares no code with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import telegram
from telegram.request import HTTPXRequest

from sandbox.chats import Person
from sandbox.telegram import Sandbox

TOKEN = "4242:loopback"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x40\x00\x00\x00\x20\x08\x02\x00\x00\x00"


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(state=tmp_path) as running:
        running.add_bot(TOKEN)
        yield running


@pytest.fixture
def leyla(sandbox: Sandbox) -> Person:
    """Somebody who has started the bot; what she said is confirmed."""
    person = sandbox.chats.add_person("Leyla", language_code="ru")
    sandbox.chats.say(person, "/start")
    sandbox.chats.bots[TOKEN].updates.clear()
    return person


@pytest.fixture
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[telegram.Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    base = sandbox.bot_api_url
    usual, polls = HTTPXRequest(connection_pool_size=8, read_timeout=10), HTTPXRequest()
    client = telegram.Bot(TOKEN, f"{base}/bot", f"{base}/file/bot", request=usual, get_updates_request=polls)
    async with client:
        yield client
