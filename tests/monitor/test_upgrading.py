"""A schema is changed at which others are at work: nobody waits for long behind it, and what cannot go on is not run over."""

import asyncio
import pickle
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor import migration, upgrading
from monitor.clock import Clock
from monitor.database import create_engine
from monitor.line import Line
from tests.postgres import Postgres
from tests.versions import copy_versions, next_version

BREAKING = re.compile(r"drop_table|drop_column|alter_column|drop_constraint|rename_table|DROP TABLE|DROP COLUMN|RENAME")


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's own versions, to which a test adds."""
    folder = copy_versions(tmp_path)
    monkeypatch.setattr(migration, "FOLDER", folder)
    return folder


@pytest.fixture
async def engine(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    """A database in the schema of this program."""
    engine = create_engine(postgres.new_database())
    await migration.upgrade(engine)
    yield engine
    await engine.dispose()


async def test_nobody_waits_behind_a_change_that_waits_for_a_table(engine: AsyncEngine, versions: Path) -> None:
    next_version(versions, "column", 'op.add_column("posts", sa.Column("mood", sa.Text()))')
    async with engine.connect() as holding, engine.connect() as passing:
        await holding.execute(text("SELECT count(*) FROM posts"))
        changing = asyncio.create_task(migration.upgrade(engine))
        for _ in range(5):
            await asyncio.sleep(0.3)
            async with asyncio.timeout(10):
                await passing.execute(text("SELECT count(*) FROM posts"))
                await passing.rollback()
        assert not changing.done()
        await holding.rollback()
        assert await changing is True
    assert await migration.is_current(engine)


async def test_who_holds_a_table_for_good_is_named(
    engine: AsyncEngine, versions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(versions, "column", 'op.add_column("posts", sa.Column("mood", sa.Text()))')
    monkeypatch.setattr(upgrading, "LOCK_MS", 10)
    monkeypatch.setattr(upgrading, "PATIENCE_S", 0)
    async with engine.connect() as holding:
        await holding.execute(text("SELECT count(*) FROM posts"))
        pid = await holding.scalar(text("SELECT pg_backend_pid()"))
        with pytest.raises(upgrading.SchemaHeldError, match=f"process {pid}, "):
            await migration.upgrade(engine)
    assert await migration.upgrade(engine) is True


async def test_what_was_applied_stays_and_the_next_start_goes_on(engine: AsyncEngine, versions: Path) -> None:
    next_version(versions, "column", 'op.add_column("posts", sa.Column("mood", sa.Text()))')
    next_version(versions, "mistake", 'op.add_column("posts", sa.Column("mood", sa.Text()))')
    with pytest.raises(DBAPIError, match="already exists"):
        await migration.upgrade(engine)
    assert await migration.version(engine) == f"{int(migration.newest()) - 1:04}"
    (mistaken,) = (versions / "versions").glob("*_mistake.py")
    mistaken.write_text(mistaken.read_text().replace('"mood"', '"feeling"'))
    assert await migration.upgrade(engine) is True
    assert await migration.is_current(engine)


async def test_an_index_is_built_while_others_write(engine: AsyncEngine, versions: Path) -> None:
    next_version(versions, "index", 'writing.create_index("ix_posts_language", "posts", ["language"])')
    async with engine.connect() as holding:
        await holding.execute(text("INSERT INTO counters(name, value) VALUES ('held', 1)"))
        await holding.execute(text("UPDATE posts SET views = 1"))  # its lock is let go of at the end only
        changing = asyncio.create_task(migration.upgrade(engine))
        await asyncio.sleep(1)
        async with asyncio.timeout(10), engine.begin() as writing:
            await writing.execute(text("UPDATE posts SET views = 2"))
        assert not changing.done()
        await holding.commit()
        assert await changing is True
    async with engine.connect() as connection:
        built = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_posts_language'::regclass")
        assert await connection.scalar(built) is True
        assert await connection.scalar(text("SHOW lock_timeout")) == "0"


async def test_an_empty_database_gets_all_versions_at_once(postgres: Postgres, versions: Path) -> None:
    next_version(versions, "index", 'writing.create_index("ix_posts_language", "posts", ["language"])', peace=True)
    engine = create_engine(postgres.new_database())
    assert await migration.upgrade(engine) is True
    assert await migration.is_current(engine)
    await engine.dispose()


async def test_several_that_start_at_once_take_turns(engine: AsyncEngine, versions: Path) -> None:
    next_version(versions, "column", 'op.add_column("posts", sa.Column("mood", sa.Text()))')
    assert sorted(await asyncio.gather(*(migration.upgrade(engine) for _ in range(3)))) == [False, False, True]


async def test_what_older_processes_could_not_go_on_with_waits_for_their_end(
    engine: AsyncEngine, versions: Path
) -> None:
    next_version(versions, "gone", 'op.drop_column("posts", "preview")', peace=True)
    line = Line(engine, "older", Clock(), {})
    running = asyncio.create_task(line.run())
    async with asyncio.timeout(10):
        while not line.stands_for():  # noqa: ASYNC110 -- the line comes about in its own time
            await asyncio.sleep(0.01)
    with pytest.raises(upgrading.OlderProcessesError, match=r"^1 process"):
        await migration.upgrade(engine)
    line.stop()
    await running
    assert await migration.upgrade(engine) is True


def test_what_takes_something_away_says_that_older_processes_must_end() -> None:
    for file in (migration.FOLDER / "versions").glob("[0-9]*_*.py"):
        written = file.read_text()
        upgrade = written.partition("def upgrade(")[2].partition("def downgrade(")[0]
        assert not BREAKING.search(upgrade) or "\nPEACE = True\n" in written, file.name


def test_an_error_goes_from_process_to_process() -> None:
    held = pickle.loads(pickle.dumps(upgrading.SchemaHeldError(4711, 630)))
    assert (type(held), str(held), held.params) == (
        upgrading.SchemaHeldError,
        str(upgrading.SchemaHeldError(4711, 630)),
        {"pid": 4711, "seconds": 630},
    )
