"""`dozor import`: posts of a JSONL file into an empty SQLite archive, with index and standing queries; and its memory."""

import argparse
import asyncio
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor import migration
from monitor.database import create_engine, create_sessions
from monitor.importing import import_posts
from monitor.jsonl import Line, read
from monitor.query import warming
from tests.monitor.arrivals import subscribe

QUERIES = ["посольство", "взрыв | пожар", "ибрагимов гражданство", '"министр обороны"', "курс рубл*"]


async def measure(file: Path, posts: int) -> None:
    """Import so many posts, the file's again and again under new ids; print the rate, by the clock and of one core."""
    with file.open("rb") as lines:
        once = list(read(lines))
    warming.warm()
    with TemporaryDirectory(prefix="dozor-bench-") as folder:
        engine = create_engine(f"sqlite:///{folder}/dozor.db")
        await migration.upgrade(engine)
        sessions = create_sessions(engine)
        for query in QUERIES:
            await subscribe(sessions, query)
        before, begun, busy = _megabytes(), time.perf_counter(), time.process_time()
        await import_posts(sessions, islice(_endless(once), posts), datetime.now(UTC))
        seconds, core = time.perf_counter() - begun, time.process_time() - busy
        await engine.dispose()
    print(f"{posts:,} posts of {sum(len(line.text) for line in once) // len(once)} characters on average")
    print(f"posts/s (promised: 3,000): {posts / seconds:,.0f}; a second of one core takes {posts / core:,.0f}")
    print(f"memory before / at its highest: {before} / {_megabytes()} MB")


def _endless(lines: list[Line]) -> Iterator[Line]:
    for lap in count():
        yield from (replace(line, id=line.id + lap * 1_000_000) for line in lines)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    asyncio.run(measure(options.posts, options.count))
