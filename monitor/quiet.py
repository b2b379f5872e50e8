"""When a subscriber hears nothing: quiet hours every day, a snooze for once, so many posts an hour, or a day, and no more."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.errors import MonitorError
from monitor.limits import limits_of
from monitor.models import Delivery, DeliveryKind, DeliveryState, Match, Priority, Subscriber
from monitor.models.deliveries import TOLD
from monitor.outcomes import Held, Said
from monitor.tables import DELIVERIES, MATCHES, SUBSCRIPTIONS

HOUR = timedelta(hours=1)
LONGEST_SNOOZE = timedelta(days=30)
_SPAN = re.compile(r"(\d{1,2})(:\d\d)?\s*[-–—]\s*(\d{1,2})(:\d\d)?")
_SNOOZE = re.compile(r"(\d{1,4})\s*(?:(m(?!on)|м(?![еі]с)|хв?|dəq)|([hчгs])|([dдсg]))\w*", re.IGNORECASE)
_UNITS = (timedelta(minutes=1), HOUR, timedelta(days=1))
"""Of the groups of _SNOOZE: minute, минута, хвилина, dəqiqə; hour, час, година, saat; day, день, сутки, gün."""

_LIMITS = (
    select(SUBSCRIPTIONS.c.topic_id, SUBSCRIPTIONS.c.hourly_limit)
    .join(MATCHES, MATCHES.c.topic_id == SUBSCRIPTIONS.c.topic_id)
    .where(SUBSCRIPTIONS.c.subscriber_id == bindparam("subscriber"))
    .where(MATCHES.c.post_id.in_(bindparam("posts", expanding=True)))
    .distinct()
)
_TODAY = (
    select(func.count())
    .select_from(DELIVERIES)
    .where(text(TOLD), DELIVERIES.c.subscriber_id == bindparam("subscriber"))  # spelt out, as in the index for it
    .where(DELIVERIES.c.settled_at >= bindparam("midnight", type_=DELIVERIES.c.settled_at.type))
)


class BadTimeError(MonitorError):
    """This is no time that I understand: write it like 23:00-07:00, 09:00 or 2h."""

    code = "bad_time"


class UnknownZoneError(MonitorError):
    """There is no such time zone: write it like Europe/Kyiv."""

    code = "unknown_zone"


def quiet_until(subscriber: Subscriber, now: datetime) -> datetime | None:
    """When the silence ends that reigns at this moment; None if there is none."""
    ends = [end for end in (subscriber.snoozed_until, _end_of_quiet(subscriber, now)) if end is not None and end > now]
    return max(ends, default=None)


async def overflow_until(
    session: AsyncSession, subscriber: Subscriber, post_ids: Sequence[int], now: datetime
) -> datetime | None:
    """The end of the hour, if every topic that wants these posts has told of as many as its limit within the last one."""
    rows = (await session.execute(_LIMITS, {"subscriber": subscriber.id, "posts": post_ids})).all()
    if not rows or any(limit is None for _, limit in rows):
        return None
    for topic_id, limit in rows:
        if await _told(session, subscriber.id, topic_id, now - HOUR) < (limit or 0):
            return None
    return _next_hour(now)


async def overflow_of_the_day(session: AsyncSession, subscriber: Subscriber, now: datetime) -> Held | None:
    """What becomes of another post, if the subscriber was told of as many as the limit since his midnight."""
    limit, local = limits_of(session).alerts_a_day, now.astimezone(ZoneInfo(subscriber.timezone))
    midnight = moment(local, 0, ZoneInfo(subscriber.timezone))
    if (await session.scalar(_TODAY, {"subscriber": subscriber.id, "midnight": midnight}) or 0) < limit:
        return None
    because = Said(f"alerts:{local:%Y-%m-%d}", "alerts-a-day", {"count": limit})
    return Held(_next_hour(now), everything=False, because=because)


def rings_through(deliveries: Sequence[Delivery]) -> bool:
    """Some of it is of a topic that rings through silence."""
    return any(delivery.priority == Priority.URGENT for delivery in deliveries)


def set_quiet(subscriber: Subscriber, text: str) -> None:
    """Quiet hours as "23:00-07:00" or "23-7" in the subscriber's zone, or "off". Raises BadTimeError."""
    if text.strip().lower() == "off":
        subscriber.quiet_from = subscriber.quiet_to = None
        return
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise BadTimeError
    begin, end = minutes(found[1] + (found[2] or ":00")), minutes(found[3] + (found[4] or ":00"))
    if begin == end:
        raise BadTimeError
    subscriber.quiet_from, subscriber.quiet_to = begin, end


def set_snooze(subscriber: Subscriber, text: str, now: datetime) -> datetime | None:
    """Hear nothing for "30m", "2h", "1d", or "off"; until when. Raises BadTimeError."""
    if text.strip().lower() == "off":
        subscriber.snoozed_until = None
        return None
    found = _SNOOZE.fullmatch(text.strip())
    span = _span(found) if found else timedelta(0)
    if not timedelta(0) < span <= LONGEST_SNOOZE:
        raise BadTimeError
    subscriber.snoozed_until = now + span
    return subscriber.snoozed_until


def _span(found: re.Match[str]) -> timedelta:
    unit = next(unit for unit, word in zip(_UNITS, found.groups()[1:], strict=True) if word)
    return int(found[1]) * unit


def set_timezone(subscriber: Subscriber, text: str) -> None:
    """The zone by its name, letter case ignored. Raises UnknownZoneError."""
    names = {name.lower(): name for name in available_timezones()}
    if (name := names.get(text.strip().lower())) is None:
        raise UnknownZoneError(name=text.strip()[:64])
    subscriber.timezone = name


def minutes(text: str) -> int:
    """ "09:30" as minutes of the day. Raises BadTimeError."""
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise BadTimeError
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
    return moment(local if at < end else local + timedelta(days=1), end, zone)


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


async def _told(session: AsyncSession, subscriber_id: int, topic_id: int, since: datetime) -> int:
    told = (
        select(func.count())
        .select_from(Delivery)
        .join(Match, Match.post_id == Delivery.post_id)
        .where(Delivery.subscriber_id == subscriber_id, Match.topic_id == topic_id, Delivery.kind == DeliveryKind.ALERT)
        .where(Delivery.state == DeliveryState.SENT, Delivery.message_id.is_not(None), Delivery.settled_at > since)
    )
    return await session.scalar(told) or 0
