from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from monitor import claims, dead_letters, digest, ingest, leases, outbox, retelling, subscribers, updates
from monitor.claims import LEASE, TOGETHER, Parcel
from monitor.database import Sessions
from monitor.models import ChatKind, Delivery, DeliveryKind, DeliveryState, Post, Priority, Subscriber
from monitor.outcomes import (
    MAX_ATTEMPTS,
    SILENT_WAITS,
    UNREACHED_FOR,
    Barred,
    Buried,
    Failed,
    Moot,
    Outcome,
    Refused,
    Sent,
    Snoozed,
    Unreached,
    Unsure,
)
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

JOINED_FROM = 4


async def owe(sessions: Sessions, count: int = 1) -> list[int]:
    """Ids of new subscribers that are owed a notice each."""
    async with sessions.begin() as session:
        ids = []
        for number in range(count):
            subscriber = await subscribers.get_or_create(session, number + 1, 0, ChatKind.PRIVATE, "en", NOW)
            await outbox.enqueue_notice(session, subscriber.id, "watched", NOW, title="A")
            ids.append(subscriber.id)
        return ids


async def claim(sessions: Sessions, token: str, seconds: float = 0, limit: int = 10) -> list[Parcel]:
    async with sessions.begin() as session:
        return await claims.claim(session, token, NOW + timedelta(seconds=seconds), limit, joined_from=JOINED_FROM)


async def begin(sessions: Sessions, parcel: Parcel, seconds: float = 0) -> bool:
    async with sessions.begin() as session:
        return await claims.begin(session, parcel, NOW + timedelta(seconds=seconds))


async def settle(sessions: Sessions, parcel: Parcel, outcome: Outcome, seconds: float = 0) -> Delivery:
    """The first row of the parcel after that."""
    async with sessions.begin() as session:
        await outbox.settle(session, parcel, outcome, NOW + timedelta(seconds=seconds))
    async with sessions() as session:
        return await session.get_one(Delivery, parcel.deliveries[0].id)


def ids(parcels: list[Parcel]) -> list[list[int]]:
    return [[row.id for row in parcel.deliveries] for parcel in parcels]


async def test_two_relays_never_claim_the_same_delivery(sessions: Sessions) -> None:
    await owe(sessions, 5)
    first = await claim(sessions, "a", limit=3)
    second = await claim(sessions, "b")
    assert {one.subscriber_id for one in first}.isdisjoint(one.subscriber_id for one in second)
    assert len(first) + len(second) == 5


async def test_a_lease_that_ran_out_is_claimed_again(sessions: Sessions) -> None:
    await owe(sessions)
    assert len(await claim(sessions, "a")) == 1
    assert await claim(sessions, "b", seconds=LEASE.total_seconds() - 1) == []
    assert len(await claim(sessions, "b", seconds=LEASE.total_seconds() + 1)) == 1


async def test_the_relay_that_lost_its_lease_settles_nothing(sessions: Sessions) -> None:
    await owe(sessions)
    (late,) = await claim(sessions, "a")
    (taken,) = await claim(sessions, "b", seconds=LEASE.total_seconds() + 1)
    after = await settle(sessions, late, Failed("late"))
    assert (after.state, after.claim) == (DeliveryState.CLAIMED, taken.deliveries[0].claim)


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


async def test_what_does_not_reach_telegram_spends_no_attempt_and_is_given_up_after_a_day(sessions: Sessions) -> None:
    await owe(sessions)
    waits, seconds, buried = [], 0.0, UNREACHED_FOR.total_seconds()
    for _ in range(12):
        (delivery,) = await claim(sessions, "a", seconds=seconds)
        after = await settle(sessions, delivery, Unreached("Connection refused"), seconds)
        assert (after.state, after.attempts, after.begun_at) == (DeliveryState.DUE, 0, None)
        waits.append((after.due_at - NOW).total_seconds() - seconds)
        seconds = (after.due_at - NOW).total_seconds()
    assert waits == [5, 5, 10, 20, 40, 80, 160, *[180] * 5]
    (delivery,) = await claim(sessions, "a", seconds=buried)
    after = await settle(sessions, delivery, Unreached("Connection refused"), buried)
    assert (after.state, after.attempts) == (DeliveryState.DEAD, 0)


