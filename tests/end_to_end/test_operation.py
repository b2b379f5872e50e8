"""The running product as whoever runs it sees it."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import aiohttp

from monitor.query.analyzer import KEYS_VERSION
from tests.databases import new_sqlite
from tests.end_to_end.test_command_line import dozor
from tests.running import running, until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


async def get(port: int, path: str) -> tuple[int, str]:
    """Status and body; (0, "") where nothing listens."""
    try:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await answer.text()
    except aiohttp.ClientConnectionError:
        return 0, ""


async def told(port: int, line: str) -> bool:
    return line in (await get(port, "/metrics"))[1].splitlines()


async def test_metrics_of_the_running_product_tell_of_a_post(tmp_path: Path) -> None:
    port = free_port()
    settings = {"DOZOR_HTTP__PORT": str(port), "DOZOR_HTTP__METRICS": "true"}
    async with running(tmp_path, settings=settings) as run:
        channel = run.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        await run.watch(channel)
        assert await get(port, "/readyz") == (200, "ready\n")
        await run.subscribe({run.admin.id: ["посольство"]})
        before = run.sandbox.chats.chats[run.admin.id].last_id
        run.sandbox.world.publish(channel, "У посольства снова люди")
        await until(lambda: run.sandbox.chats.chats[run.admin.id].last_id > before)
        async with asyncio.timeout(20):
            while not await told(port, "dozor_stored_alert_seconds_count 1.0"):  # noqa: ASYNC110 -- another process counts
                await asyncio.sleep(0.05)
        _, body = await get(port, "/metrics")
        assert 'dozor_posts_stored_total{way="push"} 1.0' in body
        assert 'dozor_channel_lag_posts{channel="ostorozhno_novosti"} 0.0' in body
        assert 'dozor_account_troubled{account="main"} 0.0' in body
        assert (run.folder / "bot_token").read_text().partition(":")[2] not in body


async def test_a_clock_two_hours_off_is_named_by_check(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        await run.subscribe({run.admin.id: ["посольство"]})
        assert await run.stop() == 0
        check = ("check", "--config", str(run.folder / "config.toml"))
        ran = await asyncio.to_thread(dozor, *check)
        assert ran.returncode == 0
        assert "no posts yet; they are kept for ever" in " ".join(ran.stdout.split())
        run.sandbox.faults.clock_skew = timedelta(hours=2)
        ran = await asyncio.to_thread(dozor, *check)
        assert ran.returncode == 1
        assert "behind Telegram's: set it" in " ".join(ran.stdout.split())


def test_the_process_that_indexes_anew_logs_as_the_program_does_and_leaves_ctrl_c_to_it(tmp_path: Path) -> None:
    """Its database refuses what it writes, and says a secret with it."""
    token = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
    refusing = (
        "CREATE TRIGGER refuse BEFORE UPDATE ON index_state WHEN NEW.reached IS NOT OLD.reached"
        f" BEGIN SELECT RAISE(ABORT, 'no room for {token}'); END"
    )
    url = new_sqlite(tmp_path / "dozor.db")
    with closing(sqlite3.connect(tmp_path / "dozor.db")) as database:
        database.execute(f"UPDATE index_state SET keys_version = {KEYS_VERSION}, reached = {2**62}")
        database.execute(refusing)
        database.commit()
    given = {"DOZOR_DATABASE__URL": url, "DOZOR_BOT__TOKEN": token, "DOZOR_BOT__API_URL": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "bot", "run", "schedule", "--config", str(tmp_path / "config.toml")]
    (tmp_path / "config.toml").touch(mode=0o600)
    with subprocess.Popen(
        command, env={**os.environ, **given}, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        said = [process.stderr.readline()]
        while said[-1] and "the index" not in said[-1]:
            said.append(process.stderr.readline())
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        said += process.stderr.readlines()
        assert process.wait(60) == 0, said
    written = [json.loads(line) for line in said]
    (line,) = [each for each in written if each["logger"] == "monitor.reindexing"]
    assert (line["level"], line["error"]) == ("WARNING", "no room for ***")
    assert token not in "".join(said)
