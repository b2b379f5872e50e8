"""What is looked at now and then, or asked, does not cost more the more was stored, by the databases' own plans of each statement."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from monitor import (
    dead_letters,
    deleting,
    digest,
    expiry,
    health,
    messages,
    outbox,
    readings,
    retention,
    silence,
    spikes,
    subscriptions,
    trends,
)
from monitor.database import Sessions
from monitor.models import Delivery, DeliveryState, Match, Subscriber, Topic
from tests import plans
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

DAY = timedelta(days=1)


@pytest.fixture
async def long_plans(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Fails where a statement reads what grows, on either database."""
    await watch(sessions)
    await subscribe(sessions, "паром", chat_id=7)
    await arrive(sessions, arrival(1, "паром"))
    if sessions.engine.dialect.name == "sqlite":
        found = plans.record_on_sqlite(monkeypatch)
        yield
    else:
        async with plans.recorded_on_postgresql(sessions) as found:
            yield
    assert found == []


@pytest.mark.usefixtures("long_plans")
async def test_the_state_of_the_queue(sessions: Sessions) -> None:
    async with sessions() as session:
        await health.health(session, NOW)
        await readings.read(session, NOW)
        await digest.held_until(session, Delivery(subscriber_id=1, key="held:1"), NOW)
        await digest.forgotten(session, NOW)


@pytest.mark.usefixtures("long_plans")
async def test_what_was_given_up(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await dead_letters.dead_letters(session, 10)
        await dead_letters.tell(session, [7], NOW)
        await dead_letters.send_again(session, None, 7, NOW)
        await dead_letters.send_again(session, 1, 7, NOW)


@pytest.mark.usefixtures("long_plans")
async def test_spikes(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Topic).values(created_at=NOW - 30 * DAY))
    await arrive(sessions, *[arrival(number, "паром") for number in range(2, 10)])
    assert await spikes.watch(sessions, NOW + timedelta(minutes=10)) == 1
    assert await spikes.watch(sessions, NOW + DAY) == 0


@pytest.mark.usefixtures("long_plans")
async def test_what_is_old(sessions: Sessions) -> None:
    await arrive(sessions, arrival(1, "паром", views=5))
    async with sessions.begin() as session:
        told = await outbox.enqueue_notice(session, 1, "watched", NOW)
        await session.execute(update(Delivery).where(Delivery.id == told).values(settled_at=NOW))
    gone = await retention.forget(sessions, NOW + 60 * DAY)
    assert (gone.notices, gone.counts) == (1, 1)
    await trends.prune(sessions, NOW + 60 * DAY)


@pytest.mark.usefixtures("long_plans")
async def test_silence(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await silence.note(session, await silence.look(session, NOW), NOW)


async def test_what_satisfied_a_topic_that_goes_leaves_a_few_at_a_time(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = sqlite_sessions
    await watch(sessions)
    reader, topic = await subscribe(sessions, "паром")
    _, kept = await subscribe(sessions, "остров", chat_id=2)
    await arrive(sessions, *[arrival(number, "паром на остров") for number in range(1, 12)], alert=False)
    async with sessions.begin() as session:
        await subscriptions.end(session, await session.get_one(Subscriber, reader.id), topic.id, NOW)
    monkeypatch.setattr(deleting, "PAGE", 2)
    left = list[int]()

    def count(connection: Any, *_: Any) -> None:
        left.append(connection.scalar(select(func.count()).where(Match.topic_id == topic.id)))

    event.listen(sessions.engine.sync_engine, "commit", count)
    assert (await retention.forget(sessions, NOW + 2 * DAY)).topics == 2
    assert list(dict.fromkeys(left)) == [9, 7, 5, 3, 1, 0]
    async with sessions() as session:
        assert (await session.scalars(select(Match.topic_id).distinct())).all() == [kept.id]


@pytest.mark.usefixtures("long_plans")
async def test_of_which_time_posts_are_there(sessions: Sessions) -> None:
    async with sessions() as session:
        assert await expiry.span(session) is not None


@pytest.mark.parametrize("days", [0, 9])
async def test_which_posts_an_alert_told_of(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """Where it is looked for first, by Telegram's clock, and also where ours was days apart from that."""
    await watch(sqlite_sessions)
    reader, _ = await subscribe(sqlite_sessions, "паром")
    await arrive(sqlite_sessions, arrival(1, "паром"))
    async with sqlite_sessions.begin() as session:
        sent = {"state": DeliveryState.SENT, "message_id": 70, "settled_at": NOW + days * DAY}
        await session.execute(update(Delivery).values(sent))
    found = plans.record_on_sqlite(monkeypatch)
    async with sqlite_sessions() as session:
        (post,) = await messages.told_in(session, reader, 70, NOW)
    assert post.text == "паром"
    assert bool(found) == (days > 0)
