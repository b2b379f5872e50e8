"""What removing old posts takes, and whom it holds up: `python -m tests.benchmarks.expiry POSTS.jsonl [--posts N]`.

Half of an archive is removed while somebody writes a row every few milliseconds and somebody searches. Every second post is a match of
which one reader was told. Then as many posts are stored as were removed: the file should be no larger than before.
"""

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert, select, text

from monitor import expiry
from monitor.database import Sessions
from monitor.models import ChatKind, Delivery, DeliveryState, Match, Post, Search
from monitor.query.warming import warm
from monitor.search import search
from monitor.subscribers import get_or_create
from monitor.subscriptions import subscribe
from tests.benchmarks import filling

PAUSE_S = 0.05  # as in bot.schedule
QUERIES = ("москва", "президент россии", "дождь", '"в москве"')
_SIZES = {
    "sqlite": "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
    "postgresql": "SELECT pg_database_size(current_database())",
}


async def measure(sessions: Sessions, dialect: str, texts: list[str], posts: int) -> None:
    """Print a line for what was removed, who waited, and the sizes."""
    chance = random.Random(1)
    async with sessions.begin() as session:
        await filling.add_channels(session)
        reader = await get_or_create(session, 1, 0, ChatKind.PRIVATE, "ru", filling.BEGIN)
        topic, _ = await subscribe(session, reader, "москва", filling.BEGIN)
    await _fill(sessions, range(posts), texts, chance, reader.id, topic.id)
    sizes = [await _size(sessions, dialect)]
    middle = filling.BEGIN + filling.EVERY * (posts // 2)
    writes, searches = list[float](), list[float]()
    beside = [
        asyncio.create_task(_again(lambda: _write(sessions, reader.id), writes)),
        asyncio.create_task(_again(lambda: _search(sessions, chance), searches)),
    ]
    removed, worked, begun = 0, 0.0, time.perf_counter()
    pages = expiry.pages(sessions, middle, middle + timedelta(days=1000))
    while True:
        started = time.perf_counter()
        page = await anext(pages, None)
        worked += time.perf_counter() - started
        if page is None:
            break
        removed += page
        await asyncio.sleep(PAUSE_S)
    took = time.perf_counter() - begun
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    print(f"\n{dialect}: {removed:,} of {posts:,} posts removed, {removed / took:,.0f} a second", end=", ")
    print(f"{removed / worked:,.0f} without the pauses")
    for name, times in (("writing a row", writes), ("search", searches)):
        print(f"{name} beside it, ms: p50 {_ms(times, 50)}, p99 {_ms(times, 99)}, most {max(times) * 1000:.0f}")
    sizes.append(await _size(sessions, dialect))
    await _fill(sessions, range(posts, posts + removed), texts, chance, reader.id, topic.id)
    sizes.append(await _size(sessions, dialect))
    print(
        "size, MB: full {:,.0f}, after removing {:,.0f}, filled again {:,.0f}".format(*(size / 1e6 for size in sizes))
    )


async def _fill(
    sessions: Sessions, numbers: range, texts: list[str], chance: random.Random, reader: int, topic: int
) -> None:
    for start in range(numbers.start, numbers.stop, filling.BATCH):
        posts = [
            filling.post(number, chance.choice(texts)) for number in numbers[start - numbers.start :][: filling.BATCH]
        ]
        async with sessions.begin() as session:
            await filling.fill(session, posts)
            since = await session.scalar(select(Post.id).where(Post.date >= posts[0].date).order_by(Post.date).limit(1))
            ids = (await session.scalars(select(Post.id).where(Post.id >= since))).all()[::2]
            moment = {"created_at": filling.BEGIN, "settled_at": filling.BEGIN, "due_at": filling.BEGIN}
            sent = {"subscriber_id": reader, "state": DeliveryState.SENT, **moment}
            await session.execute(insert(Delivery), [{"post_id": post_id, **sent} for post_id in ids])
            matched = {"topic_id": topic, "spans": [[0, 5]], "matched_at": filling.BEGIN}
            await session.execute(insert(Match), [{"post_id": post_id, **matched} for post_id in ids])


async def _again(work: Callable[[], Awaitable[None]], times: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(0.005)


async def _write(sessions: Sessions, reader: int) -> None:
    async with sessions.begin(quick=True) as session:
        await session.execute(insert(Search), {"subscriber_id": reader, "query": "a", "asked_at": filling.BEGIN})


async def _search(sessions: Sessions, chance: random.Random) -> None:
    async with sessions() as session:
        await search(session, chance.choice(QUERIES), limit=10)


async def _size(sessions: Sessions, dialect: str) -> int:
    async with sessions() as session:
        return await session.scalar(text(_SIZES[dialect])) or 0


def _ms(times: list[float], percent: int) -> str:
    return f"{quantiles(times, n=100)[percent - 1] * 1000:.0f}"


def main() -> None:
    """Remove from each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path, metavar="POSTS.jsonl")
    parser.add_argument("--posts", type=int, default=50_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    options = parser.parse_args()
    texts = [json.loads(line).get("text") or "" for line in options.posts_file.read_text(encoding="utf-8").splitlines()]
    warm()
    filling.on_each(options.databases, lambda sessions, dialect: measure(sessions, dialect, texts, options.posts))


if __name__ == "__main__":
    main()
