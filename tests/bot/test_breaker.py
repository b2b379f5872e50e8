"""Telegram is away: what it costs, and what becomes of what is owed meanwhile."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from aiogram import Bot
from sqlalchemy import select

from bot.breaker import BEGUN, FEW, FIRST_S, LONGEST_S, Breaker
from bot.pace import CROWD, Pace
from bot.relay import SETTLING_S, OutboxRelay
from bot.shared_pace import SharedPace
from monitor.database import Sessions
from monitor.meter import Meter
from monitor.models import Delivery, DeliveryState
from monitor.outcomes import FIRST_BACKOFF
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.bot.test_pace import Clock
from tests.bot.test_relay import Delivering, states
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

FIFTEEN_MINUTES = 15 * 60


@pytest.fixture
def delivering(sqlite_sessions: Sessions) -> Delivering:
    return Delivering(sqlite_sessions)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def breaker(clock: Clock, meter: Meter) -> Breaker:
    return Breaker(clock, meter)


async def owe(sessions: Sessions, readers: int) -> None:
    """Each of them is owed two posts."""
    await watch(sessions)
    for number in range(1, readers + 1):
        await subscribe(sessions, "посольство", chat_id=number)
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства шумно"))


async def test_an_outage_of_a_quarter_of_an_hour_gives_nothing_up_and_costs_one_request_in_half_a_minute(
    sqlite_sessions: Sessions, delivering: Delivering, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.breaker")
    await owe(sqlite_sessions, 20)
    delivering.telegram.is_away = True
    for _ in range(FIFTEEN_MINUTES // 10):
        await delivering.step(10)
    assert delivering.telegram.sought <= 3 * FEW + FIFTEEN_MINUTES / LONGEST_S
    delivering.telegram.is_away = False
    for _ in range(int(LONGEST_S)):
        await delivering.step(1)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 40
    texts = {number: [] for number in range(1, 21)}  # type: dict[int, list[bool]]
    for sent in delivering.telegram.of("sendMessage"):
        texts[sent.params["chat_id"]].append("тихо" in sent.text)
    assert list(texts.values()) == [[True, False]] * 20
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


async def test_the_end_of_an_outage_is_noticed_in_half_a_minute_also_where_there_is_one_reader(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await owe(sqlite_sessions, 1)
    delivering.telegram.is_away = True
    for _ in range(FIFTEEN_MINUTES // 10):
        await delivering.step(10)
    delivering.telegram.is_away = False
    for _ in range(int(LONGEST_S)):
        await delivering.step(1)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


async def test_a_bad_gateway_for_a_quarter_of_an_hour_gives_nothing_up(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await owe(sqlite_sessions, 1)
    delivering.fail(*[(502, "Bad Gateway", {})] * 1000)
    for _ in range(FIFTEEN_MINUTES // 10):
        await delivering.step(10)
    delivering.telegram.failures.clear()
    await delivering.step(180)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 2


async def test_chats_for_which_alone_telegram_is_out_of_order_hold_up_nobody_else(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    ill = range(1, 2 * FEW + 1)
    await owe(sqlite_sessions, len(ill))
    delivering.telegram.ill = {*ill}
    await delivering.step()
    await subscribe(sqlite_sessions, "посольство", chat_id=99)
    await arrive(sqlite_sessions, arrival(3, "У посольства людно"))
    for _ in range(20):
        await delivering.step(1)
    assert 99 in [sent.params["chat_id"] for sent in delivering.telegram.of("sendMessage")]
    delivering.telegram.ill.clear()
    for _ in range(FIFTEEN_MINUTES // 10):
        await delivering.step(10)
    assert {state for state, _ in await states(sqlite_sessions)} == {DeliveryState.SENT}


async def test_who_was_not_answered_once_does_not_wait_for_all_others(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    others = range(2, 62)
    await owe(sqlite_sessions, len(others) + 1)
    delivering.telegram.ill = {1}
    await delivering.step()
    delivering.telegram.ill.clear()
    await arrive(sqlite_sessions, arrival(3, "У посольства людно"))
    before = len(delivering.telegram.of("sendMessage"))
    await delivering.step(FIRST_BACKOFF.total_seconds())
    first, *_ = delivering.telegram.of("sendMessage")[before:]
    assert first.params["chat_id"] == 1


async def test_what_was_not_answered_is_repeated_only_after_telegram_has_answered_something(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await owe(sqlite_sessions, 1)
    unreadable = (200, ["<html>"])
    delivering.telegram.failures |= {"sendMessage": [unreadable], "getMe": [unreadable] * 1000}  # type: ignore[list-item]
    for _ in range(60):
        await delivering.step(10)
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert len(delivering.telegram.failures["getMe"]) > 970
    delivering.telegram.failures.clear()
    for _ in range(int(LONGEST_S)):
        await delivering.step(1)
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 1), (DeliveryState.SENT, 0)]


async def test_what_was_claimed_and_not_begun_is_given_back_when_telegram_is_away(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await owe(sqlite_sessions, 20)
    delivering.telegram.is_away = True
    await delivering.step()
    async with sqlite_sessions() as session:
        assert set(await session.scalars(select(Delivery.state))) == {DeliveryState.DUE}


def test_it_opens_when_a_few_chats_in_a_row_fail_and_not_when_one_does(breaker: Breaker) -> None:
    for _ in range(10 * FEW):
        breaker.fail(1)
        assert not breaker.asked(answered=True)
        assert not breaker.is_open
    for number in range(FEW):
        breaker.fail(number)
    assert breaker.is_open


def test_an_answer_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    for number in range(10 * FEW):
        breaker.fail(number)
        if number % (FEW - 1) == 0:
            breaker.succeed()
        assert not breaker.is_open


def test_telegram_is_asked_at_growing_pauses_and_one_message_tries_its_answer(
    breaker: Breaker, clock: Clock, meter: Meter
) -> None:
    pauses = []
    breaker.fail(1)
    for _ in range(8):
        pauses.append(breaker.ask_at - clock.now)
        clock.now = breaker.ask_at
        breaker.asking()
        assert not breaker.asked(answered=False)
    assert pauses == [FIRST_S, 1, 2, 4, 8, 16, LONGEST_S, LONGEST_S]
    assert meter.registry.get_sample_value("dozor_telegram_away") == 1
    assert breaker.asked(answered=True)
    assert breaker.allows
    breaker.begin()
    assert not breaker.allows
    breaker.fail(1)
    assert breaker.ask_at - clock.now == LONGEST_S
    assert breaker.asked(answered=True)
    breaker.begin()
    breaker.succeed()
    assert breaker.allows
    assert meter.registry.get_sample_value("dozor_telegram_away") == 0


def test_no_more_than_a_few_messages_begin_where_none_is_answered(breaker: Breaker, clock: Clock) -> None:
    for _ in range(BEGUN):
        assert breaker.allows
        breaker.begin()
    assert not breaker.allows
    assert breaker.ask_at == clock.now + FIRST_S
    assert not breaker.asked(answered=True)
    assert breaker.allows


def test_who_sends_a_thousand_a_second_begins_more(clock: Clock, meter: Meter) -> None:
    paying = Breaker(clock, meter, apart=1 / 1000)
    for _ in range(10 * BEGUN):
        paying.begin()
    assert paying.allows


async def test_a_relay_that_runs_rests_while_telegram_is_away_and_goes_on_by_itself(
    sqlite_sessions: Sessions, meter: Meter
) -> None:
    await owe(sqlite_sessions, 2 * FEW)
    telegram = ScriptedTelegram()
    telegram.is_away = True
    now = lambda: NOW + timedelta(seconds=time.monotonic() - begun)  # noqa: E731
    begun = time.monotonic()
    relay = OutboxRelay(Bot(TOKEN, session=telegram), sqlite_sessions, Pace(overall=1000), meter=meter, clock=now)
    steps = 0
    step = relay.step

    async def counted() -> int:
        nonlocal steps
        steps += 1
        return await step()

    relay.step = counted  # type: ignore[method-assign]
    running = asyncio.create_task(relay.run())
    async with asyncio.timeout(60):
        while telegram.sought < FEW + 2:  # noqa: ASYNC110 -- the relay goes on meanwhile
            await asyncio.sleep(0.05)
        assert steps < 200
        assert telegram.sought <= 2 * FEW
        telegram.is_away = False
        while len(telegram.of("sendMessage")) < 4 * FEW:  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.05)
    relay.stop()
    await running
    assert await states(sqlite_sessions) == [(DeliveryState.SENT, 0)] * 4 * FEW


async def rests_of(relay: OutboxRelay, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds of the first rests of a relay that has something to do all the time."""
    rests: list[float] = []

    async def rest(_woken: asyncio.Event, seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 3:
            relay.stop()

    monkeypatch.setattr("bot.relay.happened", rest)
    await relay.run()
    return rests


def refused_pace() -> Pace:
    pace = Pace()
    for chat_id in range(CROWD):
        pace.refuse(chat_id, 30)
    return pace


@pytest.mark.parametrize("make_pace", [refused_pace, SharedPace], ids=["everybody is to wait", "there is no share"])
async def test_a_relay_rests_where_nothing_may_be_claimed(
    sqlite_sessions: Sessions, make_pace: Callable[[], Pace], monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = OutboxRelay(Bot(TOKEN, session=ScriptedTelegram()), sqlite_sessions, make_pace())
    assert min(await rests_of(relay, monkeypatch)) >= SETTLING_S


async def test_a_relay_rests_while_it_asks_whether_telegram_is_there_although_it_is_time_to_ask_again(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram = ScriptedTelegram()
    asked = asyncio.Event()

    async def never(*_arguments: object, **_options: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    telegram.make_request = never  # type: ignore[method-assign, assignment]
    relay = OutboxRelay(Bot(TOKEN, session=telegram), sqlite_sessions, Pace())
    relay._breaker.ask_at = -math.inf
    await relay.step()
    await asked.wait()
    relay._breaker.ask_at = -math.inf
    assert min(await rests_of(relay, monkeypatch)) >= SETTLING_S
