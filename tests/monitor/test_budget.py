"""One bot's pace, shared by several senders on PostgreSQL."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from monitor import budget, chat_paces
from monitor.budget import Share, Use, shares
from monitor.chat_paces import Limits
from monitor.database import Sessions
from monitor.models import Sender
from tests.conftest import NOW

BOT, RATE = 42, 30.0


async def beat(sessions: Sessions, name: str, use: Use) -> Share:
    async with sessions.begin() as session:
        return await budget.beat(session, name, BOT, RATE, use)


async def vanish(sessions: Sessions, name: str) -> None:
    """The sender's lease runs out."""
    async with sessions.begin() as session:
        await session.execute(update(Sender).where(Sender.name == name).values(until=NOW))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.floats(0.1, 100))
def test_all_shares_together_are_the_rate_and_nobody_is_left_with_nothing(wanted: list[float], rate: float) -> None:
    given_out = shares({str(number): want for number, want in enumerate(wanted)}, rate)
    assert sum(given_out.values()) == pytest.approx(rate)
    assert all(share > 0 for share in given_out.values())


def test_who_wants_more_gets_what_the_others_leave() -> None:
    given_out = shares({"idle": 0, "busy": 30, "half": 5}, 30)
    assert given_out["busy"] > 24
    assert 5 <= given_out["half"] < 6


async def test_shares_never_exceed_the_rate_while_they_change_hands(postgres_sessions: Sessions) -> None:
    held: dict[str, float] = {}
    for turn in range(12):
        for name in "abc"[: 1 + turn // 3]:
            wants = RATE if (turn + ord(name)) % 3 else 0.0
            held[name] = (await beat(postgres_sessions, name, Use(wants))).rate
            assert sum(held.values()) <= RATE + 1e-6
    assert sum(held.values()) == pytest.approx(RATE)


async def test_the_share_of_who_is_gone_is_for_the_others(postgres_sessions: Sessions) -> None:
    await beat(postgres_sessions, "a", Use(RATE))
    assert not (await beat(postgres_sessions, "b", Use(RATE))).whole
    await vanish(postgres_sessions, "a")
    alone = await beat(postgres_sessions, "b", Use(RATE))
    assert alone.rate == pytest.approx(RATE)
    assert alone.lost == {"a": False}


async def test_what_one_has_learnt_slows_all_down_and_wears_off(postgres_sessions: Sessions) -> None:
    await beat(postgres_sessions, "a", Use(RATE, slowing=1.25, quiet_s=20))
    heard = await beat(postgres_sessions, "b", Use(RATE))
    assert heard.slowness == pytest.approx(1.25)
    assert 19 < heard.quiet_s <= 20
    assert (await beat(postgres_sessions, "a", Use(RATE, slowing=0.5))).slowness == 1


async def test_refusals_of_few_chats_each_are_a_crowd_together(postgres_sessions: Sessions) -> None:
    await beat(postgres_sessions, "a", Use(RATE, refused=2))
    assert (await beat(postgres_sessions, "b", Use(RATE))).slowness == 1
    assert (await beat(postgres_sessions, "b", Use(RATE, refused=1))).slowness == pytest.approx(budget.GROWTH)
    assert (await beat(postgres_sessions, "b", Use(RATE, refused=1))).slowness == pytest.approx(budget.GROWTH)


async def test_a_chat_takes_a_burst_and_then_one_at_a_time_whoever_writes(postgres_sessions: Sessions) -> None:
    limits = Limits()
    async with postgres_sessions.begin() as session:
        for _ in range(3):
            await chat_paces.take(session, {5: 1, -5: 1}, NOW, limits)
        free = await chat_paces.free_from(session, [5, -5, 6], limits)
    assert {chat: (at - NOW).total_seconds() for chat, at in free.items()} == {5: 2, -5: 3}


async def test_a_chat_that_refused_is_written_to_less_often_for_a_while(postgres_sessions: Sessions) -> None:
    limits = Limits()
    async with postgres_sessions.begin() as session:
        await chat_paces.take(session, {5: 1}, NOW, limits)
        await chat_paces.slow_down(session, 5)
        await chat_paces.take(session, {5: 1}, NOW + timedelta(minutes=1), limits)
        free = await chat_paces.free_from(session, [5], limits)
    assert -0.1 < (free[5] - NOW).total_seconds() - 60 < 0.1
    async with postgres_sessions.begin() as session:
        await chat_paces.forget(session, NOW + timedelta(days=1))
        assert await chat_paces.free_from(session, [5], limits) == {}
