"""What is queued already when its topic or channel is muted."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from monitor import hushing, subscriptions
from monitor.database import Sessions
from monitor.hushing import Hush
from monitor.models import Delivery, DeliveryKind, DeliveryState, Mode, Post, Priority, Subscriber, Subscription
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch


@pytest.fixture(autouse=True)
async def watched(sessions: Sessions) -> None:
    await watch(sessions)


async def states(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        alerts = select(Delivery.state).where(Delivery.kind == DeliveryKind.ALERT).order_by(Delivery.id)
        return list(await session.scalars(alerts))


async def mute(sessions: Sessions, reader: Subscriber, topic_id: int) -> None:
    async with sessions.begin() as session:
        await hushing.mute_topic(session, reader, topic_id, Hush.HOUR, NOW)


async def mute_channel(sessions: Sessions, reader: Subscriber) -> None:
    async with sessions.begin() as session:
        await hushing.mute_channel(session, reader, CHANNEL, NOW)


async def test_what_is_queued_for_a_muted_topic_comes_in_one_message_when_that_ends(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства шумно"))
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.HELD] * 2
    async with sessions() as session:
        (whole,) = await session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.DIGEST))
    assert whole.due_at == NOW + timedelta(hours=1)
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.DUE] * 2


async def test_what_another_topic_wants_too_goes_out(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await subscribe(sessions, "тихо")
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства шумно"), arrival(3, "Тихо"))
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.DUE, DeliveryState.HELD, DeliveryState.DUE]


async def test_what_is_urgent_goes_out(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(priority=Priority.URGENT))
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.DUE]


async def test_an_album_whose_later_part_matched_is_held(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    parts = [arrival(1, "", grouped_id=7), arrival(2, "У посольства тихо", grouped_id=7)]
    await arrive(sessions, *parts)
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.HELD]


@pytest.mark.parametrize("mode", [Mode.INSTANT, Mode.DIGEST])
async def test_what_is_queued_for_an_ended_topic_alone_is_dropped_and_comes_back_with_it(
    sessions: Sessions, mode: Mode
) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await subscribe(sessions, "тихо")
    other, _ = await subscribe(sessions, "посольство", chat_id=2)
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=mode))
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства шумно"))
    waiting = DeliveryState.HELD if mode == Mode.DIGEST else DeliveryState.DUE
    async with sessions.begin() as session:
        await subscriptions.end(session, reader, topic.id, NOW)
    async with sessions() as session:
        (dropped,) = await session.scalars(select(Delivery).where(Delivery.state == DeliveryState.REFUSED))
        told = await session.get_one(Post, dropped.post_id)
    assert (dropped.subscriber_id, told.text) == (reader.id, "У посольства шумно")
    assert sorted(await states(sessions)) == [*[waiting] * 3, DeliveryState.REFUSED]
    async with sessions.begin() as session:
        assert await subscriptions.follow(session, reader, topic, NOW)
    assert await states(sessions) == [waiting] * 4
    assert other.id != reader.id


async def test_what_is_queued_of_a_muted_channel_is_dropped_and_comes_back(sessions: Sessions) -> None:
    reader, _ = await subscribe(sessions, "посольство")
    other, _ = await subscribe(sessions, "посольство", chat_id=2)
    await watch(sessions, CHANNEL + 1, "another")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    await arrive(sessions, arrival(2, "У посольства шумно и людно", channel_id=CHANNEL + 1))
    await mute_channel(sessions, reader)
    async with sessions() as session:
        dropped = select(Delivery.subscriber_id, Delivery.post_id).where(Delivery.state == DeliveryState.REFUSED)
        assert len((await session.execute(dropped.where(Delivery.subscriber_id == reader.id))).all()) == 1
        assert (await session.execute(dropped.where(Delivery.subscriber_id == other.id))).all() == []
    await mute_channel(sessions, reader)
    assert await states(sessions) == [DeliveryState.DUE] * 4


@pytest.mark.parametrize("unwanted", ["topic", "channel"])
async def test_what_comes_back_has_another_day_to_reach_telegram(sessions: Sessions, unwanted: str) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        await session.execute(
            update(Delivery).values(unreached_since=NOW - timedelta(days=1), attempts=7, unanswered=3)
        )
    for _ in range(2):
        await (mute(sessions, reader, topic.id) if unwanted == "topic" else mute_channel(sessions, reader))
    async with sessions() as session:
        alert = (await session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.ALERT))).one()
    assert (alert.state, alert.unreached_since, alert.attempts, alert.unanswered) == (DeliveryState.DUE, None, 0, 0)


@pytest.mark.parametrize("mode", [Mode.INSTANT, Mode.DIGEST])
async def test_what_was_dropped_with_its_topic_is_owed_when_an_edit_satisfies_another(
    sessions: Sessions, mode: Mode
) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    _, other = await subscribe(sessions, "шумно")
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства людно"))
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == other.id).values(mode=mode))
        await session.execute(update(Delivery).values(attempts=3))
        await subscriptions.end(session, reader, topic.id, NOW)
    later = NOW + timedelta(minutes=5)
    await arrive(sessions, arrival(1, "У посольства шумно", edit_date=later), now=later)
    async with sessions() as session:
        owed, dropped = await session.scalars(select(Delivery).order_by(Delivery.id))
    state = DeliveryState.HELD if mode == Mode.DIGEST else DeliveryState.DUE
    assert (owed.state, owed.due_at, owed.attempts, owed.error, owed.settled_at) == (state, later, 0, None, None)
    assert dropped.state == DeliveryState.REFUSED


async def test_what_is_held_for_a_muted_topic_goes_out_when_an_edit_satisfies_another(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await subscribe(sessions, "шумно")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    await mute(sessions, reader, topic.id)
    later = NOW + timedelta(minutes=5)
    await arrive(sessions, arrival(1, "У посольства людно", edit_date=later), now=later)
    assert await states(sessions) == [DeliveryState.HELD]
    await arrive(sessions, arrival(1, "У посольства шумно", edit_date=later), now=later)
    assert await states(sessions) == [DeliveryState.DUE]


async def test_each_button_mutes_for_its_own_time_and_takes_back_only_that(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    muted = []
    for hush, minutes in (
        (Hush.HOUR, 0),
        (Hush.DAY, 10),
        (Hush.HOUR, 20),
        (Hush.HOUR, 30),
        (Hush.DAY, 40),
        (Hush.DAY, 50),
    ):
        async with sessions.begin() as session:
            now = NOW + timedelta(minutes=minutes)
            _, until = await hushing.mute_topic(session, reader, topic.id, hush, now)
            muted.append(until and until - now)
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert muted == [hour, day, hour, None, day, None]


async def test_what_is_held_for_an_hour_waits_on_when_its_topic_is_muted_for_the_day(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    _, other = await subscribe(sessions, "шумно")
    await arrive(sessions, arrival(1, "У посольства тихо"), arrival(2, "У посольства шумно"))
    await mute(sessions, reader, topic.id)
    await mute(sessions, reader, other.id)
    async with sessions.begin() as session:
        await hushing.mute_topic(session, reader, topic.id, Hush.DAY, NOW + timedelta(minutes=10))
    async with sessions() as session:
        ends = await session.execute(select(Delivery.kind, Delivery.due_at).order_by(Delivery.id))
        rows = [(str(kind), due_at - NOW) for kind, due_at in ends]
    hour, day = timedelta(hours=1), timedelta(days=1, minutes=10)
    assert rows == [("alert", day), ("alert", hour), ("digest", hour), ("digest", day)]


@pytest.mark.parametrize("values", [{"mode": Mode.DIGEST}, {"mode": Mode.SILENT}, {"paused": True}])
async def test_a_topic_that_does_not_ring_has_no_other_ring_while_that_is_muted(
    sessions: Sessions, values: dict[str, object]
) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    _, other = await subscribe(sessions, "тихо")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == other.id).values(**values))
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.HELD]


@pytest.mark.parametrize("mode", [Mode.DIGEST, Mode.SILENT])
@pytest.mark.parametrize("ago", [timedelta(days=1), -timedelta(minutes=1)])
async def test_nor_does_the_muting_of_one_that_does_not_ring_say_when_that_of_the_other_ends(
    sessions: Sessions, mode: Mode, ago: timedelta
) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    _, other = await subscribe(sessions, "тихо")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        its = update(Subscription).where(Subscription.topic_id == other.id)
        await session.execute(its.values(mode=mode, muted_until=NOW - ago, muted_for=Hush.DAY))
    await mute(sessions, reader, topic.id)
    async with sessions() as session:
        ends = set(await session.scalars(select(Delivery.due_at)))
    assert ends == {NOW + timedelta(hours=1)}


@pytest.mark.parametrize("values", [{"mode": Mode.DIGEST}, {"mode": Mode.SILENT}, {"paused": True}])
async def test_nor_is_what_is_held_earlier_when_one_that_does_not_ring_is_muted_for_less(
    sessions: Sessions, values: dict[str, object]
) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    _, other = await subscribe(sessions, "тихо")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == other.id).values(**values))
        await hushing.mute_topic(session, reader, topic.id, Hush.DAY, NOW)
    await mute(sessions, reader, other.id)
    async with sessions() as session:
        ends = set(await session.scalars(select(Delivery.due_at)))
    assert ends == {NOW + timedelta(days=1)}


async def test_a_paused_topic_can_be_muted(sessions: Sessions) -> None:
    reader, topic = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(paused=True))
    await mute(sessions, reader, topic.id)
    assert await states(sessions) == [DeliveryState.HELD]
