"""The loop that reads updates survives what Telegram and the network do to it."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import Message

from bot.polling import Polling
from tests.bot.conftest import PROMPT, Running
from tests.bot.telegram import TOKEN, Chat, ScriptedTelegram

POISON = {"chat_member": {}, "message": {"message_id": "no number"}}


async def test_an_update_that_cannot_be_read_does_not_hide_the_ones_behind_it(running: Running) -> None:
    telegram = ScriptedTelegram()
    good = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "/start"}
    await telegram.give({"update_id": 1, **POISON}, {"update_id": 2, "message": good})
    async with running(telegram):
        await telegram.until_confirmed(2)
    assert [request.method for request in telegram.requests] == ["sendMessage"]


@pytest.mark.parametrize(
    "failure",
    [
        (502, {"ok": False, "description": "Bad Gateway"}),
        (409, {"ok": False, "description": "Conflict: terminated by other getUpdates request"}),
        (200, {"ok": True, "result": "not a list"}),
        (429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 0}}),
    ],
)
async def test_polling_goes_on_after_a_failure(running: Running, failure: tuple[int, dict[str, Any]]) -> None:
    telegram = ScriptedTelegram()
    telegram.failures["getUpdates"] = [failure] * 2
    async with running(telegram):
        assert len(await Chat(telegram).say("/start")) == 1


async def test_a_token_that_nobody_knows_ends_the_loop() -> None:
    telegram = ScriptedTelegram()
    telegram.failures["getUpdates"] = [(401, {"ok": False, "description": "Unauthorized"})]
    with pytest.raises(TelegramUnauthorizedError):
        await Polling(Bot(TOKEN, session=telegram), Dispatcher(), backoff=PROMPT).run()


async def test_stopping_waits_for_the_handler_and_confirms_its_update() -> None:
    telegram, dispatcher = ScriptedTelegram(), Dispatcher()
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @dispatcher.message()
    async def slow(message: Message) -> None:
        begun.set()
        await may_end.wait()
        ended.set()

    polling = Polling(Bot(TOKEN, session=telegram), dispatcher, backoff=PROMPT)
    task = asyncio.create_task(polling.run())
    await telegram.give({"update_id": 9, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}})
    await begun.wait()
    polling.stop()
    assert not task.done()
    may_end.set()
    await task
    assert ended.is_set()
    assert telegram.confirmed == 10


async def test_messages_of_one_chat_are_handled_in_order() -> None:
    telegram, dispatcher = ScriptedTelegram(), Dispatcher()
    seen: list[str | None] = []

    @dispatcher.message()
    async def slower_at_first(message: Message) -> None:
        for _ in range(10 if message.text == "first" else 1):
            await asyncio.sleep(0)
        seen.append(message.text)

    chat = {"id": 7, "type": "private"}
    texts = ["first", "second", "third"]
    await telegram.give(
        *(
            {"update_id": n, "message": {"message_id": n, "date": 1, "chat": chat, "text": t}}
            for n, t in enumerate(texts, 1)
        )
    )
    polling = Polling(Bot(TOKEN, session=telegram), dispatcher, backoff=PROMPT)
    task = asyncio.create_task(polling.run())
    await telegram.until_confirmed(3)
    polling.stop()
    await task
    assert seen == texts


@pytest.mark.parametrize(
    ("status", "description"), [(403, "Forbidden: bot was blocked"), (400, "message is not modified")]
)
async def test_a_reply_that_telegram_refuses_harms_nothing(running: Running, status: int, description: str) -> None:
    async with running() as telegram:
        telegram.failures["sendMessage"] = [(status, {"ok": False, "description": description})]
        assert len(await Chat(telegram).say("/start")) == 1
        assert len(await Chat(telegram).say("/start")) == 1


async def test_a_reply_is_sent_again_after_a_short_wait_that_telegram_asks_for(running: Running) -> None:
    async with running() as telegram:
        refusal = {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
        telegram.failures["sendMessage"] = [(429, refusal)]
        assert [request.method for request in await Chat(telegram).say("/start")] == ["sendMessage"] * 2
