"""What is owed to a thread that somebody deleted."""

from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from bot.i18n import translator
from monitor import subscribers, subscriptions
from monitor.database import Sessions
from monitor.models import ChatKind, Delivery, DeliveryKind, DeliveryState, Subscriber, Subscription
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

FORUM = -1005
GONE = (400, "Bad Request: message thread not found", {})
NO_RIGHTS = (400, "Bad Request: not enough rights to create a topic", {})


@pytest.fixture
def delivering(sqlite_sessions: Sessions) -> Delivering:
    return Delivering(sqlite_sessions)


@pytest.fixture(autouse=True)
async def watched(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)


@pytest.fixture
async def forum(sqlite_sessions: Sessions) -> None:
    """Thread 5 of a forum waits for posts."""
    await follow(sqlite_sessions, 5, "посольство")


async def follow(sessions: Sessions, thread: int, query: str) -> None:
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, FORUM, thread, ChatKind.GROUP, "ru", NOW)
        await subscriptions.subscribe(session, subscriber, query, NOW)


def places(delivering: Delivering) -> list[Any]:
    return [request.params.get("message_thread_id") for request in delivering.telegram.of("sendMessage")]


async def threads(sessions: Sessions) -> list[int]:
    async with sessions() as session:
        return list(await session.scalars(select(Subscriber.thread_id).order_by(Subscriber.id)))


