"""The clock: what has to happen every so often. APScheduler says when; what is due stands in the database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from monitor import chat_paces, dead_letters, digest, expiry, notices, reindexing, silence, spikes, stories, trends
from monitor.advisory import Space, TakenError, advisory_lock
from monitor.database import Sessions
from monitor.models import Post
from monitor.retention import forget

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
OFTEN = timedelta(minutes=5)
FIRST_AFTER = timedelta(minutes=1)
MOST_COUNTED, READ, COUNTED = (
    5_000,
    250,
    25,
)  # posts whose words are counted in one run, read at once, counted without a pause
SILENCE_EVERY = timedelta(minutes=30)
DIGESTS_EVERY = timedelta(seconds=30)
EXPIRY_EVERY = timedelta(hours=1)
PAUSE_S = 0.05  # between two pages of old posts
BREATH_S = 0.01  # between two pages of digests
RETRY_S = 5.0


class Schedule:
    """Runs its jobs until `stop()`, which lets the one under way finish. A job that comes late runs once, not never.

    `keep`: how long posts are kept; None: for ever.
    """

    def __init__(
        self,
        sessions: Sessions,
        *,
        admins: Iterable[int] = (),
        keep: timedelta | None = None,
        silence_every: timedelta = SILENCE_EVERY,
        every: timedelta = EVERY,
        often: timedelta = OFTEN,
        first_after: timedelta = FIRST_AFTER,
        retry_s: float = RETRY_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._admins = frozenset(admins)
        self._keep = keep
        self._clock = clock
        self._retry_s = retry_s
        self._stopping = asyncio.Event()
        self._working = asyncio.Lock()
        self._jobs: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        first = datetime.now(UTC) + first_after
        for job, period in (
            (self._forget, every),
            (self._count, often),
            (self._fill_gaps, often),
            (self._watch, often),
            (self._hear, silence_every),
            (self._gather, DIGESTS_EVERY),
            (self._remember, often),
            (self._mourn, often),
            (self._expire, EXPIRY_EVERY),
        ):
            self._scheduler.add_job(job, "interval", seconds=period.total_seconds(), next_run_time=first)

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Run jobs until stopped, while no other process on the same PostgreSQL does."""
        self._scheduler.start(paused=True)
        turns = asyncio.create_task(self._take_turns())
        try:
            await self._stopping.wait()
        finally:
            turns.cancel()
            await asyncio.gather(turns, return_exceptions=True)
            async with self._working:  # APScheduler would cancel what is under way
                self._scheduler.shutdown(wait=False)

    async def _take_turns(self) -> NoReturn:
        while True:
            try:
                await self._run_alone()
            except TakenError:
                logger.debug("another process has the schedule")
            except DBAPIError as error:
                logger.warning("the lock of the schedule was lost, taking it again: error=%s", error.orig)
            await asyncio.sleep(self._retry_s)

    async def _run_alone(self) -> None:
        """Run jobs until cancelled, or the lock is lost, and with it what is under way. Raises TakenError if another process does."""
        async with advisory_lock(self._sessions.own, Space.TASK, "schedule") as lock:
            self._scheduler.resume()
            try:
                await lock.watch()
            finally:
                self._scheduler.pause()
                if not self._stopping.is_set():
                    for job in self._jobs:
                        job.cancel()

    async def _gather(self) -> None:
        more = True
        async with self._watched("digests are issued"):
            while more and not self._stopping.is_set():
                more = await self._issue()
                await asyncio.sleep(BREATH_S)

    async def _issue(self) -> bool:
        """Issue a page of digests; False if none is due."""
        async with self._working:
            now = self._clock()
            async with self._sessions() as session:
                if not await digest.any_waits(session, now):
                    return False
            async with self._sessions.begin() as session:
                await digest.issue(session, now)
        return True

    async def _forget(self) -> None:
        await self._do("old rows are forgotten", self._forget_old)

    async def _count(self) -> None:
        await self._do("words are counted", self._count_words)

    async def _fill_gaps(self) -> None:
        await self._do("what an older version stored is indexed", self._index_gaps)

    async def _watch(self) -> None:
        await self._do("spikes are looked for", self._look_for_spikes)

    async def _hear(self) -> None:
        await self._do("silent channels are looked for", self._tell_of_silence)

    async def _remember(self) -> None:
        await self._do("what no digest tells of is looked for", self._owe_what_was_forgotten)

    async def _mourn(self) -> None:
        await self._do("messages that were given up are counted", self._tell_of_dead_letters)

    async def _tell_of_dead_letters(self) -> None:
        async with self._sessions.begin() as session:
            await dead_letters.tell(session, self._admins, self._clock())

    async def _owe_what_was_forgotten(self) -> None:
        """What is held always waits for a digest; should it not, it gets one."""
        now = self._clock()
        async with self._sessions() as session:
            forgotten = await digest.forgotten(session, now)
        if not forgotten:
            return
        logger.warning("messages were held for no digest, they come now: items=%d", len(forgotten))
        async with self._sessions.begin() as session:
            for subscriber_id in forgotten:
                await digest.enqueue(session, subscriber_id, digest.LEFT, now, now)

    async def _expire(self) -> None:
        async with self._watched("old posts are removed"):
            await self._remove_old_posts()

    async def _remove_old_posts(self) -> None:
        """Remove posts that are older than posts are kept. Other jobs have their turns between the pages."""
        if self._keep is None:
            return
        now, removed = self._clock(), 0
        pages = expiry.pages(self._sessions, now - self._keep, now)
        while not self._stopping.is_set():
            async with self._working:
                page = await anext(pages, None)
            if page is None:
                break
            removed += page
            await asyncio.sleep(PAUSE_S)
        if removed:
            logger.info("%d old posts are removed", removed)

    async def _do(self, what: str, job: Callable[[], Awaitable[None]]) -> None:
        """One job at a time; one that fails is tried again at its next turn."""
        async with self._watched(what), self._working:
            await job()

    @asynccontextmanager
    async def _watched(self, what: str) -> AsyncIterator[None]:
        """What is done with the lock, and ends with it."""
        task: Any = asyncio.current_task()
        self._jobs.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if self._stopping.is_set():
                raise
            logger.warning("the lock of the schedule was lost meanwhile, trying again later: %s", what)
        except Exception:
            logger.exception("failed, trying again later: %s", what)
        finally:
            self._jobs.discard(task)

    async def _forget_old(self) -> None:
        logger.info("forgotten: %s", await forget(self._sessions, self._clock()))
        await trends.prune(self._sessions, self._clock())
        async with self._sessions.begin() as session:
            await chat_paces.forget(session, self._clock())
        await stories.forget(self._sessions, self._clock())

    async def _tell_of_silence(self) -> None:
        """Tell the admins of channels that post no more, once each time."""
        now = self._clock()
        async with self._sessions() as session:
            changed = await silence.look(session, now)
        if not changed:
            return
        async with self._sessions.begin() as session:
            for channel, lasted in await silence.note(session, changed, now):
                told = {"title": channel.title, "hours": round(lasted.total_seconds() / 3600)}
                await notices.tell(session, self._admins, "channel_silent", now, **told)

    async def _count_words(self) -> None:
        for _ in range(MOST_COUNTED // READ):
            async with self._sessions() as session:
                posts = await trends.uncounted(session, self._clock(), READ)
            if not posts or self._stopping.is_set():
                return
            await self._count_posts(posts)

    async def _index_gaps(self) -> None:
        while not self._stopping.is_set() and (done := await reindexing.fill_gaps(self._sessions)):
            logger.info("indexed what an older version stored: posts=%d", done)

    async def _count_posts(self, posts: Sequence[Post]) -> None:
        counts: trends.Counts = {}
        for start in range(0, len(posts), COUNTED):
            trends.count(posts[start : start + COUNTED], counts)
            await asyncio.sleep(0)
        for rows in trends.rows_of(counts):
            async with self._sessions.begin() as session:
                await trends.add(session, rows)
        async with self._sessions.begin() as session:
            await trends.advance(session, posts[-1].id)

    async def _look_for_spikes(self) -> None:
        if begun := await spikes.watch(self._sessions, self._clock()):
            logger.info("spikes: %d", begun)
