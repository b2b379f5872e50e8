"""Channels that post less than they use to: told by the longest pause that each has made among its newest posts."""

from collections.abc import Sequence
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


async def look(session: AsyncSession, now: datetime) -> list[tuple[Channel, timedelta]]:
    """The watched channels that have fallen silent since the last look, with how long; those that post again are so no more."""
    sure = (Channel.watched, Channel.checked_at > now - SURE_FOR, Channel.top <= Channel.cursor)
    fallen = []
    for channel in await session.scalars(select(Channel).where(*sure).order_by(Channel.id)):
        dates = await _newest(session, channel.id)
        silent = is_silent(dates, now)
        if silent and channel.silent_since is None:
            fallen.append((channel, now - dates[0]))
        channel.silent_since = dates[0] if silent else None
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
