"""How long a backup of an archive takes, and bringing it back: `python -m tests.benchmarks.keeping POSTS.jsonl [--posts 1000000]`.

PostgreSQL's. The archive is real posts drawn again and again, with their index; it comes back into another database of the same
server, and every row of every table is compared. Beside it stands what merely reading the backup's bytes takes.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor import backup, migration
from monitor.database import create_engine, create_sessions
from monitor.models import Base
from monitor.query.warming import warm
from tests.benchmarks.copying import fill_by_copy
from tests.benchmarks.filling import add_channels, id_of, post
from tests.postgres import Postgres, start_postgres


async def measure(server: Postgres, folder: Path, texts: list[str], posts: int) -> None:
    """Fill a database, back it up, restore it, and print how long that took and whether all rows are equal."""
    full, empty = create_engine(server.new_database()), create_engine(server.new_database())
    await migration.upgrade(full)
    sessions, chance = create_sessions(full), random.Random(1)
    async with sessions.begin() as session:
        await add_channels(session)
    drawn = (post(number, chance.choice(texts)) for number in range(posts))
    await fill_by_copy(sessions, ((id_of(each), each) for each in drawn), texts)
    file = folder / "dozor.backup"
    print(f"{posts:,} posts: backup {await _seconds(backup.backup(full, file)):.0f} s", end=", ", flush=True)
    print(f"{file.stat().st_size / 1e6:,.0f} MB, restore {await _seconds(backup.restore(empty, file)):.0f} s", end=", ")
    begun = time.perf_counter()
    file.read_bytes()
    print(f"reading its bytes {time.perf_counter() - begun:.1f} s")
    for table in Base.metadata.sorted_tables:
        before, after = await _rows(full, table.name), await _rows(empty, table.name)
        assert before == after, f"{table.name}: {before} rows and their sum were, {after} are"
    print("all rows of all tables are equal")
    await full.dispose()
    await empty.dispose()


async def _seconds(work: Awaitable[None]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


async def _rows(engine: AsyncEngine, table: str) -> tuple[int, int | None]:
    """How many rows there are, and the sum of a hash of each."""
    asked = text(f"SELECT count(*), sum(hashtextextended(CAST(one AS text), 0)) FROM {table} AS one")
    async with engine.connect() as connection:
        count, hashes = (await connection.execute(asked)).one()
    return count, None if hashes is None else int(hashes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path, metavar="POSTS.jsonl")
    parser.add_argument("--posts", type=int, default=50_000, metavar="N")
    options = parser.parse_args()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in lines]
    warm()
    with tempfile.TemporaryDirectory(prefix="dozor-keeping-") as folder, start_postgres(Path(folder)) as server:
        asyncio.run(measure(server, Path(folder), texts, options.posts))


if __name__ == "__main__":
    main()
