"""When a subscriber hears nothing: quiet hours every day, a snooze for once."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from monitor.errors import MonitorError
from monitor.models import Subscriber

HOUR = timedelta(hours=1)
LONGEST_SNOOZE = timedelta(days=30)
_SPAN = re.compile(r"(\d{1,2})(:\d\d)?\s*[-–—]\s*(\d{1,2})(:\d\d)?")
_SNOOZE = re.compile(
    r"(\d{1,4})\s*(?:(m(?!on)|м(?![еі]с)|хв?|dəq)|(h(?!əf)|s(?!ec|an)|[чг])|([dдg]|с(?!ек))|(w|нед|тиж|həf))[^\W\d]*\.?,?\s*",
    re.IGNORECASE,
)
_UNITS = (timedelta(minutes=1), HOUR, timedelta(days=1), timedelta(weeks=1))
"""Of the groups of _SNOOZE: minute, минута, хвилина, dəqiqə; hour, час, година, saat; day, день, сутки, gün; week, неделя,
тиждень, həftə."""


class BadHoursError(MonitorError):
    """These are no hours of the day that I understand: write them like 23:00-07:00."""

    code = "bad_hours"


class BadSpanError(MonitorError):
    """This is no while that I understand, or a longer one than may be: write it like 30m, 2h or 1d."""

    code = "bad_span"


class UnknownZoneError(MonitorError):
    """There is no such time zone: write it like Europe/Kyiv."""

    code = "unknown_zone"


def quiet_until(subscriber: Subscriber, now: datetime) -> datetime | None:
    """When the silence ends that reigns at this moment; None if there is none."""
    ends = [end for end in (subscriber.snoozed_until, _end_of_quiet(subscriber, now)) if end is not None and end > now]
    return max(ends, default=None)


def set_quiet(subscriber: Subscriber, text: str) -> None:
    """Quiet hours as "23:00-07:00" or "23-7" in the subscriber's zone, or "off". Raises BadHoursError."""
    if text.strip().lower() == "off":
        subscriber.quiet_from = subscriber.quiet_to = None
        return
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise BadHoursError
    begin, end = minutes(found[1] + (found[2] or "")), minutes(found[3] + (found[4] or ""))
    if begin is None or end is None or begin == end:
        raise BadHoursError
    subscriber.quiet_from, subscriber.quiet_to = begin, end


def set_snooze(subscriber: Subscriber, text: str, now: datetime) -> datetime | None:
    """Hear nothing for "30m", "1h30m", "2 days" or "1w", or no more of that: "off"; until when. Raises BadSpanError."""
    if text.strip().lower() == "off":
        subscriber.snoozed_until = None
        return None
    span = _span(text.strip())
    if not timedelta(0) < span <= LONGEST_SNOOZE:
        raise BadSpanError
    subscriber.snoozed_until = now + span
    return subscriber.snoozed_until


def _span(text: str) -> timedelta:
    """What the parts come to; nothing if anything else stands there."""
    parts = list(_SNOOZE.finditer(text))
    if "".join(part[0] for part in parts) != text:
        return timedelta(0)
    return sum((_part(part) for part in parts), timedelta(0))


def _part(found: re.Match[str]) -> timedelta:
    unit = next(unit for unit, word in zip(_UNITS, found.groups()[1:], strict=True) if word)
    return int(found[1]) * unit


def set_timezone(subscriber: Subscriber, text: str) -> None:
    """The zone by its name, letter case ignored. Raises UnknownZoneError."""
    names = {name.lower(): name for name in available_timezones()}
    if (name := names.get(text.strip().lower())) is None:
        raise UnknownZoneError(name=text.strip()[:64])
    subscriber.timezone = name


def minutes(text: str) -> int | None:
    """ "09:30" or "9" as minutes of the day; None for what is no time of it."""
    hour, colon, minute = text.partition(":")
    minute = minute if colon else "0"
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return None
    return int(hour) * 60 + int(minute)


def clock(minute_of_day: int) -> str:
    """Minutes of the day as "09:30"."""
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def moment(day: datetime, minute_of_day: int, zone: ZoneInfo) -> datetime:
    """That time of the local `day`, in UTC: the first of two where clocks go back, as much later as they go forward where they do."""
    at = time(minute_of_day // 60, minute_of_day % 60)
    return datetime.combine(day.date(), at, tzinfo=zone).astimezone(UTC)


def _end_of_quiet(subscriber: Subscriber, now: datetime) -> datetime | None:
    begin, end = subscriber.quiet_from, subscriber.quiet_to
    if begin is None or end is None:
        return None
    zone = ZoneInfo(subscriber.timezone)
    local = now.astimezone(zone)
    at = local.hour * 60 + local.minute
    if not (begin <= at < end if begin < end else at >= begin or at < end):
        return None
    return _end_on(local if at < end else local + timedelta(days=1), end, zone)


def _end_on(day: datetime, minute_of_day: int, zone: ZoneInfo) -> datetime:
    """When the clocks of the local `day` show that time or a later one: where they go forward over it, as soon as they do."""
    usual = moment(day, minute_of_day, zone)
    there = usual.astimezone(zone)
    late = there.hour * 60 + there.minute - minute_of_day
    before = (usual - timedelta(minutes=number) for number in range(1, late + 1))
    changed = (each for each in before if each.astimezone(zone).utcoffset() == there.utcoffset())
    return min(changed, default=usual)
