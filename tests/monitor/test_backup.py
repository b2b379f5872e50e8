"""Backups, restoring, and copying from SQLite to PostgreSQL: row by row equal, or refused with nothing changed."""

import asyncio
import json
import os
import resource
import stat
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.neighbours import Neighbours
from bot.settings import BotSettings
from monitor import backup, copying, migration, reindexing, upgrading
from monitor.database import Sessions, create_engine, create_sessions
from monitor.importing import import_posts
from monitor.jsonl import read
from monitor.models import Base, Channel, Post, Subscriber
from monitor.search import scan
from monitor.sole_copy import AlreadyRunningError, StillRunningError, alone, sole_copy
from tests.conftest import NOW
from tests.postgres import Postgres

LINES = [
    f'{{"channel": "news", "id": {number}, "date": "2025-06-0{number % 9 + 1}T09:15:00+00:00",'
    f' "text": "Взрыв \\\\ в Баку\\t{number}"}}'
    for number in range(1, 41)
]


@pytest.fixture
async def full(sessions: Sessions) -> Sessions:
    """Posts in the index, a subscriber, and an id that was given once and is free again."""
    await import_posts(sessions, read(line.encode() for line in LINES), NOW)
    async with sessions.begin() as session:
        people = [Subscriber(chat_id=number, kind="private", created_at=NOW) for number in (1, 2)]
        session.add_all(people)
        await session.flush()
        await session.delete(people[1])
    return sessions


@pytest.fixture
async def empty(full: Sessions, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[AsyncEngine]:
    """Another database of the same kind, without a schema."""
    here = f"sqlite:///{tmp_path / 'other.db'}"
    on_sqlite = full.engine.dialect.name == "sqlite"
    engine = create_engine(here if on_sqlite else request.getfixturevalue("postgres").new_database())
    yield engine
    await engine.dispose()


async def _rows(engine: AsyncEngine) -> dict[str, list[tuple[Any, ...]]]:
    async with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


async def _found(engine: AsyncEngine, query: str) -> list[int]:
    async with create_sessions(engine)() as session:
        return [found.post.id async for found in scan(session, query)]


async def test_what_is_restored_is_equal_row_by_row(full: Sessions, empty: AsyncEngine, tmp_path: Path) -> None:
    await backup.backup(full.engine, tmp_path / "kept")
    await backup.restore(empty, tmp_path / "kept")
    kept = await _rows(full.engine)
    assert len(kept["posts"]) == 40
    assert await _rows(empty) == kept
    assert await _found(empty, "взрывы") == await _found(full.engine, "взрыв")
    async with create_sessions(empty).begin() as session:
        session.add(Subscriber(chat_id=3, kind="private", created_at=NOW))


async def test_a_backup_is_of_one_moment_while_others_write(full: Sessions, empty: AsyncEngine, tmp_path: Path) -> None:
    async def write(numbers: range) -> None:
        for number in numbers:
            async with full.begin() as session:
                await session.execute(text("UPDATE posts SET views = :number"), {"number": number})

    await write(range(1))
    async with asyncio.TaskGroup() as group:
        group.create_task(backup.backup(full.engine, tmp_path / "kept"))
        group.create_task(write(range(1, 20)))
    await backup.restore(empty, tmp_path / "kept")
    async with empty.connect() as connection:
        assert len((await connection.execute(select(Post.views).distinct())).all()) == 1


async def test_nothing_is_restored_over_what_is_there(full: Sessions, tmp_path: Path) -> None:
    await backup.backup(full.engine, tmp_path / "kept")
    before = await _rows(full.engine)
    with pytest.raises(backup.NotEmptyError):
        await backup.restore(full.engine, tmp_path / "kept")
    assert await _rows(full.engine) == before


async def test_nothing_is_restored_under_a_process_at_work(empty: AsyncEngine) -> None:
    here = Neighbours(create_sessions(empty), BotSettings(token=SecretStr("42:TOKEN")), 42, {})
    working = asyncio.create_task(here.run(sends=False))
    with ExitStack() as held:
        if here.alone:
            held.enter_context(sole_copy(empty.url, ["relay"]))
        else:
            await _line_of(empty)
        with pytest.raises((AlreadyRunningError, StillRunningError), match="stop"):
            async with alone(empty):
                pytest.fail("somebody is at work")
    here.stop()
    await working
    async with alone(empty):
        pass


async def _line_of(engine: AsyncEngine) -> None:
    """Wait until somebody has one."""
    async with engine.connect() as connection, asyncio.timeout(10):
        while not await upgrading.at_work(connection):  # noqa: ASYNC110 -- the line comes about in its own time
            await asyncio.sleep(0.01)


async def test_the_indexes_are_there_again(full: Sessions, empty: AsyncEngine, tmp_path: Path) -> None:
    known = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname",
    }

    async def of(engine: AsyncEngine) -> list[str]:
        async with engine.connect() as connection:
            return list(await connection.scalars(text(known[engine.dialect.name])))

    await backup.backup(full.engine, tmp_path / "all.dozor")
    await backup.restore(empty, tmp_path / "all.dozor")
    assert await of(empty) == await of(full.engine) != []