async def test_what_did_not_reach_telegram_is_due_at_once_with_what_waits_behind_it_and_nothing_else_is(
    sessions: Sessions,
) -> None:
    one, other = await owe(sessions, 2)
    first, second = await claim(sessions, "a")
    await settle(sessions, first, Unreached("Connection refused"))
    await settle(sessions, second, Failed("400"))
    async with sessions.begin() as session:
        for subscriber_id in (one, other):
            await outbox.enqueue_notice(session, subscriber_id, "watched", NOW, title="B")
    assert await claim(sessions, "a", seconds=1) == []  # both wait behind what failed
    async with sessions.begin() as session:
        await outbox.hasten(session, NOW + timedelta(seconds=2))
    assert [parcel.subscriber_id for parcel in await claim(sessions, "a", seconds=2)] == [one]
    assert [row.state for row in await rows_of(sessions, other)] == [DeliveryState.DUE] * 2
    (due,) = {row.due_at for row in await rows_of(sessions, other)}
    assert due == NOW + timedelta(seconds=5)


async def rows_of(sessions: Sessions, subscriber_id: int) -> list[Delivery]:
    async with sessions() as session:
        return list(await session.scalars(select(Delivery).where(Delivery.subscriber_id == subscriber_id)))


async def test_a_refusal_makes_the_subscriber_inactive(sessions: Sessions) -> None:
    (subscriber_id,) = await owe(sessions)
    (delivery,) = await claim(sessions, "a")
    await settle(sessions, delivery, Refused("blocked"))
    async with sessions() as session:
        assert not (await session.get_one(Subscriber, subscriber_id)).active


async def test_a_refusal_that_comes_to_the_relay_that_lost_its_lease_closes_nothing(sessions: Sessions) -> None:
    (subscriber_id,) = await owe(sessions)
    (late,) = await claim(sessions, "a")
    (taken,) = await claim(sessions, "b", seconds=LEASE.total_seconds() + 1)
    await settle(sessions, late, Refused("blocked"))
    async with sessions() as session:
        assert (await session.get_one(Subscriber, subscriber_id)).active
    await settle(sessions, taken, Refused("blocked"))
    async with sessions() as session:
        assert not (await session.get_one(Subscriber, subscriber_id)).active


async def test_a_chat_in_which_we_may_not_write_is_tried_ever_more_seldom_for_a_week(sessions: Sessions) -> None:
    await owe(sessions)
    waits, hours = [], 0
    for _ in range(4):
        (parcel,) = await claim(sessions, "a", seconds=3600 * hours)
        after = await settle(sessions, parcel, Barred("no rights"), 3600 * hours)
        waits.append(round((after.due_at - NOW).total_seconds() / 3600) - hours)
        hours += waits[-1]
    assert waits == [1, 6, 24, 24]
    assert (after.state, after.attempts) == (DeliveryState.DUE, 0)
    (parcel,) = await claim(sessions, "a", seconds=3600 * 24 * 8)
    after = await settle(sessions, parcel, Barred("no rights"), 3600 * 24 * 8)
    assert (after.state, after.settled_at) == (DeliveryState.REFUSED, NOW + timedelta(days=8))


async def test_what_else_such_a_chat_was_owed_for_a_week_is_given_up_with_it(sessions: Sessions) -> None:
    old = {"created_at": NOW - timedelta(days=8)}
    await one(sessions, old, old, {})
    (parcel,) = await claim(sessions, "a")
    await settle(sessions, parcel, Barred("no rights"))
    assert await states(sessions) == ["refused", "refused", "due"]


