"""An index that an older version made is made anew, newest posts first, while others write."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from monitor import index, reindexing
from monitor.database import Sessions, create_engine, create_sessions
from monitor.models import IndexState
from monitor.query.analyzer import KEYS_VERSION
from monitor.search import search
from tests.conftest import NOW
from tests.databases import new_postgres, new_sqlite
from tests.monitor.arrivals import arrival, arrive, texts, watch
from tests.postgres import Postgres

POSTS = 450  # more than two batches
BEGINNING = """
import asyncio, multiprocessing, sys
from monitor.database import create_engine
from monitor.reindexing import reindexing_apart

async def begin():
    async with reindexing_apart(create_engine(sys.argv[1])):
        print(multiprocessing.active_children()[0].pid, flush=True)
        await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(begin())
"""


async def outdate(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(IndexState).values(keys_version=0))
    assert await reindexing.prepare(sessions) is True


async def found(sessions: Sessions, query: str) -> list[str]:
    async with sessions() as session:
        return texts((await search(session, query, limit=1000)).posts)


@pytest.fixture
async def outdated(sessions: Sessions) -> Sessions:
    await watch(sessions)
    await arrive(sessions, *(arrival(number, f"Баку {number}") for number in range(1, POSTS + 1)))
    await outdate(sessions)
    return sessions


async def test_every_post_is_found_again(outdated: Sessions) -> None:
    assert await reindexing.waiting(outdated) == POSTS
    assert await found(outdated, "Баку") == []
    done: list[int] = []
    await reindexing.reindex(outdated, done.append)
    assert sum(done) == POSTS
    assert len(await found(outdated, "Баку")) == POSTS
    assert await reindexing.prepare(outdated) is False
    assert await reindexing.waiting(outdated) == 0


async def test_what_is_posted_and_edited_meanwhile_is_found_by_its_last_text_alone(outdated: Sessions) -> None:
    class EnoughError(Exception):
        """Ends the work after one batch, as a kill does."""

    def end(_count: int) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        await reindexing.reindex(outdated, end)
    later = NOW + timedelta(days=1)
    await arrive(
        outdated, arrival(POSTS, "Гянджа новая", edit_date=later), arrival(1, "Гянджа старая", edit_date=later)
    )
    await arrive(
        outdated, arrival(POSTS + 1, "Шеки новый"), arrival(POSTS + 2, "Шеки старый", date=NOW - timedelta(days=9))
    )
    await reindexing.reindex(outdated)
    await arrive(outdated, arrival(1, "Нахчыван", edit_date=later + timedelta(days=1)))
    assert await found(outdated, "Гянджа") == ["Гянджа новая"]
    assert await found(outdated, "Шеки") == ["Шеки новый", "Шеки старый"]
    assert len(await found(outdated, "Баку")) == POSTS - 2


async def test_an_index_of_this_version_is_left_alone(sessions: Sessions) -> None:
    assert await reindexing.prepare(sessions) is False
    await watch(sessions)
    await arrive(sessions, arrival(1, "Баку"))
    assert await reindexing.prepare(sessions) is False
    assert await found(sessions, "Баку") == ["Баку"]


async def test_a_process_of_its_own_indexes_while_the_program_runs(tmp_path: Path) -> None:
    engine = create_engine(new_sqlite(tmp_path / "dozor.db"))
    sessions = create_sessions(engine)
    await watch(sessions)
    await arrive(sessions, arrival(1, "Баку"))
    async with sessions.begin() as session:
        await session.execute(update(IndexState).values(keys_version=0))
    async with reindexing.reindexing_apart(engine), asyncio.timeout(60):
        while await reindexing.prepare(sessions):  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(0.05)
    assert await reindexing.prepare(sessions) is False
    async with reindexing.reindexing_apart(engine):
        assert await found(sessions, "Баку") == ["Баку"]
    await engine.dispose()


async def outdated_on(url: str) -> Sessions:
    sessions = create_sessions(create_engine(url))
    await watch(sessions)
    await arrive(sessions, arrival(1, "Баку"))
    await outdate(sessions)
    return sessions


def is_running(pid: int) -> bool:
    return Path("/proc", str(pid)).exists()


@asynccontextmanager
async def held_up(sessions: Sessions) -> AsyncIterator[int]:
    """As soon as somebody waits for what we hold; the number of his connection."""
    waiting = text("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
    async with sessions.begin() as holding, sessions() as reading, asyncio.timeout(60):
        await holding.get_one(IndexState, 1, with_for_update=True)
        while (pid := await reading.scalar(waiting)) is None:
            await reading.rollback()
            await asyncio.sleep(0.05)
        yield pid


async def test_a_process_of_its_own_survives_a_database_that_ends_its_connection(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "RETRY_S", 0.01)
    url = new_postgres(postgres)
    sessions = await outdated_on(url)
    task = asyncio.create_task(reindexing._reindex_and_close(url))
    async with held_up(sessions) as pid, sessions() as reading:
        await reading.scalar(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await task
    assert await found(sessions, "Баку") == ["Баку"]
    await sessions.engine.dispose()


async def test_a_process_of_its_own_ends_with_the_one_that_began_it(postgres: Postgres) -> None:
    url = new_postgres(postgres)
    sessions = await outdated_on(url)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BEGINNING, url, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    async with held_up(sessions):
        assert is_running(child)
        process.kill()
        await process.wait()
        while is_running(child):  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(0.05)
    await sessions.engine.dispose()


async def test_an_older_version_leaves_a_newer_index_as_it_is(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(sessions)
    await arrive(sessions, arrival(1, "Баку"))
    await reindexing.prepare(sessions)
    await reindexing.reindex(sessions)
    for module in (index, reindexing):
        monkeypatch.setattr(module, "KEYS_VERSION", KEYS_VERSION - 1)
    with pytest.raises(index.NewerIndexError):
        await reindexing.prepare(sessions)
    await reindexing.reindex(sessions)
    assert await found(sessions, "Баку") == ["Баку"]


async def test_what_an_older_version_stores_meanwhile_is_indexed_by_the_newer_one(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(new_postgres(postgres))
    sessions = create_sessions(engine)
    await watch(sessions)
    await arrive(sessions, arrival(1, "Баку"))
    await reindexing.prepare(sessions)
    await reindexing.reindex(sessions)
    with monkeypatch.context() as older:
        older.setattr(index, "KEYS_VERSION", KEYS_VERSION - 1)
        await arrive(sessions, arrival(2, "Баку и Шеки"), arrival(1, "Гянджа", edit_date=NOW + timedelta(days=1)))
    assert await found(sessions, "Шеки") == []
    assert await reindexing.prepare(sessions) is True
    assert await reindexing.waiting(sessions) == 2
    await reindexing.reindex(sessions)
    assert await found(sessions, "Баку") == ["Баку и Шеки"]
    assert await found(sessions, "Гянджа") == ["Гянджа"]
    assert await reindexing.prepare(sessions) is False
    await engine.dispose()


async def test_sqlite_takes_nothing_from_an_older_version(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watch(sqlite_sessions)
    await reindexing.prepare(sqlite_sessions)
    monkeypatch.setattr(index, "KEYS_VERSION", KEYS_VERSION - 1)
    with pytest.raises(index.NewerIndexError):
        await arrive(sqlite_sessions, arrival(1, "Баку"))


async def test_what_many_additions_scattered_is_merged(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    for number in range(1, 11):
        await arrive(sqlite_sessions, arrival(number, f"Баку {number}"))
    assert await segments(sqlite_sessions) > 1
    await index.tidy(sqlite_sessions)
    assert await segments(sqlite_sessions) == 1
    assert len(await found(sqlite_sessions, "Баку")) == 10


async def segments(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(text("SELECT count(DISTINCT segid) FROM post_index_idx")) or 0
