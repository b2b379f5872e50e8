"""The running product as whoever runs it sees it."""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import aiohttp

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
