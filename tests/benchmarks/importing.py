"""`dozor import`: posts of a JSONL file into an empty SQLite archive, with index and standing queries; and its memory.

`python -m tests.benchmarks.importing POSTS.jsonl [--count N | --export MB] [--processes N]`: the file's posts again and again
under new ids, a second later each time.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from resource import RUSAGE_CHILDREN
from tempfile import TemporaryDirectory

from monitor import migration
from monitor.database import Sessions, create_engine, create_sessions
from monitor.desktop.importing import import_export
from monitor.desktop.reading import Export
from monitor.importing import import_posts
from monitor.jsonl import Line, read
from monitor.query import warming
from tests.monitor.arrivals import subscribe

QUERIES = ["посольство", "взрыв | пожар", "ибрагимов гражданство", '"министр обороны"', "курс рубл*"]


@dataclass
class Rise:
    """How much memory this process takes, in MB, as an import goes on: told after each batch."""

    seen: list[int] = field(default_factory=list)

    def tell(self, *_: int) -> None:
        """Look."""
        self.seen.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20)

    def __str__(self) -> str:
        tenths = [self.seen[len(self.seen) * part // 10] for part in range(1, 10)]
        return f"{' '.join(map(str, tenths))}; at most {max(self.seen)}"


Import = Callable[[Sessions, Rise], Awaitable[int]]


async def posts_of(file: Path, count: int, processes: int | None) -> Import:
    """Imports so many posts of a JSONL file."""
    once = _lines(file)

    async def run(sessions: Sessions, rise: Rise) -> int:
        lines = islice(_endless(once), count)
        return (await import_posts(sessions, lines, datetime.now(UTC), rise.tell, processes=processes)).new

    return run


async def export_of(file: Path, megabytes: int, folder: Path, processes: int | None) -> Import:
    """Imports an export of Telegram Desktop of that size, made of the posts."""
    path = folder / "result.json"
    with path.open("w", encoding="utf-8") as out:
        out.write('{"name": "News", "type": "public_channel", "id": 77, "messages": [\n')
        for number, line in enumerate(_endless(_lines(file)), start=1):
            unix = str(int(line.date.timestamp()))
            parts = [{"type": "plain", "text": line.text}]
            message = {
                "id": number,
                "type": "message",
                "date_unixtime": unix,
                "text": line.text,
                "text_entities": parts,
            }
            out.write(json.dumps(message, ensure_ascii=False, indent=1))
            if out.tell() >= megabytes << 20:
                break
            out.write(",\n")
        out.write("]}")

    async def run(sessions: Sessions, rise: Rise) -> int:
        with path.open("rb") as opened:
            done = await import_export(sessions, Export(opened), datetime.now(UTC), rise.tell, processes=processes)
        return done.posts.new

    return run


async def measure(run: Import, folder: Path) -> None:
    """Print the rate, by the clock and of one core, what each process computes for a post, and what memory they take."""
    warming.warm()
    engine = create_engine(f"sqlite:///{folder}/dozor.db")
    await migration.upgrade(engine)
    sessions = create_sessions(engine)
    for query in QUERIES:
        await subscribe(sessions, query)
    rise, begun, own, theirs = Rise(), time.perf_counter(), time.process_time(), _readers_s()
    posts = await run(sessions, rise)
    seconds, own = time.perf_counter() - begun, time.process_time() - own
    for process in multiprocessing.active_children():
        process.join()
    theirs = _readers_s() - theirs
    await engine.dispose()
    print(
        f"posts/s of {posts:,} (promised: 3,000): {posts / seconds:,.0f}; a second of one core takes {posts / (own + theirs):,.0f}"
    )
    print(f"microseconds a post: writing process {own / posts * 1e6:.0f}, reading processes {theirs / posts * 1e6:.0f}")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"MB of the writing process after each tenth: {rise}; of the largest reader at most {largest}")


def _lines(file: Path) -> list[Line]:
    with file.open("rb") as lines:
        return list(read(lines))


def _endless(lines: list[Line]) -> Iterator[Line]:
    for lap in count():
        later = timedelta(seconds=lap)  # else all would be of the same seconds
        yield from (replace(line, id=line.id + lap * 1_000_000, date=line.date + later) for line in lines)


def _readers_s() -> float:
    """What processes that have ended have computed, in seconds."""
    used = resource.getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--export", type=int, metavar="MB", help="an export of Telegram Desktop of this size instead")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="dozor-bench-") as name:
        folder = Path(name)
        if options.export:
            run = await export_of(options.posts, options.export, folder, options.processes)
        else:
            run = await posts_of(options.posts, options.count, options.processes)
        await measure(run, folder)


if __name__ == "__main__":
    asyncio.run(main())
