"""A relay's transactions beside those of others."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import desk as desks
from bot.desk import Desk
from bot.reactions import Letter, Medium
from bot.rendering import readers
from monitor import accounts, chat_paces, digest, ingest, moving, outbox, retelling, subscribers, updates
from monitor.chat_paces import Limits
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.meter import Meter
from monitor.models import ChatKind, Delivery, DeliveryKind, DeliveryState, Mode, Retelling, Subscriber, Subscription
from monitor.outcomes import Held, Sent
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

GROUP, MOVED = -5, -1005


@pytest.mark.parametrize("pictures", [0, 5])
async def test_each_part_of_an_album_takes_a_turn_of_the_chat(postgres_sessions: Sessions, pictures: int) -> None:
    limits = Limits()
    subscriber, _ = await subscribe(postgres_sessions, "паром", chat_id=GROUP)
    async with postgres_sessions.begin() as session:
        await outbox.enqueue_notice(session, subscriber.id, "pictures_none", NOW)
    desk = Desk(postgres_sessions, lambda: NOW, 4, Meter(), name="one", limits=limits)
    (prepared,) = await desk.claim(1, [], begins=True)
    assert isinstance(prepared.said, Letter)
    album = replace(prepared.said, media=(Medium(1, "photo", b"", None),) * pictures)
    assert await desk.begin(prepared.parcel, album)
    async with postgres_sessions() as session:
        free = await chat_paces.free_from(session, [GROUP], limits)
    turns = max(1, pictures) - (limits.group_burst - 1)
    assert free[GROUP] == NOW + turns * timedelta(seconds=limits.group_s)


async def test_a_change_that_is_committed_while_an_alert_is_on_its_way_reaches_its_reader(
    postgres_sessions: Sessions,
) -> None:
    await watch(postgres_sessions)
    await subscribe(postgres_sessions, "посольство")
    await arrive(postgres_sessions, arrival(1, "У посольства тихо"))
    moments = [NOW]
    desk = Desk(postgres_sessions, lambda: moments[-1], 4, Meter(), name="one", limits=Limits())
    async with postgres_sessions.begin() as session:
        await ingest.mark_deleted(session, CHANNEL, [1], NOW)
        (prepared,) = await desk.claim(1, [])
    assert isinstance(prepared.said, Letter)
    assert "🗑" not in prepared.said.rendered.text
    await desk.settle(prepared.parcel, Sent(77))
    moments.append(NOW + updates.CHANGED)
    async with postgres_sessions.begin() as session:
        while await retelling.turn_page(session, moments[-1]):
            pass
    (prepared,) = await desk.claim(1, [])
    assert isinstance(prepared.said, Letter)
    assert prepared.said.edits == 77
    assert "🗑" in prepared.said.rendered.text


async def test_a_change_that_is_committed_while_a_digest_is_on_its_way_reaches_its_reader(
    postgres_sessions: Sessions,
) -> None:
    desk = await digest_of(postgres_sessions, 2, limits=Limits())
    later = NOW + timedelta(days=1)
    async with postgres_sessions.begin() as session:
        await ingest.mark_deleted(session, CHANNEL, [1], later)
        (prepared,) = await desk.claim(1, [])
        assert isinstance(prepared.said, Letter)
        await desk.settle(prepared.parcel, Sent(77), prepared.said.covers)
    async with postgres_sessions.begin() as session:
        while await retelling.turn_page(session, later + updates.CHANGED):
            pass
        edits = await session.scalars(select(Delivery.state).where(Delivery.kind == DeliveryKind.UPDATE))
        assert list(edits) == [DeliveryState.DUE]


async def test_a_change_of_what_waits_for_no_digest_leaves_no_page(postgres_sessions: Sessions) -> None:
    await watch(postgres_sessions)
    await subscribe(postgres_sessions, "паром", chat_id=7)
    async with postgres_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    await arrive(postgres_sessions, arrival(1, "Паром ушёл"))
    async with postgres_sessions.begin() as session:
        await ingest.mark_deleted(session, CHANNEL, [1], NOW)
        assert await session.scalar(select(func.count(Retelling.id))) == 0


async def test_a_change_before_an_alert_is_composed_costs_no_edit(postgres_sessions: Sessions) -> None:
    await watch(postgres_sessions)
    await subscribe(postgres_sessions, "посольство")
    await arrive(postgres_sessions, arrival(1, "У посольства тихо"))
    async with postgres_sessions.begin() as session:
        await ingest.mark_deleted(session, CHANNEL, [1], NOW)
    async with postgres_sessions.begin() as session:
        while await retelling.turn_page(session, NOW + updates.CHANGED):
            pass
        assert await session.scalar(select(func.count(Delivery.id))) == 1
        assert await session.scalar(select(func.count(Retelling.id))) == 0


async def test_what_waits_for_its_first_page_counts_only_once_it_cannot_be_turned_meanwhile(
    postgres_sessions: Sessions,
) -> None:
    await watch(postgres_sessions)
    await subscribe(postgres_sessions, "посольство")
    await arrive(postgres_sessions, arrival(1, "У посольства тихо"))
    async with postgres_sessions.begin() as session:
        await ingest.mark_deleted(session, CHANNEL, [1], NOW)
    async with postgres_sessions.begin() as changing, postgres_sessions.begin() as turning:
        (post_id,) = set(await changing.scalars(select(Delivery.post_id)))
        await retelling.enqueue(changing, [post_id], NOW)
        assert not await retelling.turn_page(turning, NOW + updates.CHANGED)


async def test_a_group_that_moves_before_its_message_is_composed_gets_it_in_the_new_chat(
    postgres_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(postgres_sessions)
    await subscribe(postgres_sessions, "катер", chat_id=MOVED)
    for chat_id in (GROUP, 7):
        await subscribe(postgres_sessions, "паром", chat_id=chat_id)
    await arrive(postgres_sessions, arrival(1, "Паром ушёл"))
    desk = Desk(postgres_sessions, lambda: NOW, 4, Meter(), name="one", limits=Limits())

    async def readers_after_the_move(session: AsyncSession, parcels: Sequence[Parcel]) -> dict[int, Subscriber]:
        async with postgres_sessions.begin() as other:
            assert await moving.migrate(other, GROUP, MOVED, NOW)
        return await readers(session, parcels)

    with monkeypatch.context() as patched:
        patched.setattr("bot.desk.readers", readers_after_the_move)
        assert [one.subscriber.chat_id for one in await desk.claim(10, [])] == [7]
    assert [one.subscriber.chat_id for one in await desk.claim(10, [])] == [MOVED]


async def test_a_move_before_a_message_in_a_silence_is_settled_holds_up_nothing(sessions: Sessions) -> None:
    await watch(sessions)
    for query, chat_id in (("катер", MOVED), ("паром", GROUP)):
        await subscribe(sessions, query, chat_id=chat_id)
    async with sessions.begin() as session:
        await session.execute(update(Subscriber).values(snoozed_until=NOW + timedelta(hours=2)))
    await arrive(sessions, arrival(1, "Паром ушёл"))
    desk = Desk(sessions, lambda: NOW, 4, Meter())
    (prepared,) = await desk.claim(1, [])
    assert isinstance(prepared.said, Held)
    async with sessions.begin() as session:
        assert await moving.migrate(session, GROUP, MOVED, NOW)
    await asyncio.wait_for(desk.settle(prepared.parcel, prepared.said), 10)
    (again,) = await desk.claim(1, [])
    assert (again.subscriber.chat_id, again.said) == (MOVED, prepared.said)
    await desk.settle(again.parcel, prepared.said)
    async with sessions() as session:
        rows = await session.scalars(select(Delivery).order_by(Delivery.id))
        assert [(row.kind, row.state) for row in rows] == [("alert", "held"), ("digest", "due")]


async def test_what_nobody_is_there_for_any_more_ends_when_it_is_settled(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Pictures were to follow a message to a reader that is gone."""
    monkeypatch.setattr(desks, "AGAIN_S", 0)
    await watch(sessions)
    for query, chat_id in (("катер", MOVED), ("паром", GROUP)):
        await subscribe(sessions, query, chat_id=chat_id)
    await arrive(sessions, arrival(1, "Паром ушёл", media=("photo",)))
    desk = Desk(sessions, lambda: NOW, 4, Meter())
    (prepared,) = await desk.claim(1, [])
    async with sessions.begin() as session:
        await accounts.beat(session, "main", NOW)
        assert await moving.migrate(session, GROUP, MOVED, NOW)
    alert = prepared.parcel.deliveries[0]
    await asyncio.wait_for(desk.settle(prepared.parcel, Sent(77), followed_by=alert.post_id), 10)
    assert len([line for line in caplog.messages if "cannot be settled" in line]) == 2
    assert [one.subscriber.chat_id for one in await desk.claim(1, [])] == [MOVED]


