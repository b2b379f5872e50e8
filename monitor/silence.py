"""Channels that post less than they use to: told by the longest pause that each has made among its newest posts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Channel, Post

RECENT = 100
"""Posts that show a channel's habit."""
FEWEST = 20
SHORTEST = timedelta(hours=3)
TIMES = 2
"""A pause of so many times its longest is silence."""
SURE_FOR = timedelta(minutes=30)
"""A channel that was not compared with Telegram for so long may have posted meanwhile."""


async def look(session: AsyncSession, now: datetime) -> dict[int, datetime | None]:
    """{channel id: since when it is silent, None where it posts again} of the watched channels of which that has changed."""
    sure = (Channel.watched, Channel.checked_at > now - SURE_FOR, Channel.top <= Channel.cursor)
    changed: dict[int, datetime | None] = {}
    for channel_id, before in (await session.execute(select(Channel.id, Channel.silent_since).where(*sure))).all():
        dates = await _newest(session, channel_id)
        since = dates[0] if is_silent(dates, now) else None
        if since != before:
            changed[channel_id] = since
    return changed


async def note(
    session: AsyncSession, changed: Mapping[int, datetime | None], now: datetime
) -> list[tuple[Channel, timedelta]]:
    """Write down what `look` has found: the channels that have fallen silent, with how long."""
    fallen = []
    for channel in await session.scalars(select(Channel).where(Channel.id.in_(changed)).order_by(Channel.id)):
        since = changed[channel.id]
        if since is not None and channel.silent_since is None:
            fallen.append((channel, now - since))
        channel.silent_since = since
    return fallen


def is_silent(dates: Sequence[datetime], now: datetime) -> bool:
    """Whether a channel with these posts, newest first, is silent against its habit."""
    if len(dates) < FEWEST:
        return False
    longest = max(later - earlier for later, earlier in pairwise(dates))
    return now - dates[0] > max(SHORTEST, TIMES * longest)


async def _newest(session: AsyncSession, channel_id: int) -> Sequence[datetime]:
    newest = select(Post.date).where(Post.channel_id == channel_id).order_by(Post.message_id.desc()).limit(RECENT)
    return (await session.scalars(newest)).all()
