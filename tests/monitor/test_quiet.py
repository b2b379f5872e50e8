"""Quiet hours and snoozes, as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.models import Subscriber
from monitor.quiet import (
    BadHoursError,
    BadSpanError,
    UnknownZoneError,
    quiet_until,
    set_quiet,
    set_snooze,
    set_timezone,
)
from tests.conftest import NOW


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2025, 7, day, hour, minute, tzinfo=UTC)


def reader(hours: str = "23:00-07:00", zone: str = "UTC") -> Subscriber:
    subscriber = Subscriber(timezone=zone)
    set_quiet(subscriber, hours)
    return subscriber


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(22, 59), None),
        (at(23), at(7, day=2)),
        (at(3), at(7)),
        (at(6, 59), at(7)),
        (at(7), None),
    ],
)
def test_quiet_hours_last_over_midnight(now: datetime, until: datetime | None) -> None:
    assert quiet_until(reader(), now) == until


def test_quiet_hours_are_those_of_the_readers_zone() -> None:
    assert quiet_until(reader(zone="Asia/Baku"), at(20)) == at(3, day=2)
    assert quiet_until(reader("13:00-15:00", "Asia/Baku"), at(9, 30)) == at(11)


def test_quiet_hours_follow_the_clocks() -> None:
    subscriber = reader("01:00-03:30", "Europe/Kyiv")
    spring, autumn = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert quiet_until(subscriber, spring + timedelta(minutes=30)) == spring + timedelta(
        hours=1
    )  # from 3:00 it is 4:00
    assert quiet_until(subscriber, spring + timedelta(hours=1)) is None
    assert quiet_until(subscriber, autumn + timedelta(minutes=30)) == autumn + timedelta(hours=2, minutes=30)
    assert quiet_until(subscriber, autumn + timedelta(hours=2, minutes=45)) is None


@pytest.mark.parametrize("text", ["23-77", "25:00-07:00", "23:00", "07:00-07:00", "ночью"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(BadHoursError):
        reader(text)


@pytest.mark.parametrize("text", ["23:00-07:00", "23-7", "23:00 – 7", "23 — 07:00"])
def test_quiet_hours_may_be_whole_hours(text: str) -> None:
    assert (reader(text).quiet_from, reader(text).quiet_to) == (1380, 420)


def test_quiet_hours_end() -> None:
    subscriber = reader()
    set_quiet(subscriber, "off")
    assert quiet_until(subscriber, at(3)) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("30m", 30),
        ("1d", 1440),
        ("2 часа", 120),
        ("1 день", 1440),
        ("10 мин", 10),
        ("1 сутки", 1440),
        ("2 години", 120),
        ("15 хв", 15),
        ("2 saat", 120),
        ("1 gün", 1440),
        ("20 dəqiqə", 20),
        ("20 DƏQ", 20),
        ("1s", 60),
        ("5м", 5),
        ("1h30m", 90),
        ("1 ч. 30 мин.", 90),
        ("1 година, 15 хв", 75),
        ("1w", 7 * 1440),
        ("2 недели", 14 * 1440),
        ("1 тиждень", 7 * 1440),
        ("1 həftə", 7 * 1440),
    ],
)
def test_a_snooze_lasts_as_long_as_it_says(text: str, minutes: int) -> None:
    subscriber = Subscriber(timezone="UTC")
    assert set_snooze(subscriber, text, NOW) == NOW + timedelta(minutes=minutes)
    assert quiet_until(subscriber, NOW) == NOW + timedelta(minutes=minutes)
    assert quiet_until(subscriber, NOW + timedelta(minutes=minutes)) is None


@pytest.mark.parametrize(
    "text",
    [
        "0h",
        "two hours",
        "31d",
        "2",
        "1 month",
        "1 месяц",
        "1 місяць",
        "1h30",
        "2h!",
        "3 ночи",
        "30 сек",
        "30 sec",
        "30 saniyə",
    ],
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(BadSpanError):
        set_snooze(Subscriber(timezone="UTC"), text, NOW)


def test_a_zone_is_known_by_its_name_alone() -> None:
    subscriber = Subscriber(timezone="UTC")
    set_timezone(subscriber, "europe/kyiv")
    assert subscriber.timezone == "Europe/Kyiv"
    with pytest.raises(UnknownZoneError):
        set_timezone(subscriber, "../etc/passwd")
