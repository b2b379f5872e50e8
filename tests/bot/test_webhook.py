"""Telegram brings the updates: none is lost, none comes for ever, and nobody else may bring any."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import Message

from bot.delivery_bot import create_bot
from bot.dispatcher import create_dispatcher
from bot.http import HttpServer
from bot.i18n import translator
from bot.origins import Origins
from bot.serving import create_webhook
from bot.settings import BotSettings
from bot.webhook import SECRET_HEADER, Webhook, WebhookError, secret_of
from monitor.database import Sessions
from sandbox.telegram import Sandbox
from tests.bot.conftest import PROMPT
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.bot.test_over_http import Inbox
from tests.bot.test_polling import POISON

SECRET = "a-secret-of-the-webhook"
URL = "https://bot.example.org/telegram"
BY_DEFAULT = Origins(BotSettings().webhook_networks, BotSettings().webhook_proxies)


class Taking:
    """A webhook behind a real HTTP server, whose handler waits for `may_end`."""

    def __init__(self) -> None:
        self.telegram, dispatcher = ScriptedTelegram(), Dispatcher()
        self.begun, self.may_end = asyncio.Queue[str | None](), asyncio.Event()
        self.ended: list[str | None] = []
        self.may_end.set()
        dispatcher.message.register(self._handle)
        self.webhook = Webhook(Bot(TOKEN, session=self.telegram), dispatcher, URL, SECRET, BY_DEFAULT)
        self.server = HttpServer("127.0.0.1", 0, [self.webhook.route()])
        self.tasks = [asyncio.create_task(self.webhook.run()), asyncio.create_task(self.server.run())]

    async def _handle(self, message: Message) -> None:
        self.begun.put_nowait(message.text)
        await self.may_end.wait()
        self.ended.append(message.text)

    def let_end_what_has_begun(self) -> None:
        self.may_end.set()
        self.may_end.clear()

    def stop(self) -> None:
        self.webhook.stop()
        self.server.stop()

    async def bring(self, body: Any, secret: str = SECRET, **headers: str) -> int:
        """The status that an update is answered with."""
        address = f"http://127.0.0.1:{await self.server.port}/telegram"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, json=body, headers={SECRET_HEADER: secret, **headers}) as answer,
        ):
            return answer.status


@pytest.fixture
async def taking() -> AsyncIterator[Taking]:
    taking = Taking()
    yield taking
    taking.stop()
    await asyncio.gather(*taking.tasks)


def message(number: int, text: str = "hello", chat: int = 7) -> dict[str, Any]:
    said = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": said}


async def test_telegram_is_told_where_to_bring_what_and_how_it_proves_itself(taking: Taking) -> None:
    assert await taking.bring(message(1)) == 200
    (told,) = taking.telegram.of("setWebhook")
    assert told.params["url"] == URL
    assert told.params["secret_token"] == SECRET
    assert told.params["allowed_updates"] == ["message"]


@pytest.mark.parametrize("secret", ["", "another", "чужой"])
async def test_nobody_but_telegram_brings_updates(taking: Taking, secret: str) -> None:
    assert await taking.bring(message(1), secret) == 403
    assert taking.begun.empty()


async def test_whom_a_proxy_forwards_for_is_asked_for_the_address(
    taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    assert await taking.bring(message(1), "another", **{"X-Forwarded-For": "203.0.113.7"}) == 403
    assert caplog.text == "", "strangers do not fill the log"
    assert await taking.bring(message(1), **{"X-Forwarded-For": "149.154.167.220, 203.0.113.7"}) == 403
    assert "is refused" in caplog.text
    assert "203.0.113.7" in caplog.text
    assert taking.begun.empty()
    assert await taking.bring(message(1), **{"X-Forwarded-For": "203.0.113.7, 149.154.167.220"}) == 200
    assert taking.ended == ["hello"]


@pytest.mark.parametrize("body", [[], {}, {"update_id": "one"}, "text"])
async def test_what_is_no_update_is_refused(taking: Taking, body: Any) -> None:
    assert await taking.bring(body) == 400


@pytest.mark.parametrize("poison", POISON)
async def test_an_update_that_cannot_be_read_is_taken_once_and_logged(
    taking: Taking, poison: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert await taking.bring({"update_id": 1, **poison}) == 200
    assert "left out: update=1" in caplog.text
    assert await taking.bring({"update_id": 1, **poison}) == 200
    assert await taking.bring(message(2)) == 200
    assert taking.ended == ["hello"]


async def test_an_update_that_is_brought_twice_is_handled_once(taking: Taking) -> None:
    for _ in range(2):
        assert await taking.bring(message(1)) == 200
    assert taking.ended == ["hello"]


async def test_a_repeat_is_answered_when_what_it_repeats_is_done_with(taking: Taking) -> None:
    taking.may_end.clear()
    brought = [asyncio.create_task(taking.bring(message(1)))]
    assert await taking.begun.get() == "hello"
    brought += [
        asyncio.create_task(taking.bring(message(1))),
        asyncio.create_task(taking.bring(message(2, "other", 8))),
    ]
    assert await taking.begun.get() == "other"
    answered, _ = await asyncio.wait(brought, timeout=0.2)
    assert not answered, "whoever is told that it is done with does not bring it again after a kill"
    taking.may_end.set()
    assert await asyncio.gather(*brought) == [200] * 3
    assert sorted(map(str, taking.ended)) == ["hello", "other"]


async def test_what_comes_while_the_second_of_a_chat_is_handled_waits_for_it(taking: Taking) -> None:
    taking.may_end.clear()
    brought = [asyncio.create_task(taking.bring(message(1, "first")))]
    assert await taking.begun.get() == "first"
    brought += [asyncio.create_task(taking.bring(message(2, "second")))]
    brought += [asyncio.create_task(taking.bring(message(3, "other", chat=8)))]
    assert await taking.begun.get() == "other"
    taking.let_end_what_has_begun()
    assert await taking.begun.get() == "second"
    brought += [asyncio.create_task(taking.bring(message(4, "third")))]
    brought += [asyncio.create_task(taking.bring(message(5, "another", chat=9)))]
    assert await taking.begun.get() == "another"
    assert taking.begun.empty(), "the third waits for the second"
    taking.may_end.set()
    assert await asyncio.gather(*brought) == [200] * 5
    assert [text for text in taking.ended if text in ("first", "second", "third")] == ["first", "second", "third"]


async def test_messages_of_one_chat_are_handled_in_order_and_those_of_another_at_once(taking: Taking) -> None:
    taking.may_end.clear()
    first = asyncio.create_task(taking.bring(message(1, "first")))
    assert await taking.begun.get() == "first"
    second = asyncio.create_task(taking.bring(message(2, "second")))
    other = asyncio.create_task(taking.bring(message(3, "other", chat=8)))
    assert await taking.begun.get() == "other"
    assert taking.begun.empty(), "the second waits for the first"
    taking.may_end.set()
    assert await asyncio.gather(first, second, other) == [200, 200, 200]


async def test_stopping_lets_the_handler_end_and_refuses_what_comes_now(taking: Taking) -> None:
    taking.may_end.clear()
    under_way = asyncio.create_task(taking.bring(message(1)))
    await taking.begun.get()
    taking.webhook.stop()
    assert await taking.bring(message(2)) == 503, "Telegram brings it again after the next start"
    taking.server.stop()
    taking.may_end.set()
    assert await under_way == 200
    await asyncio.gather(*taking.tasks)
    assert taking.ended == ["hello"]


async def test_the_webhook_is_announced_until_telegram_can_be_reached() -> None:
    telegram, told = ScriptedTelegram(), asyncio.Event()
    telegram.failures["setWebhook"] = [(502, {"ok": False, "description": "Bad Gateway"})] * 2
    telegram.on_result["setWebhook"] = told.set
    webhook = Webhook(Bot(TOKEN, session=telegram), Dispatcher(), URL, SECRET, BY_DEFAULT, backoff=PROMPT)
    task = asyncio.create_task(webhook.run())
    await told.wait()
    webhook.stop()
    await task
    assert len(telegram.of("setWebhook")) == 3


@pytest.mark.parametrize(
    ("status", "error"), [(400, WebhookError), (401, TelegramUnauthorizedError)], ids=["address", "token"]
)
async def test_what_telegram_does_not_take_is_said_at_start(status: int, error: type[Exception]) -> None:
    telegram = ScriptedTelegram()
    telegram.failures["setWebhook"] = [(status, {"ok": False, "description": "Bad Request: bad webhook"})]
    with pytest.raises(error):
        await Webhook(Bot(TOKEN, session=telegram), Dispatcher(), URL, SECRET, BY_DEFAULT).run()


async def test_a_person_is_answered_over_the_webhook_of_the_sandbox(sqlite_sessions: Sessions) -> None:
    token, port = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", free_port()
    async with Sandbox() as sandbox:
        sandbox.add_bot(token)
        url = f"http://127.0.0.1:{port}/telegram"
        settings = BotSettings.model_validate({"token": token, "api_url": sandbox.bot_api_url, "webhook_url": url})
        bot = create_bot(settings)
        webhook = create_webhook(bot, create_dispatcher(sqlite_sessions, settings), settings)
        assert webhook is not None
        server = HttpServer("127.0.0.1", port, [webhook.route()])
        tasks = [asyncio.create_task(server.run()), asyncio.create_task(webhook.run())]
        inbox, reader = Inbox(sandbox), sandbox.chats.add_person("John")
        sandbox.chats.say(reader, "/help")
        assert (await inbox.next("message"))["text"] == translator("en")("help")
        webhook.stop()
        server.stop()
        await asyncio.gather(*tasks)
        await bot.session.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def test_without_a_secret_one_is_made_of_the_token() -> None:
    assert secret_of("1:a") != secret_of("1:b")
    assert len(secret_of("1:a")) == 64
