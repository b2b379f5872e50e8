"""When digests come: by the clocks of real zones, however the schedule is late."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from monitor import digest, subscribers
from monitor.database import Sessions
from monitor.digest import BadScheduleError
from monitor.models import ChatKind, Delivery, DeliveryKind, DeliveryState, Priority, Subscriber

START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")


def reader(text: str, zone: str = "Europe/Kyiv", now: datetime = START) -> Subscriber:
    subscriber = Subscriber(timezone=zone)
    digest.set_digest(subscriber, text, now)
    return subscriber


def times(subscriber: Subscriber, count: int, after: datetime = START) -> list[datetime]:
    """The next so many digests, in the reader's own time."""
    found = []
    for _ in range(count):
        after = digest.next_time(subscriber, after)
        found.append(after.astimezone(ZoneInfo(subscriber.timezone)))
    return found


async def holding(sessions: Sessions, text: str, zone: str) -> int:
    """Id of a reader who has such digests and something held."""
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", START)
        subscriber.timezone = zone
        digest.set_digest(subscriber, text, START)
        held = {
            "kind": DeliveryKind.ALERT,
            "priority": Priority.DIGEST,
            "state": DeliveryState.HELD,
        }
        await session.execute(
            insert(Delivery).values(subscriber_id=subscriber.id, due_at=START, created_at=START, **held)
        )
        return subscriber.id


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/St_Johns", "Australia/Lord_Howe"])
@pytest.mark.parametrize("at", ["09:00", "03:30", "02:15", "00:00"])
def test_over_two_years_there_is_one_digest_a_day_whatever_the_clocks_do(zone: str, at: str) -> None:
    days = [moment.date() for moment in times(reader(f"daily {at}", zone), 730)]
    assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 729


async def test_however_often_or_seldom_the_clock_is_looked_at_a_day_has_one_digest(sqlite_sessions: Sessions) -> None:
    await holding(sqlite_sessions, "daily 09:00", "Europe/Kyiv")
    chances = random.Random(1)
    moment, end = START, START + timedelta(days=730)
    while moment < end:
        moment = min(end, moment + timedelta(minutes=chances.randrange(1, 1300)))
        async with sqlite_sessions.begin() as session:
            await digest.issue(session, moment)
            await digest.issue(session, moment)  # a second schedule, or a restart
    async with sqlite_sessions() as session:
        issued = select(Delivery.key).where(Delivery.kind == DeliveryKind.DIGEST).order_by(Delivery.id)
        keys = list(await session.scalars(issued))
    nines = times(reader("daily 09:00"), 730)
    assert keys == [f"digest:{nine.astimezone(UTC):%Y%m%dT%H%M}" for nine in nines]


async def test_a_digest_comes_at_each_time_that_was_promised_also_twice_a_day(sessions: Sessions) -> None:
    subscriber_id = await holding(sessions, "daily 14:30", "Europe/Kyiv")
    async with sessions.begin() as session:
        subscriber = await session.get_one(Subscriber, subscriber_id)
        for after, text in ((1, "daily 18:00"), (5, "hourly"), (6, "hourly")):
            await digest.issue(session, START + timedelta(hours=after))
            digest.set_digest(subscriber, text, START + timedelta(hours=after))
            assert subscriber.digest_at is not None
            assert subscriber.digest_at.astimezone(KYIV).date() == START.date()
        assert await session.scalar(select(func.count()).where(Delivery.kind == DeliveryKind.DIGEST)) == 3


async def test_on_the_day_of_25_hours_25_digests_come(sqlite_sessions: Sessions) -> None:
    await holding(sqlite_sessions, "hourly", "Europe/Kyiv")
    midnight = datetime(2026, 10, 25, tzinfo=KYIV).astimezone(UTC)
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, midnight - timedelta(hours=1))
        for hour in range(25):
            await digest.issue(session, midnight + timedelta(hours=hour))
        assert await session.scalar(select(func.count()).where(Delivery.kind == DeliveryKind.DIGEST)) == 1 + 25


