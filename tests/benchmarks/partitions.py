"""What partitions by time would take: `python -m tests.benchmarks.partitions POSTS.jsonl [--posts N] [--months N] [--deliveries]`.

Two databases of one PostgreSQL hold the same archive: as it is, and in monthly partitions by the post's id: posts, what belongs
to them, and with `--deliveries` the outbox. What is unique of a post, (channel, message), then stands in a narrow table that a
trigger fills, and no foreign key leads to posts. Each stores, searches, claims and removes the oldest month, in turns. Milliseconds
are those that all processes of the server computed (Linux), which other work on the machine hardly changes.
"""

import argparse
import asyncio
import json
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor import claims, expiry, migration, outbox, post_ids
from monitor.chat_paces import Limits
from monitor.database import Sessions, create_engine, create_sessions
from monitor.incoming import IncomingPost
from monitor.models import (
    Channel,
    ChatKind,
    Delivery,
    DeliveryState,
    Match,
    Mode,
    Post,
    Subscriber,
    Subscription,
    Topic,
)
from monitor.outcomes import Sent
from monitor.query.warming import warm
from monitor.search import search
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.benchmarks import search as filling
from tests.benchmarks.queries import SETS, Words
from tests.postgres import Postgres, start_postgres

MONTH = timedelta(days=30)
QUERIES, STORED, BATCH, QUESTIONS = 3_000, 4_000, 100, 20
OF_POSTS = {
    "posts": "id",
    "matches": "post_id",
    "post_versions": "post_id",
    "post_counts": "post_id",
    "post_index": "post_id",
}
_REFERRING = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND confrelid = '{}'::regclass"
)
_KEYS = (
    "CREATE TABLE post_keys (channel_id bigint, message_id bigint, post_id bigint, PRIMARY KEY (channel_id, message_id))",
    "CREATE FUNCTION keep_keys() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO post_keys SELECT channel_id, message_id, id FROM added; RETURN NULL; END $$",
    "CREATE TRIGGER keep_keys AFTER INSERT ON posts REFERENCING NEW TABLE AS added"
    " FOR EACH STATEMENT EXECUTE FUNCTION keep_keys()",
)
_ENQUEUE = text(
    "INSERT INTO deliveries (subscriber_id, post_id, kind, priority, state, due_at, attempts, created_at)"
    " SELECT id, :post, 'alert', 2, 'due', now(), 0, now() FROM subscribers ON CONFLICT DO NOTHING"
)


