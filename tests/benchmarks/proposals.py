"""How long trying a query takes: `python -m tests.benchmarks.proposals POSTS.jsonl [--posts N]`.

The archive is real posts drawn again and again, one every 43 seconds: 60,000 fill the thirty days that are looked at. Each query is
tried once, as the bot does it when somebody types it; "longest stop" is how long nothing else got its turn meanwhile.
"""

import argparse
import asyncio
import gc
import json
import random
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import quantiles

from bot.pauses import short_pauses
from monitor import migration
from monitor.database import Sessions, create_engine, create_sessions
from monitor.estimates import estimate
from monitor.ingest import ingest
from monitor.language import Habits
from monitor.query.warming import warm
from monitor.suggestions import suggest
from monitor.topics import StandingTopics
from tests.benchmarks.filling import BEGIN, EVERY, add_channels, post
from tests.benchmarks.search import Questions

BATCH = 2_000
TICK = 0.001  # seconds


async def measure(sessions: Sessions, texts: list[str], options: argparse.Namespace) -> None:
    """Fill a database, print a row for each kind of query."""
    chance = random.Random(1)
    topics, habits = StandingTopics(), Habits()
    async with sessions.begin() as session:
        await add_channels(session)
    for start in range(0, options.posts, BATCH):
        posts = [post(number, chance.choice(texts)) for number in range(start, min(start + BATCH, options.posts))]
        async with sessions.begin() as session:
            await ingest(session, topics, posts, now=BEGIN, alert=False, habits=habits)
    print("| tried, ms | how often: p50 | p95 | and better ones: p50 | p95 | longest stop | suggested |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    now = BEGIN + EVERY * options.posts
    gc.collect()
    gc.freeze()  # as the program does: what is loaded is not looked through again and again
    for kind, queries in Questions(texts[:5_000], chance).of_each_kind(options.questions).items():
        with short_pauses():
            print(await _row(sessions, kind, queries, now), flush=True)


async def _row(sessions: Sessions, kind: str, queries: list[str], now: datetime) -> str:
    first: list[float] = []
    second: list[float] = []
    stops: list[float] = []
    suggested = 0
    for query in queries:
        watching = asyncio.create_task(_longest_stop(stops))
        async with sessions() as session:
            begun = time.perf_counter()
            known = await estimate(session, query, now)
            told = time.perf_counter()
            suggested += bool(await suggest(session, query, known, now))
        first.append(told - begun)
        second.append(time.perf_counter() - told)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    figures = [*_quantiles(first), *_quantiles(second), max(stops)]
    return f"| {kind} | " + " | ".join(f"{figure * 1e3:.0f}" for figure in figures) + f" | {suggested}/{len(queries)} |"


async def _longest_stop(stops: list[float]) -> None:
    stops.append(0)
    last = time.perf_counter()
    while True:
        await asyncio.sleep(TICK)
        now = time.perf_counter()
        stops[-1], last = max(stops[-1], now - last - TICK), now


def _quantiles(times: list[float]) -> tuple[float, float]:
    parts = quantiles(times, n=20)
    return parts[9], parts[18]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path)
    parser.add_argument("--posts", type=int, default=60_000)
    parser.add_argument("--questions", type=int, default=40)
    options = parser.parse_args()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in lines]
    warm()
    with tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder:
        asyncio.run(_on(f"sqlite:///{folder}/dozor.db", texts, options))


async def _on(url: str, texts: list[str], options: argparse.Namespace) -> None:
    engine = create_engine(url)
    await migration.upgrade(engine)
    await measure(create_sessions(engine), texts, options)
    await engine.dispose()


if __name__ == "__main__":
    main()
