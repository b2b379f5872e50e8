"""The clock's jobs, on real databases."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.schedule import Schedule
from monitor import claims, digest, outbox, retention
from monitor.database import Sessions
from monitor.models import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    DigestEvery,
    History,
    Post,
    PostCount,
    Priority,
    Search,
    Subscriber,
    Watch,
)
from monitor.outcomes import Sent
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

OLD = NOW - timedelta(days=31)


async def fill(sessions: Sessions) -> None:
    """One row of each kind that is old, one that is not, and an old alert."""
    await watch(sessions)
    subscriber, _ = await subscribe(sessions, "посольство")
    await arrive(sessions, arrival(1, "У посольства тихо", date=OLD), now=OLD)
    async with sessions.begin() as session:
        for moment in (OLD, NOW):
            await session.execute(insert(Search).values(subscriber_id=subscriber.id, query="баку", asked_at=moment))
            await session.execute(
                insert(Search).values(subscriber_id=subscriber.id, query="баку", token="t", asked_at=moment)
            )
            await session.execute(insert(Watch).values(target="@a", requested_at=moment, settled_at=moment))
            await session.execute(
                insert(History).values(channel_id=CHANNEL, since=OLD, requested_at=moment, settled_at=moment)
            )
            await session.execute(insert(PostCount).values(post_id=select(Post.id).scalar_subquery(), seen_at=moment))
            await outbox.enqueue_notice(session, subscriber.id, "watched", moment, title="A")
        while parcels := await claims.claim(session, "relay", NOW, 10, joined_from=4):
            for parcel in parcels:
                await outbox.settle(session, parcel, Sent(1), parcel.deliveries[0].created_at)


async def counts(sessions: Sessions) -> list[int]:
    async with sessions() as session:
        return [
            await session.scalar(select(func.count()).select_from(model)) or 0 for model in (Search, Watch, Delivery)
        ]


async def test_only_what_nobody_can_ask_for_is_forgotten(sessions: Sessions) -> None:
    await fill(sessions)
    gone = await retention.forget(sessions, NOW)
    assert gone == retention.Forgotten(
        searches=1, watches=1, histories=1, notices=1, counts=1, topics=0, awaited=0, translations=0, pictures=0
    )
    assert await counts(sessions) == [3, 1, 2]


async def test_links_to_answers_work_for_a_year(sessions: Sessions) -> None:
    await fill(sessions)
    assert (await retention.forget(sessions, NOW + timedelta(days=364))).searches == 3
    assert (await counts(sessions))[0] == 1


async def test_digests_of_very_many_are_issued_in_pages(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [await subscribe(sqlite_sessions, "посольство", chat_id=1 + n) for n in range(2 * digest.PAGE + 1)]
    held = {"kind": DeliveryKind.ALERT, "priority": Priority.DIGEST, "state": DeliveryState.HELD}
    async with sqlite_sessions.begin() as session:
        rows = [{"subscriber_id": reader.id, "due_at": NOW, "created_at": NOW, **held} for reader, _ in readers]
        await session.execute(insert(Delivery), rows)
        await session.execute(update(Subscriber).values(digest_every=DigestEvery.DAILY, digest_at=NOW))
    issue, pages = digest.issue, list[int]()

    async def counted(session: AsyncSession, now: datetime) -> int:
        pages.append(await issue(session, now))
        return pages[-1]

    monkeypatch.setattr(digest, "issue", counted)
    schedule = Schedule(sqlite_sessions, first_after=timedelta(0), clock=lambda: NOW)
    running = asyncio.create_task(schedule.run())
    async with asyncio.timeout(10):
        while sum(pages) < len(readers):  # noqa: ASYNC110 -- the scheduler works on its own
            await asyncio.sleep(0.01)
    schedule.stop()
    await running
    assert pages == [digest.PAGE, digest.PAGE, 1]


async def test_the_schedule_runs_its_job_and_ends(sqlite_sessions: Sessions) -> None:
    await fill(sqlite_sessions)
    soon = timedelta(milliseconds=1)
    schedule = Schedule(sqlite_sessions, every=timedelta(hours=1), first_after=soon, clock=lambda: NOW)
    running = asyncio.create_task(schedule.run())
    async with asyncio.timeout(10):
        while await counts(sqlite_sessions) != [3, 1, 2]:  # noqa: ASYNC110 -- the scheduler works on its own
            await asyncio.sleep(0.01)
    schedule.stop()
    async with asyncio.timeout(10):
        await running


async def test_what_is_held_for_no_digest_gets_one(sqlite_sessions: Sessions) -> None:
    subscriber, _ = await subscribe(sqlite_sessions, "посольство")
    async with sqlite_sessions.begin() as session:
        held = {"kind": DeliveryKind.ALERT, "state": DeliveryState.HELD, "due_at": NOW, "created_at": NOW}
        await session.execute(insert(Delivery).values(subscriber_id=subscriber.id, **held))
    schedule = Schedule(sqlite_sessions, first_after=timedelta(0), clock=lambda: NOW)
    running = asyncio.create_task(schedule.run())
    async with asyncio.timeout(10), sqlite_sessions() as session:
        while await session.scalar(select(Delivery.key).where(Delivery.kind == DeliveryKind.DIGEST)) != digest.LEFT:
            await session.rollback()
            await asyncio.sleep(0.05)
    schedule.stop()
    await running
