"""What becomes of a delivery, by what Telegram answers."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.i18n import translator
from bot.neighbours import Neighbours
from bot.pace import Pace
from bot.relay import OutboxRelay
from bot.relaying import create_relay
from bot.settings import BotSettings
from monitor import retelling, subscribers
from monitor.database import Sessions
from monitor.limits import Limits
from monitor.meter import Meter
from monitor.models import Delivery, DeliveryState, Post, Subscriber, Subscription
from monitor.outcomes import MAX_ATTEMPTS, MAX_UNANSWERED
from monitor.sqlite import FetchingConnection
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch


class Clock:
    """The time as a test wants it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Delivering:
    """A relay on a scripted Telegram; `step` lets so many seconds pass and sends what is due."""

    def __init__(self, sessions: Sessions) -> None:
        self.telegram = ScriptedTelegram()
        self._clock = Clock()
        bot = Bot(TOKEN, session=self.telegram)
        ticks = count()  # a moment passes whenever somebody looks at the clock
        pace = Pace(overall=1e6, chat=1e6, group=1e6, now=lambda: self._clock().timestamp() + next(ticks) / 10_000)
        self._relay = OutboxRelay(bot, sessions, pace, clock=self._clock)

    async def step(self, seconds: float = 0) -> int:
        self._clock.now += timedelta(seconds=seconds)
        return await self._relay.deliver_due()

    def fail(self, *answers: tuple[int, str, dict[str, Any]], method: str = "sendMessage") -> None:
        """The next messages are refused so: (status, description, parameters)."""
        self.telegram.failures[method] = [
            (status, {"ok": False, "error_code": status, "description": words, "parameters": parameters})
            for status, words, parameters in answers
        ]


@pytest.fixture
def delivering(sqlite_sessions: Sessions) -> Delivering:
    return Delivering(sqlite_sessions)


@pytest.fixture(autouse=True)
async def owed(sqlite_sessions: Sessions) -> None:
    """One reader waits for one post, which has come."""
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "посольство")
    await arrive(sqlite_sessions, arrival(1, "У посольства тихо"))


async def states(sessions: Sessions) -> list[tuple[str, int]]:
    """(state, how often it failed or was not answered) of every delivery."""
    async with sessions() as session:
        rows = await session.execute(
            select(Delivery.state, Delivery.attempts + Delivery.unanswered).order_by(Delivery.id)
        )
        return [(str(state), tries) for state, tries in rows]


async def test_what_is_sent_is_settled(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    assert await delivering.step() == 1
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]
    assert await delivering.step() == 0


async def test_a_wait_costs_no_attempt_and_holds_the_whole_chat(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    delivering.fail((429, "Too Many Requests: retry after 30", {"retry_after": 30}))
    assert await delivering.step() == 1
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert await states(sqlite_sessions) == [(DeliveryState.DUE, 0)] * 2
    assert await delivering.step(29) == 0
    assert await delivering.step(1) == 2
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


async def test_a_failure_is_tried_again_later(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((418, "I'm a teapot", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.DUE, 1)]
    assert await delivering.step(1) == 0
    await delivering.step(10)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 1)]


async def test_what_a_server_that_is_out_of_order_may_have_taken_is_marked_when_it_comes_again(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail((502, "Bad Gateway", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.DUE, 0)]
    await delivering.step(10)
    first, second = delivering.telegram.of("sendMessage")
    assert [translator("ru")("alert-again") in each.text for each in (first, second)] == [False, True]
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]