class Archive:
    """One of the two databases; `partitioned` are the tables that are in partitions, with the columns that say in which."""

    def __init__(self, engine: AsyncEngine, partitioned: dict[str, str], begin: datetime, months: int) -> None:
        self.engine = engine
        self.sessions: Sessions = create_sessions(engine)
        self.store = Store(self.sessions, StandingTopics())
        self.partitioned = partitioned
        self.bounds = [post_ids.first_id(begin + number * MONTH) for number in range(1, months + 2)]

    async def prepare(self, queries: Sequence[str], now: datetime) -> None:
        """The schema, its partitions, and so many readers, each with a topic of his own."""
        await migration.upgrade(self.engine)
        async with self.engine.begin() as connection:
            for name in ("posts", "deliveries") if self.partitioned else ():
                for table, key in (await connection.execute(text(_REFERRING.format(name)))).all():
                    await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {key}"))
            for table, column in self.partitioned.items():
                await self._partition(connection, table, column)
            for statement in _KEYS if self.partitioned else ():
                await connection.execute(text(statement))
        async with self.sessions.begin() as session:
            channels = [
                {"id": n, "title": "News", "watched": True, "added_at": now} for n in range(1, filling.CHANNELS + 1)
            ]
            await session.execute(insert(Channel), channels)
            people = [
                {"chat_id": n + 1, "thread_id": 0, "kind": ChatKind.PRIVATE, "created_at": now}
                for n in range(len(queries))
            ]
            topics = [
                {"name": each[:60], "query": each, "stamp": n, "created_at": now} for n, each in enumerate(queries, 1)
            ]
            await session.execute(insert(Subscriber), people)
            await session.execute(insert(Topic), topics)
            wanted = [{"subscriber_id": n + 1, "topic_id": n + 1} for n in range(len(queries))]
            await session.execute(
                insert(Subscription), [{**each, "mode": Mode.INSTANT, "created_at": now} for each in wanted]
            )

    async def _partition(self, connection: AsyncConnection, table: str, column: str) -> None:
        """Make an empty table anew in partitions; what is unique gets the column."""
        defined = text(f"SELECT indexdef FROM pg_indexes WHERE tablename = '{table}'")
        indexes = (await connection.scalars(defined)).all()
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_plain"))
        like = f"CREATE TABLE {table} (LIKE {table}_plain INCLUDING DEFAULTS) PARTITION BY RANGE ({column})"
        await connection.execute(text(like))
        if table == "deliveries":
            await connection.execute(text("CREATE SEQUENCE numbers"))
            await connection.execute(text("ALTER TABLE deliveries ALTER id SET DEFAULT nextval('numbers')"))
            await connection.execute(text("CREATE TABLE deliveries_others PARTITION OF deliveries DEFAULT"))
        await connection.execute(text(f"DROP TABLE {table}_plain CASCADE"))
        for number, (low, high) in enumerate(zip(["MINVALUE", *self.bounds], [*self.bounds, "MAXVALUE"], strict=True)):
            bounds = f"FOR VALUES FROM ({low}) TO ({high})"
            await connection.execute(text(f"CREATE TABLE {table}_{number} PARTITION OF {table} {bounds}"))
        for index in indexes:
            await connection.execute(text(_in_partitions(index, table)))

    async def fill(self, posts: Sequence[IncomingPost], now: datetime) -> None:
        """Store a page of the past: every second post is a match of which the first reader was told."""
        async with self.sessions.begin() as session:
            await filling.fill(session, list(posts))
            ids = [post_ids.first_id(post.date) + post.message_id % post_ids.SLOTS for post in posts][::2]
            sent = {
                "subscriber_id": 1,
                "state": DeliveryState.SENT,
                "created_at": now,
                "settled_at": now,
                "due_at": now,
            }
            await session.execute(insert(Delivery), [{"post_id": post_id, **sent} for post_id in ids])
            matched = {"topic_id": 1, "spans": [[0, 5]], "matched_at": now}
            await session.execute(insert(Match), [{"post_id": post_id, **matched} for post_id in ids])

    async def deliver(self) -> int:
        """Owe the newest posts to everybody, claim and settle."""
        done, limits = 0, Limits(person_s=0.001)
        async with self.sessions.begin() as session:
            for post_id in (await session.scalars(select(Post.id).order_by(Post.id.desc()).limit(4))).all():
                await session.execute(_ENQUEUE, {"post": post_id})
        while True:
            now = datetime.now(UTC)
            async with self.sessions.begin() as session:
                parcels = await claims.claim(session, "relay", now, 500, joined_from=1000, limits=limits)
            if not parcels:
                return done
            async with self.sessions.begin() as session:
                await outbox.settle_sent(session, [(parcel, Sent(1)) for parcel in parcels], now)
            done += len(parcels)

    async def remove(self, now: datetime) -> int:
        """Remove the oldest month, and have what that leaves cleared up; how many posts it had."""
        old = f"SELECT count(*) FROM posts WHERE id < {self.bounds[0]}"
        async with self.engine.connect() as connection:
            count = await connection.scalar(text(old)) or 0
        if not self.partitioned:
            before = post_ids.moment_of(self.bounds[0])
            async for _ in expiry.pages(self.sessions, before, now + timedelta(days=365)):
                pass
        async with self.engine.begin() as connection:
            for table in self.partitioned:
                await connection.execute(text(f"DROP TABLE {table}_0"))
            for table in {"post_keys", "deliveries"} - self.partitioned.keys() if self.partitioned else ():
                await connection.execute(text(f"DELETE FROM {table} WHERE post_id < {self.bounds[0]}"))
        await self.tidy("VACUUM")
        return count

    async def tidy(self, command: str) -> None:
        """What autovacuum does now and then."""
        async with self.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(command))


def _in_partitions(index: str, table: str) -> str:
    """The definition of an index for the same table in partitions."""
    if table == "posts" and "message_id" in index:
        return index.replace("UNIQUE ", "")
    if table == "deliveries":
        once = "(subscriber_id, key, post_id) NULLS NOT DISTINCT"
        return index.replace("(id)", "(id, post_id)").replace("(subscriber_id, key)", once)
    return index


def processor_s(server: Postgres) -> float:
    """Seconds that the server's processes have computed, ended ones too (man 5 proc_pid_stat)."""
    assert server.process is not None
    spent = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
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
    kinds = filling.Questions(texts[: filling.SAMPLE], chance).of_each_kind(QUESTIONS)
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