@pytest.mark.parametrize("part", [0, 2, 200, 0.5, 0.95])
async def test_a_file_that_is_cut_off_is_refused(
    full: Sessions, empty: AsyncEngine, tmp_path: Path, part: float
) -> None:
    await backup.backup(full.engine, tmp_path / "kept")
    whole = (tmp_path / "kept").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(part * len(whole)) if isinstance(part, float) else part])
    with pytest.raises(backup.NotABackupError, match="Nothing was changed"):
        await backup.restore(empty, tmp_path / "cut")
    assert await migration.version(empty) is None


async def test_a_damaged_table_leaves_a_postgresql_database_as_it_was(postgres: Postgres, tmp_path: Path) -> None:
    source, target = create_engine(postgres.new_database()), create_engine(postgres.new_database())
    await migration.upgrade(source)
    await import_posts(create_sessions(source), read(line.encode() for line in LINES), NOW)
    await backup.backup(source, tmp_path / "kept")
    with zipfile.ZipFile(tmp_path / "kept") as archive:
        start = archive.getinfo("posts.copy").header_offset
    damaged = bytearray((tmp_path / "kept").read_bytes())
    damaged[start + 200] ^= 0xFF
    (tmp_path / "kept").write_bytes(damaged)
    with pytest.raises(backup.NotABackupError, match="damaged"):
        await backup.restore(target, tmp_path / "kept")
    assert await migration.version(target) is None
    await source.dispose()
    await target.dispose()


@pytest.mark.parametrize("name", ['posts"; DROP TABLE channels; --', "pg_authid"])
async def test_a_backup_names_no_table_that_its_schema_does_not_have(
    postgres: Postgres, tmp_path: Path, name: str
) -> None:
    engine = create_engine(postgres.new_database())
    manifest = {"version": migration.newest(), "tables": {name: {"columns": [], "rows": 0}}, "sequences": {}}
    with zipfile.ZipFile(tmp_path / "forged", "w") as archive:
        archive.writestr(f"{name}.copy", "")
        archive.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(backup.NotABackupError, match="a table that its schema does not have"):
        await backup.restore(engine, tmp_path / "forged")
    assert await migration.version(engine) is None
    await engine.dispose()


async def test_a_backup_of_an_older_schema_is_brought_to_the_newest(
    full: Sessions, empty: AsyncEngine, tmp_path: Path
) -> None:
    older = f"{int(migration.newest()) - 1:04}"
    async with empty.begin() as connection:
        await connection.run_sync(migration.upgrade_to, older)
        await connection.execute(
            text(
                "INSERT INTO channels(id, title, watched, cursor, protected, added_at) VALUES (7, 'x', :yes, 0, :yes, :now)"
            ),
            {"yes": True, "now": NOW.replace(tzinfo=None) if full.engine.dialect.name == "sqlite" else NOW},
        )
    await backup.backup(empty, tmp_path / "kept")
    async with empty.begin() as connection:
        await connection.execute(text("DELETE FROM channels"))
    await backup.restore(empty, tmp_path / "kept")
    assert await migration.is_current(empty)
    async with empty.connect() as connection:
        assert await connection.scalar(select(Channel.id)) == 7


