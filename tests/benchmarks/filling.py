"""An archive to be asked: a post every 43 seconds, channel by channel in turns, on each database."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import index, migration, post_ids, post_rows
from monitor.channels import Joined, join
from monitor.database import Sessions, create_engine, create_sessions
from monitor.documents import document_of_new
from monitor.incoming import IncomingPost
from monitor.models import Post
from monitor.usernames import Names
from tests.postgres import start_postgres

CHANNELS = 20
BATCH = 2_000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = timedelta(seconds=43)


def on_each(dialects: str, measure: Callable[[Sessions, str], Awaitable[None]]) -> None:
    """Measure on a new database of each of these, "sqlite,postgresql"; `measure` is also told which one it is."""

    async def opened(url: str, dialect: str) -> None:
        engine = create_engine(url)
        await migration.upgrade(engine)
        await measure(create_sessions(engine), dialect)
        await engine.dispose()

    for dialect in dialects.split(","):
        with tempfile.TemporaryDirectory(prefix="dozor-bench-") as folder, _database(dialect, Path(folder)) as url:
            asyncio.run(opened(url, dialect))


@contextmanager
def _database(dialect: str, folder: Path) -> Iterator[str]:
    if dialect == "sqlite":
        yield f"sqlite:///{folder / 'dozor.db'}"
    else:
        with start_postgres(folder) as server:
            yield server.new_database()


async def add_channels(session: AsyncSession) -> None:
    """@channel0 and so on."""
    for channel in range(CHANNELS):
        await join(session, "main", Joined(channel + 1, f"channel{channel}", f"Channel {channel}", 1), BEGIN)


def post(number: int, body: str) -> IncomingPost:
    """The post of this number, from the oldest on."""
    return IncomingPost(number % CHANNELS + 1, number + 1, BEGIN + number * EVERY, body)


def id_of(post: IncomingPost) -> int:
    """Under which it is stored."""
    return post_ids.first_id(post.date) + post.message_id % post_ids.SLOTS


async def fill(session: AsyncSession, posts: list[IncomingPost]) -> None:
    """Write posts and their entries as `monitor.ingest` does, with nothing else of theirs."""
    ids = [id_of(post) for post in posts]
    rows = [post_rows.row(post, id_, id_, "ru", BEGIN) for id_, post in zip(ids, posts, strict=True)]
    await (await session.connection()).execute(insert(Post.__table__), rows)  # type: ignore[arg-type]
    on_sqlite = index.is_sqlite(session)
    documents = (document_of_new(post, Names(None), "ru") for post in posts)
    entries = (
        index.entry(document, post.channel_id, on_sqlite=on_sqlite)
        for document, post in zip(documents, posts, strict=True)
    )
    await index.put(session, dict(zip(ids, entries, strict=True)))
