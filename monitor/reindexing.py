"""Indexing stored posts anew, when an upgrade changes what the index holds of a text.

The newest posts come first, in transactions of their own: searches find them soon, and it goes on where it was ended.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor import index, upgrading
from monitor.database import Sessions, create_engine, create_sessions
from monitor.models import IndexGap, IndexState, Post
from monitor.orphans import SetUp, end_with_parent
from monitor.query.analyzer import KEYS_VERSION
from monitor.troubles import as_owner

logger = logging.getLogger(__name__)

RETRY_S = 5.0
BATCH = 200  # posts a transaction: a tenth of a second in which nobody else writes
_ABOVE_ALL = 2**62
_BRIEFLY = text("SELECT set_config('lock_timeout', :limit, true)")


async def prepare(sessions: Sessions) -> bool:
    """Empty an index that holds an older version's keys; whether posts wait to be indexed.

    Raises NewerIndexError, NotTheOwnerError.
    """
    with as_owner():
        return await upgrading.patiently(lambda: _prepare(sessions))


async def _prepare(sessions: Sessions) -> bool:
    async with sessions.begin() as session:
        if not index.is_sqlite(session):
            await session.execute(_BRIEFLY, {"limit": str(upgrading.LOCK_MS)})
        state = await session.get_one(IndexState, 1, with_for_update=True)
        if state.keys_version > KEYS_VERSION:
            raise index.NewerIndexError
        if state.keys_version < KEYS_VERSION:
            await index.clear(session)
            state.keys_version = KEYS_VERSION
            state.reached = _ABOVE_ALL if await session.scalar(select(Post.id).limit(1)) is not None else None
        return state.reached is not None or await session.scalar(select(IndexGap.post_id).limit(1)) is not None


async def waiting(sessions: Sessions) -> int:
    """How many posts are still to be indexed."""
    async with sessions() as session:
        below = await index.waiting_below(session)
        gaps = await session.scalar(select(func.count()).select_from(IndexGap)) or 0
        return gaps + (await session.scalar(select(func.count()).select_from(Post).where(Post.id < below)) or 0)


async def reindex(sessions: Sessions, progress: Callable[[int], None] = lambda _count: None) -> None:
    """Index what waits; `progress` is told how many more posts are done. Several processes may do it at once."""
    while filled := await fill_gaps(sessions):
        progress(filled)
    while (done := await _step(sessions)) is not None:
        progress(done)
    await index.tidy(sessions)


async def fill_gaps(sessions: Sessions) -> int:
    """Index some of what processes of an older version have stored since: how many posts."""
    async with sessions.begin() as session:
        if await session.scalar(select(IndexState.keys_version)) != KEYS_VERSION:
            return 0
        taken = select(IndexGap.post_id).limit(BATCH).with_for_update(skip_locked=True)
        ids = list(await session.scalars(taken))
        posts = list(await session.scalars(select(Post).where(Post.id.in_(ids)).with_for_update())) if ids else []
        await index.put(session, {post.id: index.entry_of(session, post) for post in posts})
        await session.execute(delete(IndexGap).where(IndexGap.post_id.in_(ids)))
        return len(ids)


async def _step(sessions: Sessions) -> int | None:
    """Index the next posts: how many, None at the end, and where a newer version has begun to."""
    async with sessions.begin() as session:
        state = await session.get_one(IndexState, 1, with_for_update=True)
        if state.reached is None or state.keys_version != KEYS_VERSION:
            return None
        newest = select(Post).where(Post.id < state.reached).order_by(Post.id.desc()).limit(BATCH)
        posts = list(await session.scalars(newest.with_for_update()))
        state.reached = posts[-1].id if posts else None
        await index.put(session, {post.id: index.entry_of(session, post) for post in posts})
        return len(posts)


@asynccontextmanager
async def reindexing_apart(engine: AsyncEngine, set_up_log: SetUp | None = None) -> AsyncIterator[None]:
    """Index what waits in a process of its own while the body runs; what is left at its end waits for the next time.

    `set_up_log` is called there first.
    """
    if not await prepare(create_sessions(engine)):
        yield
        return
    import multiprocessing  # costs memory that a start without this need not take

    url = engine.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=_reindex_url, args=(url, set_up_log), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)


def _reindex_url(url: str, set_up_log: SetUp | None) -> None:
    end_with_parent()
    if set_up_log is not None:
        set_up_log()
    try:
        asyncio.run(_reindex_and_close(url))
    except Exception:  # multiprocessing would show it as it is
        logger.exception("indexing anew ended by an error that nobody expected")
        raise SystemExit(1) from None


async def _reindex_and_close(url: str) -> None:
    """A database that is away for a while is waited for: nobody starts this process again."""
    engine = create_engine(url)
    sessions = create_sessions(engine)
    try:
        while True:
            try:
                return await reindex(sessions)
            except DBAPIError as error:
                logger.warning("the index cannot be written, trying again: error=%s", error.orig)
                await asyncio.sleep(RETRY_S)
    finally:
        await engine.dispose()
