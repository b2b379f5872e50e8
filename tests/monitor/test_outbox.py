from datetime import timedelta

from sqlalchemy import select

from monitor import outbox, subscribers
from monitor.database import Sessions
from monitor.models import ChatKind, Delivery, DeliveryState, Subscriber
from monitor.outbox import MAX_ATTEMPTS, Failed, Refused, Sent, Snoozed
from tests.conftest import NOW


async def owe(sessions: Sessions, count: int = 1) -> list[int]:
    """Ids of new subscribers that are owed a notice each."""
    async with sessions.begin() as session:
        ids = []
        for number in range(count):
            subscriber = await subscribers.get_or_create(session, number + 1, 0, ChatKind.PRIVATE, "en", NOW)
            await outbox.enqueue_notice(session, subscriber.id, "watched", NOW, title="A")
            ids.append(subscriber.id)
        return ids


async def claim(sessions: Sessions, token: str, seconds: float = 0, limit: int = 10) -> list[Delivery]:
    async with sessions.begin() as session:
        return await outbox.claim(session, token, NOW + timedelta(seconds=seconds), limit)


async def settle(sessions: Sessions, delivery: Delivery, outcome: outbox.Outcome, seconds: float = 0) -> Delivery:
    async with sessions.begin() as session:
        await outbox.settle(session, delivery, outcome, NOW + timedelta(seconds=seconds))
    async with sessions() as session:
        return await session.get_one(Delivery, delivery.id)


async def test_two_relays_never_claim_the_same_delivery(sessions: Sessions) -> None:
    await owe(sessions, 5)
    first = await claim(sessions, "a", limit=3)
    second = await claim(sessions, "b")
    assert {row.id for row in first}.isdisjoint(row.id for row in second)
    assert len(first) + len(second) == 5


async def test_a_lease_that_ran_out_is_claimed_again(sessions: Sessions) -> None:
    await owe(sessions)
    assert len(await claim(sessions, "a")) == 1
    assert await claim(sessions, "b", seconds=outbox.LEASE.total_seconds() - 1) == []
    assert len(await claim(sessions, "b", seconds=outbox.LEASE.total_seconds() + 1)) == 1


async def test_the_relay_that_lost_its_lease_settles_nothing(sessions: Sessions) -> None:
    await owe(sessions)
    (late,) = await claim(sessions, "a")
    (taken,) = await claim(sessions, "b", seconds=outbox.LEASE.total_seconds() + 1)
    after = await settle(sessions, late, Failed("late"))
    assert (after.state, after.claim) == (DeliveryState.CLAIMED, taken.claim)


async def test_what_was_sent_is_final(sessions: Sessions) -> None:
    await owe(sessions)
    (delivery,) = await claim(sessions, "a")
    after = await settle(sessions, delivery, Sent(77))
    assert (after.state, after.message_id, after.settled_at) == (DeliveryState.SENT, 77, NOW)
    assert await claim(sessions, "b", seconds=10**6) == []


async def test_a_snooze_spends_no_attempt(sessions: Sessions) -> None:
    await owe(sessions)
    (delivery,) = await claim(sessions, "a")
    after = await settle(sessions, delivery, Snoozed(NOW + timedelta(seconds=30)))
    assert (after.state, after.attempts, after.due_at) == (DeliveryState.DUE, 0, NOW + timedelta(seconds=30))


async def test_failures_back_off_and_are_buried_at_last(sessions: Sessions) -> None:
    await owe(sessions)
    waits, seconds = [], 0.0
    for _ in range(MAX_ATTEMPTS):
        (delivery,) = await claim(sessions, "a", seconds=seconds)
        after = await settle(sessions, delivery, Failed("503"), seconds)
        waits.append((after.due_at - NOW).total_seconds() - seconds)
        seconds = (after.due_at - NOW).total_seconds()
    assert after.state is not DeliveryState.DUE
    assert DeliveryState(after.state) is DeliveryState.DEAD
    assert after.error == "503"
    assert waits[:3] == [5, 10, 20]


async def test_a_refusal_makes_the_subscriber_inactive(sessions: Sessions) -> None:
    (subscriber_id,) = await owe(sessions)
    (delivery,) = await claim(sessions, "a")
    await settle(sessions, delivery, Refused("blocked"))
    async with sessions() as session:
        assert not (await session.get_one(Subscriber, subscriber_id)).active


async def test_what_was_not_sent_at_the_end_is_given_back(sessions: Sessions) -> None:
    await owe(sessions, 2)
    await claim(sessions, "a")
    async with sessions.begin() as session:
        await outbox.release(session, "a", NOW)
        states = set(await session.scalars(select(Delivery.state)))
    assert states == {DeliveryState.DUE}
    assert len(await claim(sessions, "b")) == 2


async def test_on_sqlite_a_new_relay_takes_over_what_a_killed_one_had_claimed(sqlite_sessions: Sessions) -> None:
    await owe(sqlite_sessions, 2)
    assert len(await claim(sqlite_sessions, "killed")) == 2
    async with sqlite_sessions.begin() as session:
        await outbox.inherit(session, NOW)
    assert len(await claim(sqlite_sessions, "new")) == 2