@pytest.mark.parametrize("status", [400, 403])
async def test_what_is_no_edit_is_owed_though_it_is_answered_like_one(
    sqlite_sessions: Sessions, delivering: Delivering, status: int
) -> None:
    delivering.fail((status, "MESSAGE_ID_INVALID", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [("sent", 0)]


async def test_what_alone_telegram_is_out_of_order_for_spends_attempts_and_ends(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await subscribe(sqlite_sessions, "паром", chat_id=2)
    delivering.telegram.ill = {1}
    for number in range(2, 40):  # the other reader's are answered
        await arrive(sqlite_sessions, arrival(number, f"Паром номер {number}"))
        await delivering.step(200 if number < 38 else 2000)
    sent = [each for each in delivering.telegram.of("sendMessage") if each.params["chat_id"] == 1]
    assert len(sent) == 2 * MAX_ATTEMPTS
    assert [translator("ru")("alert-again") in each.text for each in sent] == [False] + [True] * (len(sent) - 1)
    assert (await states(sqlite_sessions))[0] == (DeliveryState.DEAD, MAX_ATTEMPTS)


async def test_what_is_never_answered_is_sent_four_times_and_given_up_as_perhaps_delivered(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.telegram.failures["sendMessage"] = [(200, ["<html>"])] * 10  # type: ignore[list-item]
    for _ in range(10):
        await delivering.step(60)
    assert len(delivering.telegram.of("sendMessage")) == MAX_UNANSWERED
    assert await states(sqlite_sessions) == [(DeliveryState.DEAD, MAX_UNANSWERED)]
    async with sqlite_sessions() as session:
        assert str(await session.scalar(select(Delivery.error))).startswith("perhaps delivered: ")


async def test_who_blocks_the_bot_is_owed_nothing_more(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((403, "Forbidden: bot was blocked by the user", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.REFUSED, 0)]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is False
    assert (await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))).owed == 0


@pytest.mark.parametrize(
    "words",
    [
        "group chat was deactivated",
        "group chat was upgraded to a supergroup chat",
        "bot is not a member of the channel chat",
        "CHANNEL_PRIVATE",
        "CHAT_ID_INVALID",
        "INPUT_USER_DEACTIVATED",
        "USER_IS_BLOCKED",
    ],
)
async def test_a_chat_that_is_no_more_or_closed_to_us_in_other_words_is_closed(
    sqlite_sessions: Sessions, delivering: Delivering, words: str
) -> None:
    delivering.fail((400, f"Bad Request: {words}", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.REFUSED, 0)]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is False


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request: TOPIC_CLOSED"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
        (403, "Forbidden: not enough rights to send text messages to the chat"),
        (400, "Bad Request: have no rights to send a message"),
        (400, "Bad Request: need administrator rights in the channel chat"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN"),
        (400, "Bad Request: CHAT_RESTRICTED"),
    ],
)
async def test_where_we_may_not_write_it_waits_and_holds_up_nobody_else(
    sqlite_sessions: Sessions, delivering: Delivering, status: int, words: str
) -> None:
    await subscribe(sqlite_sessions, "тихо", chat_id=2)
    await arrive(sqlite_sessions, arrival(2, "У посольства тихо"))
    delivering.fail((status, words, {}))
    assert await delivering.step() == 2
    assert [each.params["chat_id"] for each in delivering.telegram.of("sendMessage")] == [1, 2]
    assert await delivering.step(3599) == 0
    async with sqlite_sessions() as session:
        assert set(await session.scalars(select(Subscriber.active))) == {True}
    assert (await arrive(sqlite_sessions, arrival(3, "У посольства шумно"))).owed == 1
    assert await delivering.step(1) == 3
    assert set(await states(sqlite_sessions)) == {(DeliveryState.SENT, 0)}


async def test_formatting_that_telegram_refuses_is_left_out(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((400, "Bad Request: can't parse entities", {}))
    await delivering.step()
    first, second = delivering.telegram.of("sendMessage")
    assert first.params["entities"]
    assert not second.params.get("entities")
    assert first.text == second.text
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]


async def test_buttons_that_telegram_refuses_are_left_out_and_what_it_never_takes_is_a_dead_letter(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail(*[(400, "Bad Request: BUTTON_DATA_INVALID", {})] * 4)
    await delivering.step()
    assert not delivering.telegram.of("sendMessage")[-1].params.get("reply_markup")
    assert await states(sqlite_sessions) == [(DeliveryState.DEAD, 1)]


async def test_of_posts_that_come_as_one_only_what_telegram_never_takes_is_a_dead_letter(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    for number in range(2, 6):
        await arrive(sqlite_sessions, arrival(number, f"У посольства тихо {number}"))
    delivering.telegram.refused = "тихо 3"
    for seconds in (0, 5, 10, 20, 1, 1, 1, 1):
        await delivering.step(seconds)
    found = Counter(state for state, _ in await states(sqlite_sessions))
    assert found == {DeliveryState.SENT: 4, DeliveryState.DEAD: 1}


async def test_a_wait_holds_its_own_chat_and_a_long_one_every_chat_if_the_next_hears_it_too(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await subscribe(sqlite_sessions, "тихо", chat_id=2)
    await arrive(sqlite_sessions, arrival(2, "У посольства тихо"))
    for seconds in (59, 3600):
        delivering.fail((429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds}))
        await delivering.step()
        assert {each.params["chat_id"] for each in delivering.telegram.of("sendMessage")} == {1, 2}
        delivering.telegram.requests.clear()
        await delivering.step(seconds)
        assert set(await states(sqlite_sessions)) == {(DeliveryState.SENT, 0)}
        await arrive(sqlite_sessions, arrival(seconds, "У посольства тихо"))
    delivering.fail(*[(429, "Too Many Requests: retry after 600", {"retry_after": 600})] * 2)
    await delivering.step()
    await subscribe(sqlite_sessions, "шумно", chat_id=3)
    await arrive(sqlite_sessions, arrival(4, "Шумно"))
    sent = len(delivering.telegram.of("sendMessage"))
    assert await delivering.step(599) == 0
    assert len(delivering.telegram.of("sendMessage")) == sent
    assert await delivering.step(1) == 3


@pytest.mark.parametrize(
    "answer",
    [
        (429, "Too Many Requests: retry after 3600", {"retry_after": 3600}),
        (418, "I'm a teapot", {}),
        (500, "Internal Server Error", {}),
    ],
)
async def test_an_edit_that_has_to_wait_holds_up_no_alert(
    sqlite_sessions: Sessions, delivering: Delivering, answer: tuple[int, str, dict[str, Any]]
) -> None:
    await delivering.step()
    delivering.fail(answer, method="editMessageText")
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    await delivering.step()
    assert len(delivering.telegram.of("sendMessage")) == 2
    await delivering.step(3600)
    assert await states(sqlite_sessions) == [
        (DeliveryState.SENT, 0),
        (DeliveryState.SENT, answer[0] == 418),
        (DeliveryState.SENT, 0),
    ]


async def test_edits_that_have_to_wait_for_long_silence_nobody(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    for chat in (2, 3):
        await subscribe(sqlite_sessions, "посольство", chat_id=chat)
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    await delivering.step()
    delivering.fail(
        *[(429, "Too Many Requests: retry after 3600", {"retry_after": 3600})] * 3, method="editMessageText"
    )
    await edit(sqlite_sessions, delivering, "У посольства пусто", which=2)
    assert len(delivering.telegram.of("editMessageText")) == 2, "the third waits like the others"
    await arrive(sqlite_sessions, arrival(3, "У посольства людно"))
    await delivering.step()
    assert len(delivering.telegram.of("sendMessage")) == 7
    delivering.telegram.failures.clear()
    await delivering.step(3600)
    assert set(await states(sqlite_sessions)) == {(DeliveryState.SENT, 0)}


async def test_one_who_comes_back_gets_what_was_owed(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    delivering.fail((403, "Forbidden: bot was blocked by the user", {}))
    await delivering.step()
    assert len(delivering.telegram.of("sendMessage")) == 1
    async with sqlite_sessions.begin() as session:
        await subscribers.activate(session, await session.get_one(Subscriber, 1), NOW)
    assert await delivering.step() == 2
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


async def test_an_edited_post_edits_its_alert(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await delivering.step()
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    (edited,) = delivering.telegram.of("editMessageText")
    assert "пусто" in edited.text
    assert edited.params["message_id"] == await message_id(sqlite_sessions)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2
    await edit(sqlite_sessions, delivering, "У посольства людно")
    assert len(delivering.telegram.of("editMessageText")) == 2


async def test_an_edit_that_changes_nothing_is_as_good_as_sent(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await delivering.step()
    delivering.fail((400, "Bad Request: message is not modified: …", {}), method="editMessageText")
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Bad Request: message to edit not found"),
        (400, "Bad Request: MESSAGE_EDIT_TIME_EXPIRED"),
        (403, "Forbidden: MESSAGE_AUTHOR_REQUIRED"),
    ],
)
async def test_an_alert_that_the_reader_deleted_or_that_is_not_to_be_edited_is_edited_no_more(
    sqlite_sessions: Sessions, delivering: Delivering, status: int, words: str
) -> None:
    await delivering.step()
    delivering.fail((status, words, {}), method="editMessageText")
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0), (DeliveryState.REFUSED, 0)]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is True


async def test_an_edit_of_one_post_keeps_those_it_came_with(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, *[arrival(number, f"У посольства номер{number}") for number in range(2, 6)])
    assert await delivering.step() == 1
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    (edited,) = delivering.telegram.of("editMessageText")
    assert [word for word in ("пусто", "номер2", "номер5") if word in edited.text] == ["пусто", "номер2", "номер5"]


async def test_an_edit_before_the_alert_is_sent_needs_no_message_of_its_own(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await edit(sqlite_sessions, delivering, "У посольства пусто")
    assert [each.method for each in delivering.telegram.requests] == ["sendMessage"]
    assert "пусто" in delivering.telegram.requests[0].text


@pytest.mark.parametrize("unread", [True, False])
async def test_an_answer_that_cannot_be_read_is_taken_for_what_it_says(
    sqlite_sessions: Sessions, delivering: Delivering, unread: bool
) -> None:
    body = {"ok": True, "result": {"message_id": 77, "date": "soon"}} if unread else ["<html>"]
    delivering.telegram.failures["sendMessage"] = [(200, body)]  # type: ignore[list-item]
    await delivering.step()
    await delivering.step(6)
    texts = [each.text for each in delivering.telegram.of("sendMessage")]
    assert len(texts) == (1 if unread else 2)
    assert (translator("ru")("alert-again") in texts[-1]) is not unread
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0 if unread else 1)]


async def edit(sessions: Sessions, delivering: Delivering, text: str, which: int = 1) -> None:
    """A post, the first or another, is edited, the alerts are to follow, and what is due is sent."""
    async with sessions.begin() as session:
        post = await session.scalar(select(Post).where(Post.message_id == which))
        assert post is not None
        post.text = text
        await retelling.enqueue(session, [post.id], NOW)
    await delivering.step(1)


async def message_id(sessions: Sessions) -> int | None:
    async with sessions() as session:
        return await session.scalar(select(Delivery.message_id).order_by(Delivery.id))


async def test_what_cannot_be_rendered_does_not_stop_the_others(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    async with sqlite_sessions.begin() as session:
        broken = await session.scalar(select(Post))
        assert broken is not None
        broken.entities = [5]
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    assert await delivering.step() == 2
    assert [request.text.count("шумно") for request in delivering.telegram.of("sendMessage")] == [1]
    assert await states(sqlite_sessions) == [(DeliveryState.DEAD, 1), (DeliveryState.SENT, 0)]


async def test_what_is_sent_is_settled_however_often_the_database_refuses(
    sqlite_sessions: Sessions, delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.AGAIN_S", 0.001)
    refusals = 3

    execute = FetchingConnection.execute

    def refuse(connection: FetchingConnection, statement: str, *arguments: Any) -> Any:
        nonlocal refusals
        if "message_id=" in statement and refusals:
            refusals -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return execute(connection, statement, *arguments)

    monkeypatch.setattr(FetchingConnection, "execute", refuse)
    await delivering.step()
    assert refusals == 0
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]


class Unanswered(Sessions):
    """Sessions of which one commit is made, but not answered."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions.engine, sessions.engine, Limits())
        self.left = 0

    @asynccontextmanager
    async def begin(self, *, quick: bool = False) -> AsyncIterator[AsyncSession]:
        async with super().begin(quick=quick) as session:
            yield session
        self.left -= 1
        if self.left == 0:
            raise OperationalError("COMMIT", None, OSError("Connection reset by peer"))


@pytest.mark.parametrize("commit", [1, 2])
async def test_a_claim_or_a_beginning_whose_commit_was_not_answered_is_not_forgotten(
    sqlite_sessions: Sessions, commit: int
) -> None:
    sessions = Unanswered(sqlite_sessions)
    delivering = Delivering(sessions)
    await subscribe(sqlite_sessions, "посольство", chat_id=2)
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    sessions.left = commit
    await delivering.step()
    await delivering.step(2)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 3
    assert len(delivering.telegram.of("sendMessage")) == 3


async def give_thread(sessions: Sessions, thread_id: int) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(thread_id=thread_id, thread_name="посольство"))


async def test_a_post_goes_to_the_thread_of_its_topic(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await give_thread(sqlite_sessions, 77)
    await delivering.step()
    (sent,) = delivering.telegram.of("sendMessage")
    assert sent.params["message_thread_id"] == 77


async def test_a_thread_that_is_gone_costs_no_post_and_is_forgotten_where_there_are_none_any_more(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await give_thread(sqlite_sessions, 77)
    delivering.fail((400, "Bad Request: the chat is not a forum", {}), method="createForumTopic")
    delivering.fail((400, "Bad Request: message thread not found", {}))
    await delivering.step()
    assert "message_thread_id" not in delivering.telegram.of("sendMessage")[-1].params
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscription.thread_id)) == 0


@pytest.mark.parametrize("paid", [True, False])
async def test_stars_are_spent_only_where_the_settings_say_so(sqlite_sessions: Sessions, paid: bool) -> None:
    telegram = ScriptedTelegram()
    settings = BotSettings(paid_messages_per_second=1000 if paid else None)
    here = Neighbours(sqlite_sessions, settings, 1, {})
    relay = create_relay(Bot(TOKEN, session=telegram), sqlite_sessions, settings, here, Meter())
    await relay.deliver_due()
    (sent,) = telegram.of("sendMessage")
    assert sent.params.get("allow_paid_broadcast") is (True if paid else None)
    assert here.pace.overall_wait() < 2 / (1000 if paid else 30)
