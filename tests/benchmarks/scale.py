"""`make bench-scale ARGS=POSTS.jsonl`: what 1, 2 and 4 processes do on one PostgreSQL, which works on the same cores.

`python -m tests.benchmarks.scale POSTS.jsonl [--processes 1,2,4] [--queries N] [--chats N] [--posts N] [--parts outbox,posts]`.
Alerts are enqueued page by page as of a hot post, then claimed and settled a few hundred at once; posts are stored, indexed,
matched and placed in stories as pushed ones are: first real ones, of whose words each has a few that the process has not seen, then
others of the same words. Nothing is sent.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from monitor import claims, fanout, migration, outbox
from monitor.chat_paces import Limits
from monitor.database import Sessions, create_engine, create_sessions
from monitor.incoming import IncomingPost
from monitor.models import Channel, ChatKind, Fanout, Mode, Post, Subscriber, Subscription, Topic
from monitor.outcomes import Sent
from monitor.query import warming
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.benchmarks.queries import SETS, Words
from tests.postgres import Postgres, start_postgres

CLAIMED, STORED = 500, 100  # deliveries claimed, posts stored in one transaction
BATCH = 5_000
HOT = 4  # posts that everybody waits for
WARM = 1_500  # posts that each process stores before it is measured
CONTEXT = get_context("spawn")
Work = Callable[["Place"], Awaitable[int]]


class Place:
    """One process's place in a measurement: its database, and its part of the texts."""

    def __init__(self, sessions: Sessions, number: int, texts: Sequence[str]) -> None:
        self.sessions = sessions
        self.number = number
        self.texts = texts
        self.store = Store(sessions, StandingTopics())
        self._last = 0

    async def post(self, texts: Sequence[str]) -> None:
        """Store them as pushed just now, in a channel of this process."""
        now = datetime.now(UTC)
        first, self._last = self._last + 1, self._last + len(texts)
        posts = [IncomingPost(self.number, first + at, now, each) for at, each in enumerate(texts)]
        await self.store.posts(posts, reached={self.number: self._last}, pushed=True)


async def prepare(url: str, queries: Sequence[str], chats: int) -> None:
    """A database with these standing queries, and so many chats that wait for each of HOT posts."""
    engine, now = create_engine(url), datetime.now(UTC)
    await migration.upgrade(engine)
    sessions = create_sessions(engine)
    async with sessions.begin() as session:
        for number in range(1, 9):
            session.add(Channel(id=number, username=f"news{number}", title="News", watched=True, added_at=now))
        rows = [
            {"name": query[:60], "query": query, "created_at": now, "stamp": number}
            for number, query in enumerate(("nothing", *queries), 1)
        ]
        await session.execute(insert(Topic), rows)
        content = {"entities": [], "media": [], "links": [], "stored_at": now, "text": "x", "date": now}
        hot = [{"id": one, "channel_id": 8, "message_id": one, "album_id": one, **content} for one in range(1, HOT + 1)]
        await session.execute(insert(Post), hot)
    for start in range(0, chats, BATCH):
        await _subscribe(sessions, range(start, min(start + BATCH, chats)), now)
    async with sessions.begin() as session:
        waiting = [{"post_id": one, "topic_id": 1, "after": 0, "created_at": now} for one in range(1, HOT + 1)]
        await session.execute(insert(Fanout), waiting)
    await engine.dispose()


async def _subscribe(sessions: Sessions, numbers: Sequence[int], now: datetime) -> None:
    reader = {"thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": now}
    async with sessions.begin() as session:
        people = [{"chat_id": 1 + number, **reader} for number in numbers]
        ids = await session.scalars(insert(Subscriber).returning(Subscriber.id), people)
        wanted = {"topic_id": 1, "mode": Mode.INSTANT, "created_at": now}
        await session.execute(insert(Subscription), [{"subscriber_id": one, **wanted} for one in ids])


async def enqueue(place: Place) -> int:
    """Turn pages until there is none."""
    pages = 0
    while True:
        async with place.sessions.begin() as session:
            if not await fanout.turn_page(session, datetime.now(UTC)):
                return pages * fanout.page_size("postgresql")
        pages += 1


async def deliver(place: Place) -> int:
    """Claim and settle until nothing is due; how many deliveries."""
    done, limits, name = 0, Limits(person_s=0.001), f"relay{place.number}"
    while True:
        now = datetime.now(UTC)
        async with place.sessions.begin() as session:
            parcels = await claims.claim(session, name, now, CLAIMED, joined_from=1000, limits=limits)
        if not parcels:
            return done
        async with place.sessions.begin() as session:
            await outbox.settle_sent(session, [(parcel, Sent(1)) for parcel in parcels], now)
        done += sum(len(parcel.deliveries) for parcel in parcels)


