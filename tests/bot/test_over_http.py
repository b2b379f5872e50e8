"""The bot over real HTTP, in the sandbox's Telegram: aiogram's own session, real long polling, the server's own checks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.delivery_bot import create_bot
from bot.dispatcher import create_dispatcher
from bot.i18n import translator
from bot.menu import publish_menu
from bot.polling import Polling
from bot.settings import BotSettings
from monitor.database import Sessions
from sandbox.telegram import Sandbox

TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
RU = translator("ru")


class Inbox:
    """What happens in the sandbox's chats, waited for by kind."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._happened: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        sandbox.chats.subscribe(lambda kind, detail: self._happened.put_nowait((kind, detail)))

    async def next(self, wanted: str) -> dict[str, Any]:
        """The next thing of this kind that the bot did."""
        while True:
            kind, detail = await self._happened.get()
            if kind == wanted and (kind != "message" or detail["from"]["is_bot"]):
                return detail


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as running:
        running.add_bot(TOKEN)
        yield running


@pytest.fixture
async def polling(sandbox: Sandbox, sqlite_sessions: Sessions) -> AsyncIterator[Polling]:
    settings = BotSettings.model_validate({"token": TOKEN, "api_url": sandbox.bot_api_url})
    bot = create_bot(settings)
    polling = Polling(bot, create_dispatcher(sqlite_sessions, settings))
    await publish_menu(bot)
    yield polling
    await bot.session.close()


@pytest.fixture
async def served(polling: Polling) -> AsyncIterator[None]:
    """The bot answers while the test runs."""
    task = asyncio.create_task(polling.run())
    yield
    polling.stop()
    await task


def button(message: dict[str, Any], matches: Callable[[str], bool] = lambda _: True) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(item["callback_data"]) for row in rows for item in row if matches(item["text"]))


@pytest.mark.usefixtures("served")
async def test_a_reader_subscribes_and_unsubscribes_by_a_button(sandbox: Sandbox) -> None:
    inbox, reader = Inbox(sandbox), sandbox.chats.add_person("Лейла", language_code="ru")
    sandbox.chats.say(reader, "/subscribe посольство")
    assert (await inbox.next("message"))["text"] == RU("subscribed", topic="посольство")
    sandbox.chats.say(reader, "/unsubscribe")
    asked = await inbox.next("message")
    sandbox.chats.press(reader, reader.id, asked["message_id"], button(asked))
    await inbox.next("answer")
    assert (await inbox.next("edited"))["text"] == RU("topic-ended", topic="посольство")


@pytest.mark.usefixtures("served")
async def test_a_language_is_chosen_by_a_button(sandbox: Sandbox) -> None:
    inbox, reader = Inbox(sandbox), sandbox.chats.add_person("John")
    sandbox.chats.say(reader, "/language")
    asked = await inbox.next("message")
    sandbox.chats.press(reader, reader.id, asked["message_id"], button(asked, lambda text: text == "Русский"))
    assert (await inbox.next("edited"))["text"] == RU("language-chosen")


async def test_updates_that_are_done_with_are_confirmed_at_the_end(sandbox: Sandbox, polling: Polling) -> None:
    inbox, reader = Inbox(sandbox), sandbox.chats.add_person("John")
    task = asyncio.create_task(polling.run())
    sandbox.chats.say(reader, "/start")
    await inbox.next("message")
    polling.stop()
    await task
    assert sandbox.chats.add_bot(TOKEN).updates == []
