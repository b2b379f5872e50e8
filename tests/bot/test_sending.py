"""What is tried where Telegram refuses, and what is known of a request that it did not answer."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import sending
from bot.delivery_bot import create_bot
from bot.reactions import Letter, Medium
from bot.settings import BotSettings
from bot.views import Rendered
from monitor.claims import LEASE
from monitor.outcomes import Outcome, Sent, Snoozed, Unreached, Unsure
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.conftest import NOW

WORD = Letter(1, 0, Rendered("текст", []))
PAGE = "<html><head><title>Bad Gateway</title></head></html>"


async def send_to(port: int, letter: Letter = WORD) -> Outcome:
    settings = BotSettings.model_validate({"token": TOKEN, "api_url": f"http://127.0.0.1:{port}"})
    async with create_bot(settings) as bot:
        outcome = await sending.attempt(bot, letter, lambda: NOW)
    assert isinstance(outcome, Outcome)
    return outcome


async def answered(
    status: int, body: str | bytes, *, letter: Letter = WORD, headers: dict[str, str] | None = None
) -> Outcome:
    """What becomes of a letter whose first request is answered so, and any other by Telegram."""
    message = {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}}
    answers = iter([web.Response(status=status, body=body, headers=headers)])

    async def answer(_: web.Request) -> web.Response:
        return next(answers, None) or web.json_response({"ok": True, "result": message})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server:
        assert server.port is not None
        return await send_to(server.port, letter)


async def test_a_gateway_that_speaks_in_characters_of_its_own_is_understood_by_its_status() -> None:
    said = await answered(502, "<h1>Шлюз не отвечает</h1>".encode("cp1251"))
    assert said == Unreached("502 Bad Gateway", perhaps=True)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (502, PAGE, Unreached("502 Bad Gateway", perhaps=True)),
        (520, PAGE, Unreached("520", perhaps=True)),
        (500, '{"ok": false}', Unreached("500 Internal Server Error", perhaps=True)),
        (403, PAGE, Unsure("an answer that cannot be read")),
        (200, PAGE, Unsure("an answer that cannot be read")),
    ],
)
async def test_a_page_of_a_gateway_counts_as_what_its_status_says(status: int, body: str, expected: Outcome) -> None:
    assert await answered(status, body) == expected


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (429, PAGE, 5),
        (429, '{"ok": false, "error_code": 429, "description": "Too Many Requests"}', 5),
        (429, '{"ok": false, "description": "Too Many Requests: retry after 0", "parameters": {"retry_after": 0}}', 1),
        (429, '{"ok": false, "description": "Too Many Requests: retry after 7"}', 7),
        (420, '{"ok": false, "error_code": 420, "description": "FLOOD_WAIT_9"}', 9),
    ],
)
async def test_who_is_too_fast_waits_and_spends_no_attempt_in_whatever_words(
    status: int, body: str, seconds: int
) -> None:
    outcome = await answered(status, body)
    assert isinstance(outcome, Snoozed)
    assert outcome.until == NOW + timedelta(seconds=seconds)


async def test_pictures_that_are_too_large_for_a_gateway_leave_the_text() -> None:
    shown = replace(WORD, media=(Medium(3, "photo", b"jpeg", None),))
    assert await answered(413, PAGE, letter=shown) == Sent(5)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_for_it_would_lose_what_is_asked(status: int) -> None:
    outcome = await answered(status, "", headers={"Location": "/bot42:TEST/sendMessage"})
    assert isinstance(outcome, Unreached)
    assert outcome.error.endswith("[bot] api_url leads elsewhere")


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


def test_a_lease_outlasts_all_forms_of_a_message_however_slow_the_answers_are() -> None:
    assert LEASE.total_seconds() > sending.UPLOAD_TIMEOUT + sending.TRIES * sending.TIMEOUT


async def test_whatever_telegram_dislikes_at_once_the_text_arrives() -> None:
    telegram = ScriptedTelegram()
    said = [
        "BALANCE_TOO_LOW",
        "message thread not found",
        "message thread not found",
        "PHOTO_INVALID",
        "can't parse entities",
        "BUTTON_DATA_INVALID",
    ]
    refusals = [(400, {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}) for words in said]
    telegram.failures |= {"sendPhoto": refusals[:4], "sendMessage": refusals[4:]}
    button = InlineKeyboardButton(text="…", callback_data="…")
    markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
    rendered = Rendered("текст", [MessageEntity(type="bold", offset=0, length=5)], markup)
    letter = Letter(1, 5, rendered, media=(Medium(1, "photo", b"jpeg", None),))

    async def rehouse(letter: Letter) -> Letter:
        return replace(letter, thread_id=6)

    outcome = await sending.attempt(Bot(TOKEN, session=telegram), letter, lambda: NOW, paid=True, rehouse=rehouse)
    assert isinstance(outcome, Sent)
    threads = [request.params.get("message_thread_id") for request in telegram.requests]
    assert threads == [5, 5, 6, None, None, None, None]
    assert [request.params.get("allow_paid_broadcast") for request in telegram.requests] == [True, *[None] * 6]
    assert telegram.requests[-1].text == "текст"
