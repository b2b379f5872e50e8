"""Bringing posts from JSONL files into the archive: idempotent, in batches, owing nothing."""

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import usernames
from monitor.archiving import BATCH, Archive
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested
from monitor.jsonl import Line
from monitor.models import Channel


async def import_posts(
    sessions: Sessions,
    lines: Iterable[Line],
    now: datetime,
    progress: Callable[[int], None] = lambda _count: None,
    *,
    processes: int | None = None,
) -> Ingested:
    """Store the posts and match them; old posts alert nobody. `progress` is told how many more were taken in.

    `processes` read them, one a core by default. What stands before a line that is none is stored.
    """
    total = Ingested()
    async for done in Archive(sessions, now, processes=processes).store(_batches(sessions, iter(lines), now)):
        total.add(done)
        progress(done.new + done.edited + done.unchanged)
    return total


async def _batches(sessions: Sessions, lines: Iterator[Line], now: datetime) -> AsyncIterator[list[IncomingPost]]:
    ids: dict[str, int] = {}
    for batch in _pieces(lines):
        if unknown := {line.channel for line in batch} - ids.keys():
            async with sessions.begin() as session:
                for name in unknown:
                    ids[name] = await _channel_id(session, name, now)
        yield [line.incoming(ids[line.channel]) for line in batch]


def _pieces(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Lines in batches; what was read before an error is the last one."""
    batch: list[Line] = []
    broken = None
    while broken is None:
        try:
            batch.extend(islice(lines, BATCH - len(batch)))
        except MonitorError as error:
            broken = error
        if batch:
            yield batch
        elif broken is None:
            return
        batch = []
    raise broken


async def _channel_id(session: AsyncSession, username: str, now: datetime) -> int:
    """The channel of this name; one that was never watched gets a negative id of its own, since Telegram's is not known."""
    known = await session.scalar(select(Channel.id).where(usernames.is_called(username)).limit(1))
    if known is not None:
        return known
    channel_id = -zlib.crc32(username.lower().encode()) - 1
    while await session.get(Channel, channel_id) is not None:  # two names in four billion have one sum
        channel_id -= 1
    session.add(Channel(id=channel_id, username=username, title=username, watched=False, added_at=now))
    await session.flush()
    return channel_id