async def test_what_waits_for_the_right_to_write_comes_with_it_and_nothing_else_before_its_time(
    sessions: Sessions,
) -> None:
    subscriber_id = await one(sessions, {}, {}, {"due_at": NOW + timedelta(days=2), "kind": DeliveryKind.DIGEST})
    (parcel,) = await claim(sessions, "a")
    await settle(sessions, parcel, Barred("no rights"))
    assert await claim(sessions, "a", seconds=60) == []
    async with sessions.begin() as session:
        subscriber = await session.get_one(Subscriber, subscriber_id)
        assert subscriber.active
        await subscribers.activate(session, subscriber, NOW + timedelta(seconds=120))
        due = list(await session.scalars(select(Delivery.due_at).order_by(Delivery.id)))
    assert due == [*[NOW + timedelta(seconds=120)] * 2, NOW + timedelta(days=2)]
    assert len(await claim(sessions, "a", seconds=120)) == 1


async def test_what_waits_behind_what_is_muted_since_comes_with_the_right_to_write_and_an_album_as_a_whole(
    sessions: Sessions,
) -> None:
    subscriber_id = await one(sessions, {}, {})
    (parcel,) = await claim(sessions, "a")
    await settle(sessions, parcel, Barred("no rights"))
    assert await claim(sessions, "a", seconds=60) == []
    opened, whole = NOW + timedelta(seconds=120), NOW + timedelta(seconds=121)
    async with sessions.begin() as session:
        barred = (Delivery.id == parcel.deliveries[0].id, Delivery.state == DeliveryState.DUE)
        await session.execute(update(Delivery).where(*barred).values(state=DeliveryState.HELD))
        album = Delivery(subscriber_id=subscriber_id, kind=DeliveryKind.ALERT, due_at=whole, created_at=opened)
        session.add(album)
        await session.flush()
        await subscribers.activate(session, await session.get_one(Subscriber, subscriber_id), opened)
        due = select(Delivery.due_at).where(Delivery.state == DeliveryState.DUE).order_by(Delivery.id)
        assert list(await session.scalars(due)) == [opened, whole]


async def test_what_was_not_sent_at_the_end_is_given_back(sessions: Sessions) -> None:
    await owe(sessions, 2)
    await claim(sessions, "a")
    async with sessions.begin() as session:
        await leases.release(session, "a", NOW)
        states = set(await session.scalars(select(Delivery.state)))
    assert states == {DeliveryState.DUE}
    assert len(await claim(sessions, "b")) == 2


async def test_on_sqlite_a_new_relay_takes_over_what_a_killed_one_had_claimed(sqlite_sessions: Sessions) -> None:
    await owe(sqlite_sessions, 2)
    assert len(await claim(sqlite_sessions, "killed")) == 2
    async with sqlite_sessions.begin() as session:
        await leases.inherit(session, NOW)
    assert len(await claim(sqlite_sessions, "new")) == 2


async def one(sessions: Sessions, *rows: dict[str, Any]) -> int:
    """Id of a new subscriber whose outbox holds these rows."""
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", NOW)
        for number, row in enumerate(rows):
            created = NOW - timedelta(hours=1) + timedelta(seconds=number)
            defaults = {"kind": DeliveryKind.ALERT, "due_at": created, "created_at": created}
            session.add(Delivery(subscriber_id=subscriber.id, **{**defaults, **row}))
            await session.flush()
        return subscriber.id


