"""Bringing posts from files into the archive: idempotent, in batches, owing nothing."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index
from monitor.database import Sessions
from monitor.ingest import Ingested, ingest
from monitor.jsonl import Line
from monitor.language import Habits
from monitor.models import Channel
from monitor.topics import StandingTopics

BATCH = 1000


async def import_posts(
    sessions: Sessions, lines: Iterable[Line], now: datetime, progress: Callable[[int], None] = lambda _count: None
) -> Ingested:
    """Store the posts and match them; old posts alert nobody. `progress` is told how many more were taken in."""
    topics, habits, total = StandingTopics(), Habits(), Ingested()
    ids: dict[str, int] = {}
    for batch in _batches(iter(lines)):
        async with sessions.begin() as session:
            for name in {line.channel for line in batch} - ids.keys():
                ids[name] = await _channel_id(session, name, now)
            posts = [line.incoming(ids[line.channel]) for line in batch]
            done = await ingest(session, topics, posts, now=now, alert=False, habits=habits)
        total.new += done.new
        total.edited += done.edited
        total.unchanged += done.unchanged
        total.matched += done.matched
        progress(len(batch))
    if total.new >= BATCH:
        await index.tidy(sessions)
    return total


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


async def _channel_id(session: AsyncSession, username: str, now: datetime) -> int:
    """The channel of this name; one that was never watched gets a negative id of its own, since Telegram's is not known."""
    known = await session.scalar(select(Channel.id).where(func.lower(Channel.username) == username.lower()).limit(1))
    if known is not None:
        return known
    channel_id = -zlib.crc32(username.lower().encode()) - 1
    session.add(Channel(id=channel_id, username=username, title=username, watched=False, added_at=now))
    await session.flush()
    return channel_id
