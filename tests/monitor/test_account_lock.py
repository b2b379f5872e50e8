"""Two processes never listen with the same account."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from monitor.account_lock import AccountInUseError, account_lock
from monitor.database import Sessions


async def test_an_account_is_locked_once_at_a_time(sessions: Sessions, tmp_path: Path) -> None:
    session = tmp_path / "main.session"
    async with account_lock(sessions.engine, "main", session):
        with pytest.raises(AccountInUseError):
            async with account_lock(sessions.engine, "main", session):
                pass
    async with account_lock(sessions.engine, "main", session):
        pass


async def test_a_session_has_one_lock_however_it_is_named(sqlite_sessions: Sessions, tmp_path: Path) -> None:
    engine, names = sqlite_sessions.engine, ("news.session", "news.1", "news.2", "news.2.old")
    (tmp_path / "link.session").symlink_to(tmp_path / "news.session")
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    async with AsyncExitStack() as held:
        for name in names:
            await held.enter_async_context(account_lock(engine, name, tmp_path / name))
        for other in ("news", "link", "link.session", "elsewhere/news", "news.1.session", "elsewhere/news.2"):
            with pytest.raises(AccountInUseError):
                await held.enter_async_context(account_lock(engine, other, tmp_path / other))


async def test_postgresql_knows_of_processes_on_other_machines(sessions: Sessions, tmp_path: Path) -> None:
    if sessions.engine.dialect.name == "sqlite":
        return  # a file is on one machine
    async with account_lock(sessions.engine, "main", tmp_path / "here" / "main.session"):
        with pytest.raises(AccountInUseError):
            async with account_lock(sessions.engine, "main", tmp_path / "there" / "main.session"):
                pass
        async with account_lock(sessions.engine, "other", tmp_path / "there" / "other.session"):
            pass


async def test_the_lock_of_a_killed_process_is_free(sqlite_sessions: Sessions, tmp_path: Path) -> None:
    session = tmp_path / "main.session"
    holder = (
        "import asyncio, pathlib, sys\n"
        "from monitor.account_lock import account_lock\n"
        "from monitor.database import create_engine\n"
        "async def main():\n"
        "    async with account_lock(create_engine('sqlite://'), 'main', pathlib.Path(sys.argv[1])):\n"
        "        print('held', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", holder, str(session), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    with pytest.raises(AccountInUseError):
        async with account_lock(sqlite_sessions.engine, "main", session):
            pass
    process.kill()
    await process.wait()
    async with account_lock(sqlite_sessions.engine, "main", session):
        pass