async def states(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [str(state) for state in await session.scalars(select(Delivery.state).order_by(Delivery.id))]


async def test_a_chat_has_one_message_claimed_at_a_time(sessions: Sessions) -> None:
    await one(sessions, {}, {})
    (first,) = await claim(sessions, "a")
    assert await claim(sessions, "a") == await claim(sessions, "b") == []
    await settle(sessions, first, Sent(1))
    (second,) = await claim(sessions, "b")
    assert second.deliveries[0].id > first.deliveries[0].id


@pytest.mark.parametrize("count", [1, 3 * TOGETHER])
async def test_what_is_due_again_waits_for_what_came_after_it_and_is_under_way(sessions: Sessions, count: int) -> None:
    await one(sessions, *[{"state": DeliveryState.HELD}] * count, {})
    (later,) = await claim(sessions, "a")
    async with sessions.begin() as session:
        held = update(Delivery).where(Delivery.state == DeliveryState.HELD)
        await session.execute(held.values(state=DeliveryState.DUE))
    assert await claim(sessions, "b") == []
    await settle(sessions, later, Sent(1))
    (earlier,) = await claim(sessions, "b")
    assert earlier.deliveries[0].id < later.deliveries[0].id


async def test_what_comes_after_a_failed_message_waits_for_it(sessions: Sessions) -> None:
    await one(sessions, {}, {})
    (first,) = await claim(sessions, "a")
    await settle(sessions, first, Failed("502"))
    assert await claim(sessions, "a", seconds=1) == []
    async with sessions.begin() as session:
        session.add(Delivery(subscriber_id=first.subscriber_id, kind=DeliveryKind.ALERT, due_at=NOW, created_at=NOW))
    assert await claim(sessions, "a", seconds=2) == []
    (again,) = await claim(sessions, "a", seconds=6)
    assert ids([again]) == ids([first])


async def test_however_much_waits_for_the_end_of_a_silence_what_rings_through_it_is_found(sessions: Sessions) -> None:
    (reader,) = await owe(sessions)
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(due_at=NOW + timedelta(days=9)))
        for hour in range(3 * claims.TOGETHER):
            await digest.enqueue(session, reader, f"digest:{hour}", NOW + timedelta(days=9), NOW)
        urgent = await outbox.enqueue_notice(session, reader, "watched", NOW, title="B")
    assert ids(await claim(sessions, "a")) == [[urgent]]


async def test_a_chat_that_waits_does_not_keep_others_waiting(sessions: Sessions) -> None:
    await owe(sessions, 3)
    for parcel in await claim(sessions, "a", limit=2):
        await settle(sessions, parcel, Failed("502"))
    assert len(await claim(sessions, "a", limit=1)) == 1


async def test_a_burst_makes_one_message_and_a_few_posts_one_each(sessions: Sessions) -> None:
    await one(sessions, *[{} for _ in range(JOINED_FROM - 1)])
    (alone,) = await claim(sessions, "a")
    assert len(alone.deliveries) == 1
    await settle(sessions, alone, Snoozed(NOW))
    await one(sessions, {}, {"kind": DeliveryKind.NOTICE}, {})
    (joined,) = await claim(sessions, "a")
    assert len(joined.deliveries) == JOINED_FROM
    first = await settle(sessions, joined, Sent(7))
    assert (first.message_id, first.together) == (7, JOINED_FROM)
    (notice,) = await claim(sessions, "a")
    assert [row.kind for row in notice.deliveries] == [DeliveryKind.NOTICE]


async def test_posts_that_fail_together_are_sent_apart_at_last(sessions: Sessions) -> None:
    await one(sessions, *[{} for _ in range(JOINED_FROM)])
    sizes, seconds = [], 0.0
    for _ in range(4):
        (parcel,) = await claim(sessions, "a", seconds=seconds)
        sizes.append(len(parcel.deliveries))
        after = await settle(sessions, parcel, Failed("400"), seconds)
        seconds = (after.due_at - NOW).total_seconds()
    assert sizes == [JOINED_FROM, JOINED_FROM, JOINED_FROM, 1]


async def test_chats_take_turns_by_priority_and_then_by_age(sessions: Sessions) -> None:
    chats = await owe(sessions, 3)
    async with sessions.begin() as session:
        for number, priority in zip(chats, (Priority.CROWD, Priority.ALERT, Priority.URGENT), strict=True):
            await session.execute(update(Delivery).where(Delivery.subscriber_id == number).values(priority=priority))
    assert [parcel.subscriber_id for parcel in await claim(sessions, "a")] == chats[::-1]


