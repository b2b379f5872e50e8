"""What is tried where Telegram refuses, and what is known of a request that it did not answer."""

import asyncio
import socket
from dataclasses import replace

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot import sending
from bot.delivery_bot import create_bot
from bot.reactions import Letter, Medium
from bot.settings import BotSettings
from bot.views import Rendered
from monitor.outcomes import Outcome, Sent, Unreached, Unsure
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.conftest import NOW


async def send_to(port: int) -> Outcome:
    settings = BotSettings.model_validate({"token": TOKEN, "api_url": f"http://127.0.0.1:{port}"})
    async with create_bot(settings) as bot:
        outcome = await sending.attempt(bot, Letter(1, 0, Rendered("текст", [])), lambda: NOW)
    assert isinstance(outcome, Outcome)
    return outcome


async def test_a_gateway_that_speaks_in_characters_of_its_own_is_an_answer_that_cannot_be_read() -> None:
    page = "<h1>Шлюз не отвечает</h1>".encode("cp1251")
    head = f"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + page)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        assert await send_to(server.sockets[0].getsockname()[1]) == Unsure("an answer that cannot be read")


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


async def test_whatever_telegram_dislikes_at_once_the_text_arrives() -> None:
    telegram = ScriptedTelegram()
    said = [
        "message thread not found",
        "message thread not found",
        "PHOTO_INVALID",
        "can't parse entities",
        "BUTTON_DATA_INVALID",
    ]
    refusals = [(400, {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}) for words in said]
    telegram.failures |= {"sendPhoto": refusals[:3], "sendMessage": refusals[3:]}
    button = InlineKeyboardButton(text="…", callback_data="…")
    markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
    rendered = Rendered("текст", [MessageEntity(type="bold", offset=0, length=5)], markup)
    letter = Letter(1, 5, rendered, media=(Medium(1, "photo", b"jpeg", None),))

    async def rehouse(letter: Letter) -> Letter:
        return replace(letter, thread_id=6)

    outcome = await sending.attempt(Bot(TOKEN, session=telegram), letter, lambda: NOW, rehouse=rehouse)
    assert isinstance(outcome, Sent)
    threads = [request.params.get("message_thread_id") for request in telegram.requests]
    assert threads == [5, 6, None, None, None, None]
    assert telegram.requests[-1].text == "текст"
