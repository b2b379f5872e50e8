"""What becomes of a delivery, by what Telegram answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from bot.relay import OutboxRelay
from monitor.database import Sessions
from monitor.models import Delivery, DeliveryState, Post, Subscriber
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
        self._relay = OutboxRelay(bot, sessions, messages_per_second=1000, clock=self._clock)

    async def step(self, seconds: float = 0) -> int:
        self._clock.now += timedelta(seconds=seconds)
        return await self._relay.deliver_due()

    def fail(self, *answers: tuple[int, str, dict[str, Any]]) -> None:
        """The next messages are refused so: (status, description, parameters)."""
        self.telegram.failures["sendMessage"] = [
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
    """(state, attempts) of every delivery."""
    async with sessions() as session:
        rows = await session.execute(select(Delivery.state, Delivery.attempts).order_by(Delivery.id))
        return [(str(state), attempts) for state, attempts in rows]


async def test_what_is_sent_is_settled(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    assert await delivering.step() == 1
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]
    assert await delivering.step() == 0


async def test_a_wait_costs_no_attempt_and_holds_the_whole_chat(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))
    delivering.fail((429, "Too Many Requests: retry after 30", {"retry_after": 30}))
    assert await delivering.step() == 2
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert await states(sqlite_sessions) == [(DeliveryState.DUE, 0)] * 2
    assert await delivering.step(29) == 0
    assert await delivering.step(1) == 2
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


async def test_a_failure_is_tried_again_later(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((502, "Bad Gateway", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.DUE, 1)]
    assert await delivering.step(1) == 0
    await delivering.step(10)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 1)]


async def test_who_blocks_the_bot_is_owed_nothing_more(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((403, "Forbidden: bot was blocked by the user", {}))
    await delivering.step()
    assert await states(sqlite_sessions) == [(DeliveryState.REFUSED, 0)]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is False
    assert (await arrive(sqlite_sessions, arrival(2, "У посольства шумно"))).owed == 0


async def test_formatting_that_telegram_refuses_is_left_out(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    delivering.fail((400, "Bad Request: can't parse entities", {}))
    await delivering.step()
    first, second = delivering.telegram.of("sendMessage")
    assert first.params["entities"]
    assert not second.params.get("entities")
    assert first.text == second.text
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]


async def test_a_group_that_grew_gets_it_under_its_new_id(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    moved = {"migrate_to_chat_id": -100_1}
    delivering.fail((400, "Bad Request: group chat was upgraded to a supergroup chat", moved))
    await delivering.step()
    await delivering.step()
    assert [request.params["chat_id"] for request in delivering.telegram.of("sendMessage")] == [1, -100_1]
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]


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
    assert sorted(await states(sqlite_sessions)) == [(DeliveryState.DUE, 1), (DeliveryState.SENT, 0)]


async def test_what_is_sent_is_settled_however_often_the_database_refuses(
    sqlite_sessions: Sessions, delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.relay.POLL", timedelta(milliseconds=1))
    refusals = 3

    def refuse(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal refusals
        if "message_id=" in statement and refusals:
            refusals -= 1
            raise OperationalError(statement, None, OSError("disk I/O error"))

    async with sqlite_sessions.begin() as session:
        engine = (await session.connection()).engine.sync_engine
    event.listen(engine, "before_cursor_execute", refuse)
    await delivering.step()
    assert refusals == 0
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)]
