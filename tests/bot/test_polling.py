"""The loop that reads updates survives what Telegram and the network do to it."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramNetworkError, TelegramUnauthorizedError
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import Message

from bot.i18n import translator
from bot.intake import send_reply
from bot.polling import Polling
from tests.bot.conftest import PROMPT, Running
from tests.bot.telegram import TOKEN, Chat, ScriptedTelegram

GOOD = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "/start"}
POISON: list[dict[str, Any]] = [
    {"message": {"message_id": "no number"}},
    {"message": {**GOOD, "forward_origin": {"type": "alien", "date": 1}}},
    {"message": {**GOOD, "rich_message": {"blocks": [{"type": "alien"}]}}},
    {"my_chat_member": {"chat": {"id": 7, "type": "private"}, "date": 1, "new_chat_member": {"status": "alien"}}},
]
"""A known kind of update with a variant that this version of the library does not know, as the next Bot API will have."""


@pytest.mark.parametrize("poison", POISON)
async def test_an_update_that_cannot_be_read_does_not_hide_the_ones_behind_it(
    running: Running, poison: dict[str, Any]
) -> None:
    telegram = ScriptedTelegram()
    await telegram.give({"update_id": 1, **poison}, {"update_id": 2, "message": GOOD})
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


@pytest.mark.parametrize(
    "answer", [(502, {"ok": False, "description": "Bad Gateway"}), (502, ["<html>"]), (200, ["<html>"])]
)
async def test_a_reply_that_telegram_did_not_take_for_no_fault_of_its_own_is_sent_once_more(
    running: Running, answer: tuple[int, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.AGAIN_S", 0.001)
    async with running() as telegram:
        telegram.failures["sendMessage"] = [answer] * 3
        assert [request.method for request in await Chat(telegram).say("/start")] == ["sendMessage"] * 2
        assert len(await Chat(telegram).say("/start")) == 2


@pytest.mark.parametrize(("cause", "times"), [(ConnectionResetError(), 2), (TimeoutError(), 1)])
async def test_a_reply_is_sent_again_when_the_line_broke_and_not_when_nobody_waits_any_more(
    cause: Exception, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.AGAIN_S", 0.001)
    asked: list[TelegramMethod[Any]] = []

    class Broken(ScriptedTelegram):
        async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 -- aiogram's signature
            asked.append(method)
            raise TelegramNetworkError(method=method, message="broken") from cause

    await send_reply(Bot(TOKEN, session=Broken()), SendMessage(chat_id=1, text="hello"))
    assert len(asked) == times


async def test_a_slow_chat_holds_up_no_other_and_is_confirmed_when_it_is_done() -> None:
    telegram, dispatcher = ScriptedTelegram(), Dispatcher()
    may_end, handled = asyncio.Event(), asyncio.Queue[int]()

    @dispatcher.message()
    async def handle(message: Message) -> None:
        if message.chat.id == 1:
            await may_end.wait()
        handled.put_nowait(message.chat.id)

    polling = Polling(Bot(TOKEN, session=telegram), dispatcher, backoff=PROMPT)
    task = asyncio.create_task(polling.run())
    for number in (1, 2, 3):
        chat = {"id": number, "type": "private"}
        await telegram.give({"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat}})
        if number > 1:
            assert await handled.get() == number
    assert telegram.confirmed <= 1, "a crash now must bring the first update again"
    may_end.set()
    await telegram.until_confirmed(3)
    assert await handled.get() == 1
    assert handled.empty()
    polling.stop()
    await task


async def test_a_webhook_that_was_left_behind_is_taken_away(running: Running) -> None:
    telegram = ScriptedTelegram()
    description = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
    telegram.failures["getUpdates"] = [(409, {"ok": False, "description": description})]
    async with running(telegram):
        await Chat(telegram).say("/start")
    assert [request.method for request in telegram.requests] == ["deleteWebhook", "sendMessage"]


async def test_a_flood_from_one_person_gets_few_answers_and_disturbs_nobody(running: Running) -> None:
    telegram = ScriptedTelegram()
    flood = [
        {"update_id": n, "message": {**GOOD, "from": {"id": 7, "is_bot": False, "first_name": "A"}}}
        for n in range(1, 1001)
    ]
    await telegram.give(*flood)
    async with running(telegram):
        await telegram.until_confirmed(1000)
        answered = [request for request in telegram.of("sendMessage") if request.params["chat_id"] == 7]
        assert 60 < len(answered) <= 70
        assert [request.text for request in answered].count(translator("en")("too-fast")) == 1
        assert len(await Chat(telegram, user=8).say("/help")) == 1


async def test_commands_under_pictures_in_a_group_count_too(running: Running) -> None:
    group = {"id": -100500, "type": "supergroup", "title": "Readers"}
    photo = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], "caption": "/help"}
    said = {"message_id": 1, "date": 1, "chat": group, "from": {"id": 7, "is_bot": False, "first_name": "A"}, **photo}
    telegram = ScriptedTelegram()
    await telegram.give(*({"update_id": n, "message": said} for n in range(1, 201)))
    async with running(telegram):
        await telegram.until_confirmed(200)
        assert 60 < len(telegram.of("sendMessage")) <= 70


async def test_what_people_say_to_one_another_counts_for_nothing(running: Running) -> None:
    group = {"id": -100500, "type": "supergroup", "title": "Readers"}
    said = {"message_id": 1, "date": 1, "chat": group, "from": {"id": 7, "is_bot": False, "first_name": "A"}}
    telegram = ScriptedTelegram()
    await telegram.give(*({"update_id": n, "message": {**said, "text": "no command"}} for n in range(1, 201)))
    async with running(telegram):
        await telegram.until_confirmed(200)
        assert telegram.requests == []
        assert len(await Chat(telegram).say("/help")) == 1