async def test_what_was_begun_and_not_settled_may_be_a_repeat(sqlite_sessions: Sessions) -> None:
    await owe(sqlite_sessions, 2)
    begun, untouched = await claim(sqlite_sessions, "killed")
    assert not begun.again
    assert await begin(sqlite_sessions, begun)
    async with sqlite_sessions.begin() as session:
        await leases.inherit(session, NOW)
    again = {parcel.subscriber_id: parcel.again for parcel in await claim(sqlite_sessions, "new")}
    assert again == {begun.subscriber_id: True, untouched.subscriber_id: False}


async def test_a_relay_that_lost_its_lease_begins_nothing(sessions: Sessions) -> None:
    await owe(sessions)
    (late,) = await claim(sessions, "a")
    await claim(sessions, "b", seconds=LEASE.total_seconds() + 1)
    assert not await begin(sessions, late)


async def test_a_doubtful_send_is_tried_again_and_marked(sessions: Sessions) -> None:
    await owe(sessions)
    (first,) = await claim(sessions, "a")
    await begin(sessions, first)
    after = await settle(sessions, first, Unsure("timeout"))
    assert (after.state, after.unanswered, after.begun_at) == (DeliveryState.DUE, 1, NOW)
    (second,) = await claim(sessions, "a", seconds=5)
    assert second.again
    assert (await settle(sessions, second, Sent(1))).begun_at is None


async def test_what_is_never_answered_is_repeated_after_growing_waits_and_given_up_as_perhaps_delivered(
    sessions: Sessions,
) -> None:
    await owe(sessions)
    for wait in SILENT_WAITS:
        (parcel,) = await claim(sessions, "a", seconds=600)
        after = await settle(sessions, parcel, Unsure("timeout"))
        assert (after.state, after.due_at) == (DeliveryState.DUE, NOW + wait)
    (last,) = await claim(sessions, "a", seconds=600)
    after = await settle(sessions, last, Unsure("timeout"))
    assert (after.state, after.error) == (DeliveryState.DEAD, "perhaps delivered: timeout")


async def test_what_failed_and_what_was_not_answered_are_counted_apart(sessions: Sessions) -> None:
    await owe(sessions)
    failures, silences = MAX_ATTEMPTS - 1, len(SILENT_WAITS)
    for outcome in [*[Failed("no")] * failures, *[Unsure("timeout")] * silences]:
        (parcel,) = await claim(sessions, "a", seconds=3600)
        after = await settle(sessions, parcel, outcome)
        assert after.state == DeliveryState.DUE
    assert (after.attempts, after.unanswered) == (failures, silences)
    (last,) = await claim(sessions, "a", seconds=3600)
    assert (await settle(sessions, last, Failed("no"))).state == DeliveryState.DEAD
    async with sessions.begin() as session:
        assert await dead_letters.send_again(session, None, 1, NOW) == 1
    (again,) = await claim(sessions, "a")
    assert (again.deliveries[0].attempts, again.deliveries[0].unanswered) == (0, 0)


async def test_a_failure_leaves_no_doubt(sessions: Sessions) -> None:
    await owe(sessions)
    (parcel,) = await claim(sessions, "a")
    await begin(sessions, parcel)
    assert (await settle(sessions, parcel, Failed("502"))).begun_at is None


@pytest.mark.parametrize("outcome", [Snoozed(NOW + timedelta(seconds=5)), Failed("502")])
async def test_a_doubt_outlasts_what_is_refused_since(sessions: Sessions, outcome: Outcome) -> None:
    await owe(sessions)
    (first,) = await claim(sessions, "a")
    await begin(sessions, first)
    await settle(sessions, first, Unsure("timeout"))
    (second,) = await claim(sessions, "a", seconds=60)
    await begin(sessions, second)
    await settle(sessions, second, outcome)
    (third,) = await claim(sessions, "a", seconds=120)
    assert third.again