async def digest_of(sessions: Sessions, posts: int, limits: Limits | None = None) -> Desk:
    """A desk at which a digest of so many posts is due for one reader."""
    await watch(sessions)
    await subscribe(sessions, "паром", chat_id=7)
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    await arrive(sessions, *[arrival(number, f"Паром номер {number}") for number in range(1, posts + 1)])
    later = NOW + timedelta(days=1)
    async with sessions.begin() as session:
        for moment in (NOW, later):
            await digest.issue(session, moment)
    return Desk(sessions, lambda: later, 4, Meter(), limits=limits)


async def test_while_a_digest_is_composed_others_write_and_have_their_turn(sqlite_sessions: Sessions) -> None:
    desk = await digest_of(sqlite_sessions, 40)
    composing = asyncio.create_task(desk.claim(1, []))
    await asyncio.sleep(0)
    async with sqlite_sessions.begin(quick=True) as session:
        await session.execute(update(Subscriber).values(locale="en"))
    assert not composing.done()
    (prepared,) = await composing
    assert isinstance(prepared.said, Letter)
    assert len(prepared.said.covers) == 40


async def test_a_digest_of_many_posts_asks_no_more_of_the_database_than_one_of_few(sqlite_sessions: Sessions) -> None:
    desk = await digest_of(sqlite_sessions, 40)
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    async with sqlite_sessions() as session:
        event.listen((await session.connection()).engine.sync_engine, "before_cursor_execute", count)
    await desk.claim(1, [])
    assert 0 < asked < 10


async def test_a_thread_that_another_process_is_just_leaving_is_left(postgres_sessions: Sessions) -> None:
    async with postgres_sessions.begin() as session:
        reader = await subscribers.get_or_create(session, GROUP, 5, ChatKind.GROUP, "ru", NOW)

    async def leave() -> bool:
        async with postgres_sessions.begin() as session:
            return await moving.leave_thread(session, reader.id, 5, NOW)

    async with postgres_sessions.begin() as session:
        assert await moving.leave_thread(session, reader.id, 5, NOW)
        leaving = asyncio.create_task(leave())
        await waits_for_a_lock(postgres_sessions)
    assert await leaving
    async with postgres_sessions() as session:
        assert list(await session.scalars(select(Delivery.key))) == ["thread:5"]


async def waits_for_a_lock(sessions: Sessions) -> None:
    """Return when a statement on this database waits for another transaction."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(30), sessions() as session:
        while not await session.scalar(waiting):
            await asyncio.sleep(0.01)
            await session.rollback()