def test_a_time_that_the_clocks_leave_out_is_made_up_for_and_one_they_repeat_comes_once() -> None:
    spring = times(reader("daily 03:30"), 1, datetime(2026, 3, 28, 12, tzinfo=UTC))
    autumn = times(reader("daily 03:30"), 2, datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert [(moment.hour, moment.minute) for moment in spring] == [(4, 30)]
    assert [str(moment.date()) for moment in autumn] == ["2026-10-25", "2026-10-26"]


def test_a_weekly_digest_comes_on_its_days() -> None:
    assert [moment.strftime("%a %H:%M") for moment in times(reader("weekly mon,thu 09:00"), 3)] == [
        "Mon 09:00",
        "Thu 09:00",
        "Mon 09:00",
    ]
    assert [moment.strftime("%a") for moment in times(reader("weekly"), 2)] == ["Mon", "Mon"]


def test_a_time_may_be_a_whole_hour() -> None:
    assert [moment.strftime("%a %H:%M") for moment in times(reader("weekly mon 9"), 1)] == ["Mon 09:00"]


def test_an_hourly_digest_comes_on_the_hour() -> None:
    assert [moment.minute for moment in times(reader("hourly"), 3)] == [0, 0, 0]


@pytest.mark.parametrize(
    "text", ["", "yearly", "daily 24", "daily 9pm", "daily 24:00", "daily 09:60", "weekly someday", "daily ٩:٠٠:1"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadScheduleError):
        reader(text)


async def test_nothing_held_means_no_digest_and_who_chose_no_time_gets_it_at_nine(sessions: Sessions) -> None:
    subscriber_id = await holding(sessions, "daily 09:00", "Europe/Kyiv")
    async with sessions.begin() as session:
        subscriber = await session.get_one(Subscriber, subscriber_id)
        subscriber.digest_every = subscriber.digest_at = None
        await session.flush()
        assert await digest.issue(session, START) == 0
        assert subscriber.digest_at is not None
        assert subscriber.digest_at.astimezone(KYIV).strftime("%H:%M") == "09:00"
        assert await digest.issue(session, START + timedelta(days=1)) == 1
        issued = await session.scalar(select(Delivery).where(Delivery.kind == DeliveryKind.DIGEST))
        assert issued is not None
        (held,) = await digest.held(session, issued, 9, START + timedelta(days=1))
        await session.delete(held)
        await session.flush()
        assert await digest.issue(session, START + timedelta(days=2)) == 0


LATER = START + timedelta(hours=1)


async def hold_without_digest(sessions: Sessions, **values: object) -> int:
    """Id of a reader for whom something is held; with these values of a digest besides."""
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", START)
        row = {"subscriber_id": subscriber.id, "due_at": START, "created_at": START}
        await session.execute(insert(Delivery).values(**row, kind=DeliveryKind.ALERT, state=DeliveryState.HELD))
        if values:
            await session.execute(insert(Delivery).values(**row, kind=DeliveryKind.DIGEST, key="held:1", **values))
        return subscriber.id


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"state": DeliveryState.DUE}, False),
        ({"state": DeliveryState.CLAIMED}, False),
        ({"state": DeliveryState.SENT, "settled_at": START}, True),
        ({"state": DeliveryState.DEAD, "settled_at": START}, False),
        ({"state": DeliveryState.DEAD, "settled_at": START - timedelta(days=1)}, True),
    ],
)
async def test_what_is_held_for_no_digest_is_found(
    sessions: Sessions, values: dict[str, object], expected: bool
) -> None:
    subscriber_id = await hold_without_digest(sessions, **values)
    async with sessions() as session:
        assert await digest.forgotten(session, LATER) == ([subscriber_id] if expected else [])


async def test_a_digest_that_was_given_up_is_owed_anew_under_its_key_and_one_that_is_owed_stays(
    sessions: Sessions,
) -> None:
    given_up = {"state": DeliveryState.DEAD, "settled_at": START, "attempts": 8}
    subscriber_id = await hold_without_digest(sessions, **given_up)
    for hour in (1, 2):
        async with sessions.begin() as session:
            await digest.enqueue(session, subscriber_id, "held:1", START + timedelta(hours=hour), START)
    async with sessions() as session:
        (row,) = await session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.DIGEST))
    assert (row.state, row.due_at, row.attempts, row.settled_at) == (DeliveryState.DUE, LATER, 0, None)