async def test_a_closed_chat_is_not_tried_again_until_it_opens(sessions: Sessions) -> None:
    subscriber_id = await one(sessions, {}, {"created_at": NOW - timedelta(days=8)}, {"state": DeliveryState.HELD})
    (parcel,) = await claim(sessions, "a")
    await settle(sessions, parcel, Refused("blocked"))
    assert await states(sessions) == ["refused", "refused", "held"]
    assert await claim(sessions, "a") == []
    async with sessions.begin() as session:
        await subscribers.activate(session, await session.get_one(Subscriber, subscriber_id), NOW)
    assert await states(sessions) == ["due", "refused", "held"]
    assert len(await claim(sessions, "a")) == 1


async def test_a_moot_edit_and_a_dead_letter_are_final(sessions: Sessions) -> None:
    await owe(sessions, 2)
    moot, buried = await claim(sessions, "a")
    after = await settle(sessions, moot, Moot("gone")), await settle(sessions, buried, Buried("too long"))
    assert [(str(row.state), row.settled_at) for row in after] == [("refused", NOW), ("dead", NOW)]
    async with sessions.begin() as session:
        for row in after:
            await outbox.revive(session, row.subscriber_id, NOW)
    assert await states(sessions) == ["refused", "dead"]


async def test_what_leaves_at_once_is_noted_as_begun_where_it_is_claimed(sqlite_sessions: Sessions) -> None:
    await owe(sqlite_sessions, 2)
    async with sqlite_sessions.begin() as session:
        begun = [one.begun for one in await claims.claim(session, "killed", NOW, 10, joined_from=4, begins=True)]
        await leases.inherit(session, NOW)
    assert begun == [True, False]
    assert [parcel.again for parcel in await claim(sqlite_sessions, "new")] == [True, False]


@pytest.mark.parametrize("together", [False, True])
async def test_of_each_post_that_was_sent_the_version_is_kept_that_was_shown(
    sessions: Sessions, together: bool
) -> None:
    if together and sessions.engine.dialect.name == "sqlite":
        return  # only PostgreSQL has parcels settled together
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, *[arrival(number, f"Посольство {number}") for number in range(1, 6)])
    (parcel,) = await claim(sessions, "a", 10)
    shown = {row.id: 2 if row.id % 2 else 1 for row in parcel.deliveries[:4]}
    async with sessions.begin() as session:
        sent = Sent(70, versions=shown)
        await (
            outbox.settle_sent(session, [(parcel, sent)], NOW)
            if together
            else outbox.settle(session, parcel, sent, NOW)
        )
    async with sessions() as session:
        rows = (await session.scalars(select(Delivery).order_by(Delivery.id))).all()
    assert {row.id: row.post_version for row in rows} == {**shown, parcel.deliveries[4].id: None}
    assert {(row.state, row.message_id, row.together) for row in rows} == {(DeliveryState.SENT, 70, 5)}


async def test_what_a_digest_told_of_and_the_digest_know_each_other(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, *[arrival(number, f"Посольство {number}") for number in range(1, 4)])
    async with sessions.begin() as session:
        held = list(await session.scalars(select(Delivery.id).order_by(Delivery.id)))
        (reader,) = set(await session.scalars(select(Delivery.subscriber_id)))
        await session.execute(update(Delivery).values(state=DeliveryState.HELD))
        await digest.enqueue(session, reader, "digest:2025-07-01", NOW, NOW)
    (parcel,) = await claim(sessions, "a", 10)
    number = parcel.deliveries[0].id
    await arrive(sessions, arrival(2, "Посольство закрыто", edit_date=NOW), now=NOW)  # after the digest was composed
    async with sessions.begin() as session:
        sent = Sent(70, versions=dict.fromkeys(held, 1), rich=True)
        await outbox.settle(session, parcel, sent, NOW, covers=held)
    async with sessions() as session:
        whole, told = await digest.told(session, number)
        assert whole is not None
        assert (whole.message_id, whole.notice) == (70, {"told": held, "rich": True})
        assert [(row.id, row.digest_id, row.message_id, row.post_version) for row in told] == [
            (each, number, None, 1) for each in held
        ]
        owed = select(Post.message_id).join(Delivery, Delivery.post_id == Post.id)
        assert list(await session.scalars(owed.where(Delivery.kind == DeliveryKind.UPDATE))) == [2]


