"""The whole path measured: sandbox → Telethon → SQLite → matching → aiogram, with the product as a process of its own.

Beside each figure stands what the same sandbox hands to a bare Telethon handler, or the time of a bare Bot API call, in the same run.
"""

import argparse
import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import aiohttp

from monitor.jsonl import read
from sandbox.pointing import bot_token, write_config, write_private
from sandbox.telegram import Sandbox

RATE = 50
PACED = 500
SUBSCRIBERS = 20
WORDS = ["россия", "путин", "москва", "украина", "сша", "президент", "суд", "дрон", "рубль", "банк"]
WAIT_S = 300


async def measure(posts: Path, limit: int) -> None:
    """Print RSS, latency at 50 posts/s, and the rate at full speed."""
    with TemporaryDirectory(prefix="dozor-bench-") as name:
        folder = Path(name)
        async with Sandbox(state=folder) as sandbox:
            await _measure(sandbox, folder, posts, limit)


async def _measure(sandbox: Sandbox, folder: Path, posts: Path, limit: int) -> None:
    bot = sandbox.add_bot(bot_token(folder))
    write_private(folder / "public_key.pem", sandbox.public_key_pem)
    await write_config(sandbox, folder, folder / "config.toml")
    admin = sandbox.chats.add_person("Admin")
    channel = sandbox.world.add_channel("bench", "Bench")
    product = await _start(folder, admin.id)
    try:
        sandbox.chats.say(admin, "/watch @bench")
        await _until(lambda: bool(channel.members))
        await asyncio.sleep(2)
        _print("RSS after start", f"{_rss(product.pid)} MB")
        await _subscribe(sandbox)
        await _paced(sandbox, bot.id, admin.id)
        await _full_speed(sandbox, folder, posts, limit)
        _print("RSS at the end", f"{_rss(product.pid)} MB")
    finally:
        product.terminate()
        await product.wait()


async def _subscribe(sandbox: Sandbox) -> None:
    for number in range(SUBSCRIBERS):
        person = sandbox.chats.add_person(f"Reader {number}")
        for word in WORDS:
            sandbox.chats.say(
                person, f"/subscribe {word} {WORDS[number % len(WORDS)]}{number}" if number else f"/subscribe {word}"
            )
    await _until(lambda: all(len(chat.messages) >= 2 * len(WORDS) for chat in list(sandbox.chats.chats.values())[1:]))


async def _paced(sandbox: Sandbox, bot_id: int, admin_id: int) -> None:
    sent: dict[str, float] = {}
    waits: list[float] = []

    def hear(kind: str, message: dict[str, object]) -> None:
        words = str(message.get("text")).split()
        waits.extend(time.perf_counter() - sent.pop(word) for word in words if kind == "message" and word in sent)

    forget = sandbox.chats.subscribe(hear)
    for number in range(PACED):
        sent[f"путин{number}x"] = time.perf_counter()
        sandbox.world.publish("bench", f"Москва молчит путин{number}x" if number % 5 == 0 else f"погода путин{number}x")
        await asyncio.sleep(1 / RATE)
    await asyncio.sleep(2)
    forget()
    p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98))
    _print(f"push → alert at {RATE} posts/s, {len(waits)} alerts, p50 / p99", f"{p50:.1f} / {p99:.1f} ms")
    _print("a bare Bot API call in the same run, p50", f"{await _bare_call(sandbox, admin_id) * 1000:.1f} ms")


async def _bare_call(sandbox: Sandbox, chat_id: int) -> float:
    token = next(iter(sandbox.chats.bots))
    times = []
    async with aiohttp.ClientSession() as http:
        for number in range(100):
            begun = time.perf_counter()
            async with http.post(
                f"{sandbox.bot_api_url}/bot{token}/sendMessage", json={"chat_id": chat_id, "text": str(number)}
            ) as answer:
                await answer.read()
            times.append(time.perf_counter() - begun)
    return sorted(times)[50]


async def _full_speed(sandbox: Sandbox, folder: Path, posts: Path, limit: int) -> None:
    before = len(sandbox.world.channel("bench").posts)
    begun = time.perf_counter()
    count = 0
    with posts.open("rb") as lines:
        for line in read(lines):
            sandbox.world.publish("bench", line.text or " ")
            count += 1
            if count % 50 == 0:
                await asyncio.sleep(0)
            if count >= limit:
                break
    database = sqlite3.connect(f"file:{folder / 'dozor.db'}?mode=ro", uri=True)
    await _until(lambda: _count(database, "SELECT count(*) FROM posts") >= before + count)
    _print(f"{count} posts at full speed, stored and matched", f"{count / (time.perf_counter() - begun):.0f} posts/s")
    await _until(lambda: not _count(database, "SELECT count(*) FROM deliveries WHERE state IN ('due', 'claimed')"))
    alerts = _count(database, "SELECT count(*) FROM deliveries WHERE post_id IS NOT NULL")
    _print("… and all alerts delivered", f"{count / (time.perf_counter() - begun):.0f} posts/s, {alerts} alerts in all")
    database.close()


def _count(database: sqlite3.Connection, statement: str) -> int:
    return int(database.execute(statement).fetchone()[0])


async def _start(folder: Path, admin: int) -> asyncio.subprocess.Process:
    settings = {
        "DOZOR_BOT__ADMINS": f"[{admin}]",
        "DOZOR_BOT__MESSAGES_PER_SECOND": "10000",
        "DOZOR_LOG__LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")]
    return await asyncio.create_subprocess_exec(*command, env=os.environ | settings)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.2)


def _rss(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


def _print(name: str, figure: str) -> None:
    print(f"{name:<70} {figure}", flush=True)


def main() -> None:
    """Measure with the posts of a JSONL file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--limit", type=int, default=20_000)
    options = parser.parse_args()
    asyncio.run(measure(options.posts, options.limit))


if __name__ == "__main__":
    main()
