"""What partitions by time would take: `python -m tests.benchmarks.partitions POSTS.jsonl [--posts N] [--months N] [--deliveries]`.

Two databases of one PostgreSQL hold the same archive: as it is, and in monthly partitions by the post's id: posts, what belongs
to them, and with `--deliveries` the outbox. What is unique of a post, (channel, message), then stands in a narrow table that a
trigger fills, and no foreign key leads to posts. Each stores, searches, claims and removes the oldest month, in turns. Milliseconds
are those that the server's processes computed (Linux), which other work on the machine hardly changes.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from monitor.database import create_engine
from monitor.incoming import IncomingPost
from monitor.query.warming import warm
from monitor.search import search
from tests.benchmarks import filling
from tests.benchmarks.archive import MONTH, OF_POSTS, Archive
from tests.benchmarks.queries import SETS, Words
from tests.benchmarks.search import SAMPLE, Questions
from tests.postgres import Postgres, start_postgres

QUERIES, STORED, BATCH, QUESTIONS = 3_000, 4_000, 100, 20


def processor_s(server: Postgres) -> float:
    """Seconds that the server's processes have computed, ended ones too, but not for its checkpoints (man 5 proc_pid_stat)."""
    assert server.process is not None
    spent = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            title = (folder / "cmdline").read_text()
        except OSError:  # it has ended
            continue
        if "checkpointer" in title or "background writer" in title:  # they write now what was changed long ago
            continue
        if int(folder.name) == server.process.pid:
            spent += sum(map(int, fields[11:15]))
        elif int(fields[1]) == server.process.pid:
            spent += sum(map(int, fields[11:13]))
    return spent / os.sysconf("SC_CLK_TCK")


async def measure(server: Postgres, options: argparse.Namespace, texts: list[str]) -> None:
    """Print a line for each step."""
    await _stop_autovacuum(server)
    now = datetime.now(UTC).replace(microsecond=0)
    begin, chance = now - options.months * MONTH, random.Random(1)
    tables = {**OF_POSTS, "deliveries": "post_id"} if options.deliveries else OF_POSTS
    archives = {
        name: Archive(create_engine(server.new_database()), partitioned, begin, options.months)
        for name, partitioned in (("as it is", {}), ("in partitions", tables))
    }
    queries = list(islice(SETS["sparse"](Words(texts), QUERIES), QUERIES))
    for archive in archives.values():
        await archive.prepare(queries, now)
    every, channels = (now - begin) / options.posts, filling.CHANNELS
    for start in range(0, options.posts, filling.BATCH):
        numbers = range(start, min(start + filling.BATCH, options.posts))
        posts = [IncomingPost(n % channels + 1, n + 1, begin + n * every, chance.choice(texts)) for n in numbers]
        for archive in archives.values():
            await archive.fill(posts, now)
    for archive in archives.values():
        await archive.tidy("VACUUM ANALYZE")
    await _compare(
        server, archives, "store a post", [_storing(number, texts) for number in range(-10, STORED // BATCH)]
    )
    kinds = Questions(texts[:SAMPLE], chance).of_each_kind(QUESTIONS)
    await _compare(server, archives, "search", [_searching(each) for each in (["погода"], *kinds.values())], warming=1)
    await _compare(server, archives, "claim and settle", [Archive.deliver], warming=0)
    await _compare(server, archives, "remove a post", [lambda archive: archive.remove(now)], warming=0)
    for archive in archives.values():
        await archive.engine.dispose()


async def _stop_autovacuum(server: Postgres) -> None:
    """It would be counted, whatever step it falls into."""
    engine = create_engine(server.new_database())
    async with engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
        await connection.execute(text("SELECT pg_reload_conf()"))
    await engine.dispose()


Step = Callable[[Archive], Awaitable[int]]


async def _compare(
    server: Postgres, archives: dict[str, Archive], what: str, steps: Sequence[Step], *, warming: int = 10
) -> None:
    """Take each step in both databases, now this one first, now that; the first ones are not counted."""
    spent, counts = defaultdict[str, float](float), defaultdict[str, int](int)
    for number, step in enumerate(steps):
        for name in sorted(archives, reverse=bool(number % 2)):
            begun = processor_s(server)
            count = await step(archives[name])
            if number >= warming:
                spent[name] += processor_s(server) - begun
                counts[name] += count
    figures = ", ".join(f"{name} {1000 * spent[name] / counts[name]:.3f} ms" for name in archives)
    print(f"{what}: {figures} (of {min(counts.values()):,})", flush=True)


def _storing(number: int, texts: list[str]) -> Step:
    async def store(archive: Archive) -> int:
        first = 10_000_000 + number * BATCH
        there = texts[(number * BATCH) % len(texts) :][:BATCH]
        channel, now = number % filling.CHANNELS + 1, datetime.now(UTC)
        posts = [IncomingPost(channel, first + at, now, each) for at, each in enumerate(there)]
        await archive.store.posts(posts, pushed=True)
        return len(posts)

    return store


def _searching(queries: Sequence[str]) -> Step:
    async def ask(archive: Archive) -> int:
        for query in queries:
            async with archive.sessions() as session:
                await search(session, query, limit=10)
        return len(queries)

    return ask


def main() -> None:
    """Compare on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path, metavar="POSTS.jsonl")
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--deliveries", action="store_true", help="keep the outbox in partitions too")
    options = parser.parse_args()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [each for each in dict.fromkeys(json.loads(line).get("text") or "" for line in lines) if each]
    warm()
    with tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder, start_postgres(Path(folder)) as server:
        asyncio.run(measure(server, options, texts))


if __name__ == "__main__":
    main()