async def test_what_a_doubtful_digest_told_of_is_in_doubt_also_where_it_is_wanted_at_once_since(
    sessions: Sessions,
) -> None:
    reader = await one(sessions, {"state": DeliveryState.HELD}, {"state": DeliveryState.HELD})
    async with sessions.begin() as session:
        held = list(await session.scalars(select(Delivery.id).order_by(Delivery.id)))
        await digest.enqueue(session, reader, "digest:2025-07-01", NOW, NOW)
    (parcel,) = await claim(sessions, "a")
    async with sessions.begin() as session:
        await session.execute(update(Delivery).where(Delivery.id == held[0]).values(state=DeliveryState.DUE))
        await outbox.settle(session, parcel, Unsure("no answer"), NOW, covers=held)
    async with sessions() as session:
        told = select(Delivery.begun_at).where(Delivery.id.in_(held))
        assert list(await session.scalars(told)) == [NOW, NOW]


async def test_after_a_digest_its_reader_alone_is_owed_what_it_does_not_show(sessions: Sessions) -> None:
    await watch(sessions)
    reader, _ = await subscribe(sessions, "посольство")
    other, _ = await subscribe(sessions, "посольство", chat_id=2)
    await arrive(sessions, *[arrival(number, f"Посольство {number}") for number in range(1, 4)])
    theirs, edits = Delivery.subscriber_id == other.id, Delivery.kind == DeliveryKind.UPDATE
    async with sessions.begin() as session:
        held = list(await session.scalars(select(Delivery.id).where(~theirs).order_by(Delivery.post_id)))
        await session.execute(update(Delivery).where(~theirs).values(state=DeliveryState.HELD))
        await session.execute(update(Delivery).where(theirs).values(state=DeliveryState.SENT, message_id=5))
        await digest.enqueue(session, reader.id, "digest:2025-07-01", NOW, NOW)
    (parcel,) = await claim(sessions, "a")
    async with sessions.begin() as session:
        assert await ingest.mark_deleted(session, CHANNEL, [1, 2], NOW) == 2
        while await retelling.turn_page(session, NOW + updates.CHANGED):  # where the digest may be told of both
            pass
        assert len((await session.scalars(select(Delivery).where(edits, theirs))).all()) == 2
        await session.execute(update(Delivery).where(edits).values(state=DeliveryState.SENT))
        sent = Sent(70, versions=dict.fromkeys(held, 1), deleted=held[:1])
        await outbox.settle(session, parcel, sent, NOW, covers=held)
        owed = select(Delivery.subscriber_id, Post.message_id).join(Post, Post.id == Delivery.post_id)
        due = (await session.execute(owed.where(edits, Delivery.state == DeliveryState.DUE))).all()
    assert [tuple(row) for row in due] == [(reader.id, 2)]


@pytest.mark.parametrize("before", ["due", "dead"])
async def test_an_edit_that_is_owed_again_has_another_day_to_reach_telegram(sessions: Sessions, before: str) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо"))
    day = UNREACHED_FOR.total_seconds()
    async with sessions.begin() as session:
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, message_id=1, settled_at=NOW))
        (post_id,) = await session.scalars(select(Post.id))
        await retelling.enqueue(session, [post_id], NOW)
    for seconds in (0.0, day - 60) if before == "due" else (0.0, day):
        (parcel,) = await claim(sessions, "a", seconds)
        after = await settle(sessions, parcel, Unreached("refused"), seconds)
    assert after.state == before
    async with sessions.begin() as session:
        await retelling.enqueue(session, [post_id], NOW + timedelta(seconds=day))
        await outbox.hasten(session, NOW + timedelta(seconds=day))
    (parcel,) = await claim(sessions, "a", day)
    assert (await settle(sessions, parcel, Unreached("refused"), day + 60)).state == DeliveryState.DUE
