"""One post for very many: how long enqueueing takes, and what it costs the posts that come meanwhile. No file of posts is needed.

`python -m tests.benchmarks.crowd [--subscribers 100000] [--databases sqlite,postgresql]`. First the post, then an edit of it when all
have been alerted. The delay is that of storing a post that nobody waits for, 20 times a second, beside the same while nothing is
enqueued.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles

from sqlalchemy import func, insert, select, update

from bot.crowd import Crowd
from monitor import migration, subscribers, subscriptions
from monitor.database import Sessions, create_engine, create_sessions
from monitor.incoming import IncomingPost
from monitor.models import Channel, ChatKind, Delivery, DeliveryState, Fanout, Mode, Retelling, Subscriber, Subscription
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.postgres import start_postgres

RATE = 20
ALONE_S = 5.0
BATCH = 5_000
CHANNEL = 1


class Bench:
    """A store with posts coming in, and what each waited for."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.store = Store(sessions, StandingTopics())
        self._numbers = count(1)

    async def post(self, text: str, number: int | None = None, *, edited: bool = False) -> int:
        """Store a post, or the new text of one; its number."""
        number = next(self._numbers) if number is None else number
        now = datetime.now(UTC)
        date = now - timedelta(hours=1) + timedelta(seconds=number / 100)
        incoming = IncomingPost(CHANNEL, number, date, text, edit_date=now if edited else None)
        await self.store.posts([incoming], pushed=True)
        return number

    async def delays(self, is_over: Callable[[], bool]) -> list[float]:
        """Seconds that posts wait until they are stored, at RATE, until it is over."""
        waits: list[float] = []
        while not is_over():
            begun = time.perf_counter()
            await self.post("погода хорошая")
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, 1 / RATE - waits[-1]))
        return waits


async def measure(url: str, how_many: int) -> None:
    """Print the figures of one database."""
    engine = create_engine(url)
    await migration.upgrade(engine)
    sessions = create_sessions(engine)
    bench = Bench(sessions)
    await _subscribe(sessions, how_many)
    ends = time.perf_counter() + ALONE_S
    _print(
        f"{engine.dialect.name}: a post, nothing being enqueued", await bench.delays(lambda: time.perf_counter() > ends)
    )
    number = await bench.post("Москва")
    await _enqueued(bench, Fanout, f"{engine.dialect.name}: a post for {how_many:,}")
    async with sessions.begin() as session:
        await session.execute(
            update(Delivery).values(state=DeliveryState.SENT, message_id=1, settled_at=datetime.now(UTC))
        )
    begun = time.perf_counter()
    await bench.post("Москва и область", number, edited=True)
    print(f"{engine.dialect.name}: storing an edit of it {(time.perf_counter() - begun) * 1000:.1f} ms")
    await asyncio.sleep(2.1)
    await _enqueued(bench, Retelling, f"{engine.dialect.name}: an edit of it")
    await engine.dispose()


async def _enqueued(bench: Bench, kind: type[Fanout] | type[Retelling], name: str) -> None:
    """Have a crowd turn the pages, with posts coming in."""
    crowd = Crowd(bench.sessions, wake=lambda: None)
    running, begun = asyncio.create_task(crowd.run()), time.perf_counter()
    posting = asyncio.create_task(bench.delays(running.done))
    while await _left(bench.sessions, kind):  # noqa: ASYNC110 -- it is looked at as from outside
        await asyncio.sleep(0.1)
    took = time.perf_counter() - begun
    crowd.stop()
    await running
    print(f"{name}: enqueued in {took:.1f} s")
    _print(f"{name}: another post meanwhile", await posting)


async def _left(sessions: Sessions, kind: type[Fanout] | type[Retelling]) -> int:
    async with sessions(quick=True) as session:
        return await session.scalar(select(func.count()).select_from(kind)) or 0


async def _subscribe(sessions: Sessions, how_many: int) -> None:
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        session.add(Channel(id=CHANNEL, username="news", title="News", watched=True, added_at=now))
        first = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", now)
        topic, _ = await subscriptions.subscribe(session, first, "москва", now)
    for start in range(0, how_many, BATCH):
        people = [
            {"chat_id": 10 + number, "thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": now}
            for number in range(start, min(start + BATCH, how_many))
        ]
        async with sessions.begin() as session:
            ids = await session.scalars(insert(Subscriber).returning(Subscriber.id), people)
            rows = [
                {"subscriber_id": one, "topic_id": topic.id, "mode": Mode.INSTANT, "created_at": now} for one in ids
            ]
            await session.execute(insert(Subscription), rows)


def _print(name: str, waits: list[float]) -> None:
    p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98))
    print(f"{name}: stored within p50 {p50:.1f} / p99 {p99:.1f} ms ({len(waits)} posts)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path, nargs="?", help="not looked at")
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dozor-crowd-") as folder:
        if "sqlite" in options.databases:
            asyncio.run(measure(f"sqlite:///{folder}/crowd.db", options.subscribers))
        if "postgresql" in options.databases:
            with start_postgres(Path(folder)) as server:
                asyncio.run(measure(server.new_database(), options.subscribers))


if __name__ == "__main__":
    main()
