"""A group becomes a supergroup while the bot is in it."""

import pytest
from sqlalchemy import select

from monitor import quiet
from monitor.database import Sessions
from monitor.models import Delivery, Subscriber
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, ScriptedTelegram
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

OLD, NEW = -5, -1005
MOVED = (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": NEW})
BEFORE = {"id": OLD, "type": "group", "title": "Readers"}
AFTER = {"id": NEW, "type": "supergroup", "title": "Readers"}


@pytest.fixture
def delivering(sqlite_sessions: Sessions) -> Delivering:
    return Delivering(sqlite_sessions)


@pytest.fixture(autouse=True)
async def watched(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "дрон", chat_id=OLD)


async def chats(sessions: Sessions) -> list[tuple[int, str]]:
    async with sessions() as session:
        return [(each.chat_id, each.locale) for each in await session.scalars(select(Subscriber))]


async def test_a_message_to_the_old_chat_moves_its_people_and_goes_to_the_new_one(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(MOVED)
    await arrive(sqlite_sessions, arrival(1, "дрон прилетел"))
    await delivering.step()
    await delivering.step()
    sent = delivering.telegram.of("sendMessage")
    assert [request.params["chat_id"] for request in sent] == [OLD, NEW]
    assert sent[0].text == sent[1].text


async def test_what_waits_in_the_new_chat_is_not_lost_by_the_move(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await subscribe(sqlite_sessions, "катер", chat_id=NEW)
    async with sqlite_sessions.begin() as session:
        twin = (await session.scalars(select(Subscriber).where(Subscriber.chat_id == NEW))).one()
        quiet.set_snooze(twin, "2h", NOW)
    await arrive(sqlite_sessions, arrival(1, "катер ушёл"))
    await delivering.step(1)
    delivering.fail(MOVED)
    await arrive(sqlite_sessions, arrival(2, "дрон прилетел"))
    await delivering.step(1)
    await delivering.step(3 * 3600)
    said = [request.text for request in delivering.telegram.of("sendMessage") if request.params["chat_id"] == NEW]
    assert any("катер" in text for text in said)
    assert any("дрон" in text for text in said)


async def test_an_edit_after_the_move_touches_no_message_of_the_new_chat(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, "дрон прилетел"))
    await delivering.step(1)
    delivering.fail(MOVED, method="editMessageText")
    await arrive(sqlite_sessions, arrival(1, "дрон прилетел и улетел", edit_date=NOW), now=NOW)
    await delivering.step(60)
    (edited,) = delivering.telegram.of("editMessageText")
    assert edited.params["chat_id"] == OLD
    assert await chats(sqlite_sessions) == [(NEW, "ru")]
    async with sqlite_sessions() as session:
        update = (await session.scalars(select(Delivery).where(Delivery.kind == "update"))).one()
        assert (update.state, update.settled_at is None) == ("refused", False)


@pytest.mark.parametrize("order", ["old first", "new first"])
@pytest.mark.parametrize("access", ["open", "closed"])
async def test_a_group_that_says_so_moves_at_once(
    running: Running, sqlite_sessions: Sessions, order: str, access: str
) -> None:
    telegram = ScriptedTelegram()
    said = [
        (Chat(telegram, chat=BEFORE), {"migrate_to_chat_id": NEW}),
        (Chat(telegram, chat=AFTER), {"migrate_from_chat_id": OLD}),
    ]
    async with running(telegram, access=access):
        for chat, words in said if order == "old first" else reversed(said):
            assert await chat.say(None, **words) == []
            assert await chats(sqlite_sessions) == [(NEW, "ru")]
