"""What delivering costs does not grow with what was delivered before, by SQLite's own plan of each statement."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor import digest, hushing, leases, moving, outbox, subscribers, subscriptions, updates
from monitor.database import Sessions
from monitor.hushing import Hush
from monitor.ingest import mark_deleted
from monitor.models import Mode, Subscriber, Subscription, Topic
from tests import plans
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def long_plans(monkeypatch: pytest.MonkeyPatch) -> plans.Found:
    """(what is read, the statement) of statements that read what grows."""
    return plans.record_on_sqlite(monkeypatch)


@pytest.fixture
async def following(sqlite_sessions: Sessions) -> tuple[Subscriber, Topic]:
    """A reader of two topics with limits, who is told a story once."""
    await watch(sqlite_sessions)
    reader, topic = await subscribe(sqlite_sessions, "паром", chat_id=7)
    await subscribe(sqlite_sessions, "остров", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(hourly_limit=6))
        await session.execute(update(Subscriber).values(tells_once=True))
    return reader, topic


async def store(sessions: Sessions) -> None:
    """An album and a burst."""
    album = {"grouped_id": 5, "media": ("photo",)}
    await arrive(sessions, *[arrival(number, "паром на остров" if number == 1 else "", **album) for number in (1, 2)])
    await arrive(sessions, *[arrival(number, f"паром {number}") for number in range(3, 12)])


async def test_alerts_and_their_edits(sqlite_sessions: Sessions, following: object, long_plans: plans.Found) -> None:
    delivering = Delivering(sqlite_sessions)
    await store(sqlite_sessions)
    await delivering.step(5)
    async with sqlite_sessions.begin() as session:
        await mark_deleted(session, CHANNEL, range(1, 9), NOW)
    await delivering.step(5 + updates.CHANGED.total_seconds())
    await delivering.step(HOUR.total_seconds())
    assert delivering.telegram.of("sendMessage")
    assert delivering.telegram.of("editMessageText")
    assert long_plans == []


async def test_relays_that_begin_and_end(sqlite_sessions: Sessions, long_plans: plans.Found) -> None:
    async with sqlite_sessions.begin() as session:
        await leases.inherit(session, NOW)
        await leases.reclaim(session, "relay", [1], NOW)
        await leases.release(session, "relay", NOW)
        await leases.take_over(session, "relay", NOW)
        await outbox.hasten(session, NOW)
        await moving.migrate(session, -5, -1005, NOW)
    assert long_plans == []


async def test_digests(sqlite_sessions: Sessions, following: object, long_plans: plans.Found) -> None:
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    await store(sqlite_sessions)
    async with sqlite_sessions.begin() as session:
        for moment in (NOW, NOW + DAY):
            await digest.issue(session, moment)
    delivering = Delivering(sqlite_sessions)
    await delivering.step(DAY.total_seconds())
    assert len(delivering.telegram.of("sendMessage")) == 1
    assert long_plans == []


async def test_a_digest_of_what_is_held_until_a_muting_ends(
    sqlite_sessions: Sessions, following: tuple[Subscriber, Topic], long_plans: list[tuple[str, str]]
) -> None:
    reader, topic = following
    await arrive(sqlite_sessions, arrival(1, "паром"))
    async with sqlite_sessions.begin() as session:
        await hushing.mute_topic(session, reader, topic.id, Hush.DAY, NOW)
        await digest.enqueue(session, reader.id, "held:earlier", NOW, NOW)
    long_plans.clear()
    assert await Delivering(sqlite_sessions).step() == 1
    assert long_plans == []


async def test_what_is_not_wanted_any_more(
    sqlite_sessions: Sessions, following: tuple[Subscriber, Topic], long_plans: plans.Found
) -> None:
    reader, topic = following
    await store(sqlite_sessions)
    async with sqlite_sessions.begin() as session:
        await hushing.mute_topic(session, reader, topic.id, Hush.HOUR, NOW)
        await hushing.mute_topic(session, reader, topic.id, Hush.HOUR, NOW)
        await hushing.mute_channel(session, reader, CHANNEL, NOW)
        await subscriptions.end(session, reader, topic.id, NOW)
        await subscribers.close_chat(session, 7)
    assert long_plans == []
