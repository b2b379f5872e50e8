"""The command line beside a running product, and without it: whose the accounts are, what is covered, old posts."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from tests.running import Running, running


async def dozor(run: Running, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command with the configuration of the product."""
    command = [sys.executable, "-m", "bot", *arguments, "--config", str(run.folder / "config.toml")]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, **run.settings}
    )
    output, errors = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, output.decode(), errors.decode()


async def test_a_second_process_says_that_the_account_is_in_use_and_stops(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        await run.watch(run.sandbox.world.add_channel("rian_ru", "РИА"))
        code, _, errors = await dozor(run, "run", "listener")
        assert code == 1
        assert "Another process listens with the account main" in errors
        assert "Traceback" not in errors
        code, output, _ = await dozor(run, "check")
        assert code == 0, output
        assert "account main: another process listens with it" in output
        assert "@rian_ru" in output


async def test_a_second_copy_on_one_sqlite_file_says_so_and_stops_until_the_first_has_ended(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        await run.watch(run.sandbox.world.add_channel("rian_ru", "РИА"))
        for roles in ((), ("relay",), ("commands",), ("schedule",)):
            code, _, errors = await dozor(run, "run", *roles)
            assert code == 1
            assert "Another process with the role" in errors
            assert "Traceback" not in errors
        await run.kill()
        await run.start()
        await run.subscribe({run.admin.id: ["посольство"]})


async def test_old_posts_are_fetched_by_the_process_that_listens_or_else_by_the_command(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        channel = run.sandbox.world.add_channel("rian_ru", "РИА")
        now = run.sandbox.world.clock()
        for number in range(150):
            run.sandbox.world.publish(channel, f"старый {number}", date=now - timedelta(hours=150 - number))
        await run.watch(channel)
        assert await dozor(run, "backfill", "@rian_ru", "2d") == (0, "РИА: 47 new\n", "")
        await run.stop()
        assert await dozor(run, "backfill", "@rian_ru", "4w") == (0, "РИА: 103 new\n", "")
        assert (await dozor(run, "backfill", "@rian_ru", "forever"))[0] == 1
        assert "No watched channel" in (await dozor(run, "backfill", "@nobody_here"))[2]