async def test_a_backup_of_a_newer_schema_says_which(full: Sessions, empty: AsyncEngine, tmp_path: Path) -> None:
    await backup.backup(full.engine, tmp_path / "kept")
    versions = migration._versions()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "_versions", lambda: versions - {max(versions)})
        with pytest.raises(migration.NewerSchemaError, match=f"schema {max(versions)}"):
            await backup.restore(empty, tmp_path / "kept")


async def test_only_its_owner_reads_a_backup_and_none_is_written_over(full: Sessions, tmp_path: Path) -> None:
    await backup.backup(full.engine, tmp_path / "kept")
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600
    with pytest.raises(backup.BackupExistsError):
        await backup.backup(full.engine, tmp_path / "kept")
    with pytest.raises(backup.BackupUnwritableError, match="No such file or directory"):
        await backup.backup(full.engine, tmp_path / "nowhere" / "kept")


def _back_up_without_room(settings: dict[str, str], file: Path) -> "subprocess.CompletedProcess[str]":
    """No file of this process may grow beyond a hundred bytes."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "backup", str(file)],
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "", "PYTHONDONTWRITEBYTECODE": "1", **settings},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )


async def test_a_disk_without_room_is_said_and_nothing_is_left(full: Sessions, tmp_path: Path) -> None:
    url = full.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")
    settings = {"DOZOR_DATABASE__URL": f"sqlite:///{full.engine.url.database}" if "sqlite" in url else url}
    run = await asyncio.to_thread(_back_up_without_room, settings, tmp_path / "kept")
    assert run.returncode == 1
    assert "cannot be written" in run.stderr
    assert "make room" in run.stderr
    assert not [name for name in os.listdir(tmp_path) if name.startswith("kept")]  # noqa: PTH208 -- a folder of the test


@pytest.fixture
async def target(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    """A PostgreSQL database without a schema."""
    engine = create_engine(postgres.new_database())
    yield engine
    await engine.dispose()


@pytest.fixture
async def source(sqlite_sessions: Sessions) -> str:
    """The url of a SQLite database that holds something."""
    await import_posts(sqlite_sessions, read(line.encode() for line in LINES), NOW)
    async with sqlite_sessions.begin() as session:
        session.add(Subscriber(chat_id=1, kind="private", created_at=NOW))
    return f"sqlite:///{sqlite_sessions.engine.url.database}"


async def test_sqlite_is_copied_row_by_row_and_found_again(
    sqlite_sessions: Sessions, source: str, target: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGE", 7)
    await copying.copy(source, target)
    copied, kept = await _rows(target), await _rows(sqlite_sessions.engine)
    copied.pop("index_state")
    kept.pop("index_state")
    assert copied == kept
    sessions = create_sessions(target)
    assert await reindexing.prepare(sessions)
    await reindexing.reindex(sessions)
    assert await _found(target, "взрывы") == await _found(sqlite_sessions.engine, "взрыв")
    async with sessions.begin() as session:
        session.add(Subscriber(chat_id=2, kind="private", created_at=NOW))


async def test_a_copy_that_fails_leaves_no_row(source: str, target: AsyncEngine) -> None:
    def fail(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copying.copy(source, target, fail)
    await backup.require_empty(target)
    await copying.copy(source, target)
    with pytest.raises(backup.NotEmptyError):
        await copying.copy(source, target)


async def test_only_a_sqlite_database_of_the_newest_schema_is_copied(
    tmp_path: Path, source: str, target: AsyncEngine, sqlite_sessions: Sessions
) -> None:
    with pytest.raises(copying.UnfitSourceError, match="no SQLite database"):
        await copying.copy(f"sqlite:///{tmp_path / 'nowhere.db'}", target)
    assert not (tmp_path / "nowhere.db").exists()
    (tmp_path / "blank.db").touch()
    with pytest.raises(copying.UnfitSourceError, match="not in schema"):
        await copying.copy(f"sqlite:///{tmp_path / 'blank.db'}", target)
    with pytest.raises(copying.WrongTargetError):
        await copying.copy(source, sqlite_sessions.engine)
