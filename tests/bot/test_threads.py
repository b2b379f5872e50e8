"""In private chats with threads, each topic has one."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.i18n import translator
from monitor.database import Sessions
from monitor.models import Subscriber, Subscription
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, Json, ScriptedTelegram

EN = translator("en")
GROUP = {"id": -100500, "type": "supergroup", "title": "Readers"}


@pytest.fixture
async def threaded(running: Running) -> AsyncIterator[ScriptedTelegram]:
    """The bot has threads in private chats."""
    telegram = ScriptedTelegram()
    telegram.has_threads = True
    async with running(telegram) as scripted:
        yield scripted


async def threads(sessions: Sessions) -> list[tuple[int, str | None]]:
    async with sessions() as session:
        return [(each.thread_id, each.thread_name) for each in await session.scalars(select(Subscription))]


def refused(words: str) -> tuple[int, Json]:
    return 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}


async def test_a_topic_gets_a_thread_which_is_renamed_with_it(
    threaded: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    reader = Chat(threaded)
    said = (await reader.say("/subscribe пожар"))[-1]
    (made,) = threaded.of("createForumTopic")
    assert (made.params["chat_id"], made.params["name"]) == (7, "пожар")
    ((thread, name),) = await threads(sqlite_sessions)
    assert (thread > 0, name) == (True, "пожар")
    card = (await reader.press(said.buttons()[EN("topic-settings")]))[-1]
    await reader.press(card.buttons()[EN("topic-name")])
    await reader.say("🔥 Дым")
    (renamed,) = threaded.of("editForumTopic")
    assert (renamed.params["message_thread_id"], renamed.params["name"]) == (thread, "🔥 Дым")
    assert await threads(sqlite_sessions) == [(thread, "🔥 Дым")]
    threaded.requests.clear()
    await reader.say("/topics")
    assert threaded.of("createForumTopic", "editForumTopic") == []


async def test_a_thread_that_was_deleted_is_made_anew(threaded: ScriptedTelegram, sqlite_sessions: Sessions) -> None:
    reader = Chat(threaded)
    said = (await reader.say("/subscribe пожар"))[-1]
    ((old, _),) = await threads(sqlite_sessions)
    threaded.failures["editForumTopic"] = [refused("TOPIC_ID_INVALID")]
    card = (await reader.press(said.buttons()[EN("topic-settings")]))[-1]
    await reader.press(card.buttons()[EN("topic-name")])
    await reader.say("Дым")
    ((new, name),) = await threads(sqlite_sessions)
    assert (new != old, name) == (True, "Дым")


async def test_a_refusal_costs_no_answer_and_is_tried_again(
    threaded: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    reader = Chat(threaded)
    threaded.failures["createForumTopic"] = [refused("the chat is not a forum"), (200, {"ok": True, "result": "?"})]
    assert (await reader.say("/subscribe пожар"))[-1].text == EN("subscribed", topic="пожар")
    assert (await reader.say("/help"))[-1].text == EN("help")
    assert await threads(sqlite_sessions) == [(0, None)]
    await reader.say("/help")
    assert (await threads(sqlite_sessions))[0][1] == "пожар"


async def test_what_is_said_in_a_thread_is_said_by_the_same_subscriber(
    threaded: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    reader = Chat(threaded)
    await reader.say("/subscribe пожар")
    there = (await reader.say("/topics", is_topic_message=True, message_thread_id=1001))[-1]
    assert there.params["message_thread_id"] == 1001
    assert "пожар" in there.text
    async with sqlite_sessions() as session:
        assert len((await session.scalars(select(Subscriber))).all()) == 1


async def test_a_group_and_a_bot_without_threads_get_none(
    threaded: ScriptedTelegram, running: Running, sqlite_sessions: Sessions
) -> None:
    await Chat(threaded, chat=GROUP).say("/subscribe пожар")
    async with running() as telegram:
        await Chat(telegram, user=8).say("/subscribe пожар")
        assert telegram.of("createForumTopic") == []
    assert threaded.of("createForumTopic") == []
    assert await threads(sqlite_sessions) == [(0, None), (0, None)]
