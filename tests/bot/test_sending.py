"""What is known of a request that was not answered."""

import socket

import pytest

from bot import sending
from bot.delivery_bot import create_bot
from bot.reactions import Letter
from bot.settings import BotSettings
from bot.views import Rendered
from monitor.outcomes import Outcome, Unreached, Unsure
from tests.bot.telegram import TOKEN
from tests.conftest import NOW


async def send_to(port: int) -> Outcome:
    settings = BotSettings.model_validate({"token": TOKEN, "api_url": f"http://127.0.0.1:{port}"})
    async with create_bot(settings) as bot:
        outcome = await sending.attempt(bot, Letter(1, 0, Rendered("текст", [])), lambda: NOW)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize(("takes", "expected"), [(False, Unreached), (True, Unsure)])
async def test_what_never_left_is_told_from_what_was_not_answered(
    monkeypatch: pytest.MonkeyPatch, takes: bool, expected: type[Outcome]
) -> None:
    monkeypatch.setattr("bot.delivery_bot.CONNECTING_S", 0.5)
    monkeypatch.setattr(sending, "TIMEOUT", 2)
    with socket.create_server(("127.0.0.1", 0), backlog=100 if takes else 0) as server, socket.socket() as first:
        port = server.getsockname()[1]
        if not takes:  # whoever comes after it finds no room, and is not answered
            first.connect(("127.0.0.1", port))
        assert isinstance(await send_to(port), expected)
