"""Whether this machine's clock tells the time that Telegram's servers do (HTTP's Date, RFC 9110, 6.6.1).

With a wrong clock alerts would look late, digests come at other times than were asked for, and a search for today look at another day.
So where it is wrong Telegram's time is gone by, and the admins are told to set it. On PostgreSQL all go by the database's.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from monitor.errors import MonitorError

logger = logging.getLogger(__name__)

TOLERATED = timedelta(minutes=1)
PATIENCE_S = 10
AT_START_S = 2
"""Longer than that no start waits for the time."""
EVERY_S = 600


def now() -> datetime:
    """The time that this machine's clock shows."""
    return datetime.now(UTC)


async def lead(api_url: str, clock: Callable[[], datetime] = now) -> timedelta | None:
    """By how much our clock is ahead of that of the server at `api_url`; None if it does not say, or cannot be reached."""
    begun = clock()
    try:
        async with (
            asyncio.timeout(PATIENCE_S),
            aiohttp.ClientSession() as http,
            http.head(api_url, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return None
    if theirs.tzinfo is None:  # of the three forms of a date one has no zone: it is UTC, too
        theirs = theirs.replace(tzinfo=UTC)
    ours = clock()
    return begun + (ours - begun) / 2 - theirs


def require_right(ahead: timedelta) -> None:
    """Raises MonitorError with a sentence if our clock is too far from Telegram's."""
    if abs(ahead) > TOLERATED:
        raise MonitorError(sentence(ahead))


def sentence(ahead: timedelta) -> str:
    """What is wrong with a clock that is so much ahead."""
    amount, way = timedelta(seconds=round(abs(ahead).total_seconds())), "ahead of" if ahead > timedelta(0) else "behind"
    return f"The clock of this machine is {amount} {way} Telegram's: set it (timedatectl set-ntp true)."


async def look(api_url: str, clock: Callable[[], datetime] = now) -> timedelta | None:
    """By how much our clock is wrong, none if it is right to a minute, None if that is not known.

    A wrong one is logged as an error, which the admins hear of too.
    """
    ahead = await wrong_by(api_url, clock)
    if ahead:
        logger.error("%s", sentence(ahead))
    return ahead


async def wrong_by(api_url: str, clock: Callable[[], datetime] = now) -> timedelta | None:
    """The same without a word."""
    ahead = await lead(api_url, clock)
    return timedelta(0) if ahead is not None and abs(ahead) <= TOLERATED else ahead
