"""Two processes never listen with the same account."""

import asyncio
import sys
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
