"""`dozor import`: posts of a JSONL file into an empty SQLite archive, with index and standing queries; and its memory.

`python -m tests.benchmarks.importing POSTS.jsonl [--count N] [--processes N]`: the file's posts again and again under new ids.
"""

import argparse
import asyncio
import multiprocessing
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from tempfile import TemporaryDirectory

from monitor import migration
from monitor.database import create_engine, create_sessions
from monitor.importing import import_posts
from monitor.jsonl import Line, read
from monitor.query import warming
from tests.monitor.arrivals import subscribe

QUERIES = ["посольство", "взрыв | пожар", "ибрагимов гражданство", '"министр обороны"', "курс рубл*"]


async def measure(file: Path, posts: int, processes: int | None) -> None:
    """Import so many posts; print the rate, by the clock and of one core, and what each process takes."""
    with file.open("rb") as lines:
        once = list(read(lines))
    warming.warm()
    with TemporaryDirectory(prefix="dozor-bench-") as folder:
        engine = create_engine(f"sqlite:///{folder}/dozor.db")
        await migration.upgrade(engine)
        sessions = create_sessions(engine)
        for query in QUERIES:
            await subscribe(sessions, query)
        before, begun, own, theirs = _megabytes(RUSAGE_SELF), time.perf_counter(), time.process_time(), _readers_s()
        await import_posts(sessions, islice(_endless(once), posts), datetime.now(UTC), processes=processes)
        seconds, own = time.perf_counter() - begun, time.process_time() - own
        for process in multiprocessing.active_children():
            process.join()
        theirs = _readers_s() - theirs
        await engine.dispose()
    print(f"{posts:,} posts of {sum(len(line.text) for line in once) // len(once)} characters on average")
    print(
        f"posts/s (promised: 3,000): {posts / seconds:,.0f}; a second of one core takes {posts / (own + theirs):,.0f}"
    )
    print(f"microseconds a post: writing process {own / posts * 1e6:.0f}, reading processes {theirs / posts * 1e6:.0f}")
    print(
        f"MB before / at its highest: {before} / {_megabytes(RUSAGE_SELF)}; largest reader {_megabytes(RUSAGE_CHILDREN)}"
    )


def _endless(lines: list[Line]) -> Iterator[Line]:
    for lap in count():
        yield from (replace(line, id=line.id + lap * 1_000_000) for line in lines)


def _megabytes(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1024


def _readers_s() -> float:
    """What processes that have ended have computed, in seconds."""
    used = resource.getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=None)
    options = parser.parse_args()
    asyncio.run(measure(options.posts, options.count, options.processes))
