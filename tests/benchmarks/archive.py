"""An archive in PostgreSQL as it is, or in monthly partitions: what `tests.benchmarks.partitions` compares."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor import claims, expiry, migration, outbox, post_ids
from monitor.chat_paces import Limits
from monitor.database import Sessions, create_sessions
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
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.benchmarks import filling

MONTH = timedelta(days=30)
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