@pytest.mark.usefixtures("forum")
@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_a_forum_gets_another_one_named_after_its_topic(
    sqlite_sessions: Sessions, delivering: Delivering, words: str
) -> None:
    delivering.fail((400, f"Bad Request: {words}", {}))
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    (made,) = delivering.telegram.of("createForumTopic")
    assert (made.params["chat_id"], made.params["name"]) == (FORUM, "посольство")
    (new,) = await threads(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    await delivering.step(1)
    assert places(delivering) == [5, new, new]


async def test_a_private_chat_gets_another_one_for_that_topic_alone(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    for number, query in enumerate(("посольство", "катер"), start=1):
        await subscribe(sqlite_sessions, query, chat_id=7)
        async with sqlite_sessions.begin() as session:
            own = update(Subscription).where(Subscription.topic_id == number)
            await session.execute(own.values(thread_id=number * 10, thread_name=query))
    delivering.fail(GONE)
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    (made,) = delivering.telegram.of("createForumTopic")
    assert made.params["name"] == "посольство"
    async with sqlite_sessions() as session:
        rows = (await session.execute(select(Subscription.thread_id, Subscription.thread_name))).all()
    assert places(delivering) == [10, rows[0][0]]
    assert [tuple(row) for row in rows][1:] == [(20, "катер")]
    assert rows[0][1] == "посольство"


@pytest.mark.usefixtures("forum")
async def test_a_forum_without_the_right_to_manage_topics_is_told_once_and_served_in_general(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(GONE)
    delivering.fail(NO_RIGHTS, method="createForumTopic")
    for number in (1, 2):
        await arrive(sqlite_sessions, arrival(number, f"У посольства номер{number}"))
        await delivering.step(60)
    assert places(delivering) == [5, None, None, None]
    said = [request.text for request in delivering.telegram.of("sendMessage")]
    assert said.count(translator("ru")("notice-thread_gone")) == 1
    assert await threads(sqlite_sessions) == [0]


@pytest.mark.usefixtures("forum")
async def test_what_general_was_told_of_is_told_there_beside_what_the_thread_was(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await follow(sqlite_sessions, 0, "катер")
    delivering.fail(GONE)
    delivering.fail(NO_RIGHTS, method="createForumTopic")
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(60)
    await arrive(sqlite_sessions, arrival(2, "катер у посольства"), arrival(3, "катер"), arrival(4, "посольство"))
    await delivering.step(60)
    assert await threads(sqlite_sessions) == [0]
    assert places(delivering) == [5, None, None, None, None, None]
    async with sqlite_sessions() as session:
        assert set(await session.scalars(select(Delivery.state))) == {"sent"}


@pytest.mark.usefixtures("forum")
async def test_a_wait_that_telegram_asks_for_before_it_makes_a_thread_is_kept(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(GONE, GONE)
    delivering.fail((429, "Too Many Requests: retry after 30", {"retry_after": 30}), method="createForumTopic")
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    assert places(delivering) == [5]
    await delivering.step(30)
    (new,) = await threads(sqlite_sessions)
    assert places(delivering) == [5, 5, new]


@pytest.mark.usefixtures("forum")
async def test_what_waits_for_a_thread_that_telegram_cannot_make_now_is_no_repeat(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(*[GONE] * 3)
    delivering.fail(*[(502, "Bad Gateway", {})] * 2, method="createForumTopic")
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    for _ in range(3):
        await delivering.step(60)
    (new,) = await threads(sqlite_sessions)
    assert places(delivering) == [5, 5, 5, new]
    first, *_, last = delivering.telegram.of("sendMessage")
    assert last.text == first.text
    async with sqlite_sessions() as session:
        assert list(await session.scalars(select(Delivery.attempts))) == [0]


@pytest.mark.usefixtures("forum")
async def test_a_thread_that_the_database_was_not_there_to_keep_is_made_once(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    refusals = 2

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal refusals
        if statement.startswith("UPDATE") and "thread_name=" in statement and refusals:
            refusals -= 1
            raise OperationalError(statement, None, OSError("disk I/O error"))

    event.listen(sqlite_sessions.engine.sync_engine, "before_cursor_execute", refuse)
    delivering.fail(*[GONE] * 3)
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    for _ in range(3):
        await delivering.step(60)
    assert refusals == 0
    assert len(delivering.telegram.of("createForumTopic")) == 1
    (new,) = await threads(sqlite_sessions)
    assert places(delivering) == [5, 5, 5, new]
    first, *_, last = delivering.telegram.of("sendMessage")
    assert last.text == first.text


@pytest.mark.usefixtures("forum")
async def test_a_thread_of_which_telegram_tells_nothing_that_can_be_read_is_done_without(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(GONE)
    delivering.telegram.failures["createForumTopic"] = [(200, {"ok": True, "result": "?"})]
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    assert places(delivering)[:2] == [5, None]
    assert "тихо" in delivering.telegram.of("sendMessage")[1].text


@pytest.mark.usefixtures("forum")
async def test_what_a_new_thread_refuses_too_comes_in_general(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(GONE, GONE)
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    assert len(delivering.telegram.of("createForumTopic")) == 1
    assert len(places(delivering)) == 4  # with the sentence that says why
    assert await threads(sqlite_sessions) == [0]


@pytest.mark.usefixtures("forum")
async def test_a_closed_thread_stays_what_it_is(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((400, "Bad Request: TOPIC_CLOSED", {}))
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    assert places(delivering) == [5, None]
    assert delivering.telegram.of("createForumTopic") == []
    assert await threads(sqlite_sessions) == [5]


@pytest.mark.usefixtures("forum")
@pytest.mark.parametrize("words", ["TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found"])
async def test_no_thread_is_made_for_an_edit(sqlite_sessions: Sessions, delivering: Delivering, words: str) -> None:
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))
    await delivering.step(1)
    delivering.fail(*[(400, f"Bad Request: {words}", {})] * 3, method="editMessageText")
    await arrive(sqlite_sessions, arrival(1, "У посольства шумно", edit_date=NOW))
    await delivering.step(3)
    assert len(delivering.telegram.of("editMessageText")) == 1
    assert delivering.telegram.of("createForumTopic") == []
    async with sqlite_sessions() as session:
        update = await session.scalar(select(Delivery).where(Delivery.kind == DeliveryKind.UPDATE))
    assert update is not None
    assert (update.state, update.settled_at is not None) == (DeliveryState.REFUSED, True)