async def store(place: Place) -> int:
    """Store and match the texts."""
    return await _store(place, place.texts)


async def store_more(place: Place) -> int:
    """Store and match texts of the same words: the beginning of one and the end of another."""
    chance, halves = Random(1), [text.split(" ") for text in place.texts]
    pairs = ((one, chance.choice(halves)) for one in halves)
    return await _store(place, [" ".join(one[: len(one) // 2] + other[len(other) // 2 :]) for one, other in pairs])


async def _store(place: Place, texts: Sequence[str]) -> int:
    for start in range(0, len(texts), STORED):
        await place.post(texts[start : start + STORED])
    return len(texts)


async def make_ready(place: Place) -> None:
    """All queries are taken in, and the dictionaries loaded."""
    warming.warm()
    await place.post(["погода хорошая"])


def _work(url: str, number: int, texts: Sequence[str], steps: Sequence[str], gate: Any, results: Any) -> None:
    asyncio.run(_working(url, number, texts, steps, gate, results))


async def _working(url: str, number: int, texts: Sequence[str], steps: Sequence[str], gate: Any, results: Any) -> None:
    engine = create_engine(url)
    place = Place(create_sessions(engine), number, texts[WARM:] if texts else [])
    if texts:
        await make_ready(place)
        await place.post(texts[:WARM])
    for step in steps:
        gate.wait()
        work, begun, busy = STEPS[step], time.perf_counter(), time.process_time()
        count = await work(place)
        results.put((step, count, time.perf_counter() - begun, time.process_time() - busy))
        gate.wait()
    await engine.dispose()


STEPS: dict[str, Work] = {
    "enqueued": enqueue,
    "claimed and settled": deliver,
    "stored and matched": store,
    "of words that were seen": store_more,
}


def measure(url: str, processes: int, texts: Sequence[str], steps: Sequence[str]) -> dict[str, tuple[float, float]]:
    """{step: (a second, how many cores these processes took, without PostgreSQL's)}."""
    gate, results = CONTEXT.Barrier(processes), CONTEXT.Queue()
    parts = [texts[at::processes] for at in range(processes)] if texts else [[]] * processes
    workers = [
        CONTEXT.Process(target=_work, args=(url, number, part, steps, gate, results))
        for number, part in enumerate(parts, 1)
    ]
    for worker in workers:
        worker.start()
    counts, longest, busy = Counter[str](), Counter[str](), Counter[str]()
    for _ in range(processes * len(steps)):
        step, count, seconds, computed = results.get()
        counts[step] += count
        busy[step] += computed
        longest[step] = max(longest[step], seconds)
    for worker in workers:
        worker.join()
    return {step: (counts[step] / longest[step], busy[step] / longest[step]) for step in steps}


def run(server: Postgres, options: argparse.Namespace) -> None:
    """Print a row for each number of processes."""
    known = _texts(options.posts_file) if "posts" in options.parts else []
    queries = list(islice(SETS["sparse"](Words(known), options.queries), options.queries)) if known else []
    texts = known[: options.posts]
    print(
        f"{os.cpu_count()} cores, {len(queries):,} queries, {options.chats:,} chats. A second (cores of these processes):"
    )
    for processes in map(int, options.processes.split(",")):
        url = server.new_database()
        asyncio.run(prepare(url, queries, options.chats if "outbox" in options.parts else 0))
        figures: dict[str, tuple[float, float]] = {}
        if "outbox" in options.parts:
            figures |= measure(url, processes, [], ["enqueued", "claimed and settled"])
        if texts:
            figures |= measure(url, processes, texts, ["stored and matched", "of words that were seen"])
        said = ", ".join(f"{step} {rate:,.0f} ({cores:.1f})" for step, (rate, cores) in figures.items())
        print(f"{processes} processes: {said}", flush=True)


def _texts(file: Path) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in lines]
    return [each for each in dict.fromkeys(texts) if each]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path, nargs="?")
    for name, default in (("queries", 100_000), ("chats", 50_000), ("posts", 11_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--processes", default="1,2,4")
    parser.add_argument("--parts", default="outbox,posts")
    options = parser.parse_args()
    if options.posts_file is None:
        options.parts = "outbox"
    with tempfile.TemporaryDirectory(prefix="dozor-scale-") as folder, start_postgres(Path(folder)) as server:
        run(server, options)


if __name__ == "__main__":
    main()
