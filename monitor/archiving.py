"""Bringing many old posts into the archive, fast: the next batches are read by processes while one is written."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, post_rows, usernames
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest
from monitor.language import Habits
from monitor.post_rows import key_of
from monitor.readers import Readers, Reading
from monitor.rivals import among_rivals
from monitor.topics import StandingTopics

BATCH = 1_000
"""Posts a transaction: a fifth of a second in which nobody else writes on SQLite."""
MANY = 1_000  # new posts after which the index is tidied

Batch = Sequence[IncomingPost]
Waiting: TypeAlias = "asyncio.Queue[tuple[Batch, Reading] | Exception | None]"
Choose = Callable[[AsyncSession, Batch], Awaitable[Batch]]


class Archive:
    """Stores batches of old posts and matches them; they alert nobody.

    `choose` leaves out what need not be looked at; it is asked before a batch is read and, since others write too, before it is
    written. `processes` read (None: one a core).
    """

    def __init__(
        self, sessions: Sessions, now: datetime, *, choose: Choose | None = None, processes: int | None = None
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._choose = choose or _all
        self._topics = StandingTopics()
        self._habits = Habits()
        on_sqlite = sessions.engine.dialect.name == "sqlite"
        self._readers = Readers(self._topics, on_sqlite=on_sqlite, count=processes)

    async def store(self, batches: AsyncIterator[Batch]) -> AsyncIterator[Ingested]:
        """What became of each batch, in order, once it is committed. Raises what `batches` raises, after storing what came before."""
        waiting: Waiting = asyncio.Queue(self._readers.ahead)
        reading, new = asyncio.create_task(self._read_all(batches, waiting)), 0
        try:
            while isinstance(item := await waiting.get(), tuple):
                done = await self._write(*item)
                new += done.new
                yield done
        finally:
            reading.cancel()
            self._readers.close()
        if new >= MANY:
            await index.tidy(self._sessions)
        if item is not None:
            raise item

    async def _read_all(self, batches: AsyncIterator[Batch], waiting: Waiting) -> None:
        """Have the batches read, while others are written; the end is None, or the error that ends them."""
        end = None
        try:
            async for posts in batches:
                await waiting.put((posts, await self._read(posts)))
        except Exception as error:
            end = error
        await waiting.put(end)

    async def _read(self, posts: Batch) -> Reading:
        async with self._sessions() as session:
            await self._topics.refresh(session)
            chosen = {key_of(post): post for post in await self._choose(session, posts)}
            stored = set((await post_rows.taken(session, list(chosen.values()))).values())
            fresh = [post for key, post in chosen.items() if key not in stored]
            names = await usernames.names_of(session, {post.channel_id for post in fresh})
        return self._readers.read(fresh, names)

    async def _write(self, posts: Batch, reading: Reading) -> Ingested:
        gists = await reading.done()

        async def store() -> Ingested:
            async with self._sessions.begin() as session:
                await self._topics.refresh(session)
                chosen = await self._choose(session, posts)
                known = gists if reading.stamp == self._topics.stamp else {}
                done = await ingest(
                    session, self._topics, chosen, now=self._now, alert=False, habits=self._habits, gists=known
                )
            done.unchanged += len(posts) - len(chosen)
            return done

        return await among_rivals(store)


async def _all(_session: AsyncSession, posts: Batch) -> Batch:
    return posts
