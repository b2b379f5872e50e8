"""What the database says of how it goes, on both databases."""

from datetime import timedelta

from sqlalchemy import select, text, update

from monitor import accounts, readings
from monitor.database import Sessions
from monitor.models import Channel, Delivery, DeliveryState
from monitor.readings import ChannelReading, Readings
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch


async def read(sessions: Sessions) -> Readings:
    async with sessions() as session:
        return await readings.read(session, NOW + timedelta(minutes=10))


async def test_an_empty_database_has_nothing_to_say(sessions: Sessions) -> None:
    found = await read(sessions)
    assert (found.channels, found.watched, found.orphans, found.late_s) == ([], 0, 0, 0)
    assert set(found.queue.values()) == {0}


async def test_channels_are_named_with_the_one_furthest_behind_first(sessions: Sessions) -> None:
    await watch(sessions)
    await watch(sessions, 1002, "rian_ru")
    async with sessions.begin() as session:
        await accounts.beat(session, "main", NOW)
        values = {"top": 15, "cursor": 8, "pushed": 5, "found": 3}
        await session.execute(update(Channel).where(Channel.id == 1002).values(values))
    found = await read(sessions)
    assert found.channels == [ChannelReading("rian_ru", 7, 5, 3), ChannelReading("ostorozhno_novosti", 0, 0, 0)]
    assert (found.watched, found.behind, found.orphans, found.missed) == (2, 1, 0, 3)
    assert [account.name for account in found.accounts] == ["main"]


async def test_the_queue_is_counted_by_state_and_aged_by_what_is_due(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, *(arrival(number, "У посольства тихо") for number in range(1, 7)))
    changes = (
        {"state": DeliveryState.SENT},
        {"state": DeliveryState.DEAD},
        {"state": DeliveryState.HELD},
        {"state": DeliveryState.CLAIMED},
        {"due_at": NOW + timedelta(hours=1)},
        {"due_at": NOW + timedelta(minutes=4)},
    )
    async with sessions.begin() as session:
        ids = (await session.scalars(select(Delivery.id).order_by(Delivery.id))).all()
        for number, values in zip(ids, changes, strict=True):
            await session.execute(update(Delivery).where(Delivery.id == number).values(values))
    found = await read(sessions)
    assert found.queue == {"due": 1, "later": 1, "claimed": 1, "held": 1, "dead": 1}
    assert found.late_s == timedelta(minutes=6).total_seconds()


async def test_what_was_sent_long_ago_is_not_looked_through(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions() as session:
        for condition in ("state IN ('due', 'claimed', 'held')", "state = 'dead'"):
            plan = await session.execute(text(f"EXPLAIN QUERY PLAN SELECT count(*) FROM deliveries WHERE {condition}"))
            assert "USING" in (shown := str(plan.all())), shown
            assert "INDEX" in shown, shown
