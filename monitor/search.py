"""Questions about what was ever posted, newest first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.ingest import document_of
from monitor.models import Channel, Post, Search, Subscriber
from monitor.query import sql
from monitor.query.explain import explain
from monitor.query.syntax import Query, parse

BATCH = 50
MAX_READ = 20_000  # candidates that one question may check; a wider one goes on where it stopped


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post, its channel, and what matched, in characters of its text."""

    post: Post
    channel: Channel
    spans: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Page:
    """Posts, newest first; `next` is the id before which the older ones continue, None at the end."""

    posts: list[FoundPost]
    next: int | None


async def ask(session: AsyncSession, subscriber: Subscriber, query: str, now: datetime) -> Search:
    """Keep a question so that a button can name it. Raises QuerySyntaxError."""
    search = Search(subscriber_id=subscriber.id, query=str(parse(query)), asked_at=now)
    session.add(search)
    await session.flush()
    return search


async def asked(session: AsyncSession, search_id: int) -> Search | None:
    """The question behind a button, if it is still there."""
    return await session.get(Search, search_id)


async def search(
    session: AsyncSession, query: str, *, before: int | None = None, limit: int = 5, now: datetime | None = None
) -> Page:
    """The newest posts that satisfy the query and are older than the post id `before`. Raises QuerySyntaxError."""
    posts: list[FoundPost] = []
    async for found in scan(session, query, before=before, now=now):
        posts.append(found)
        if len(posts) > limit:
            return Page(posts[:limit], posts[limit - 1].post.id)
    return Page(posts, None)


async def scan(
    session: AsyncSession, query: str, *, before: int | None = None, now: datetime | None = None
) -> AsyncIterator[FoundPost]:
    """Every post that satisfies the query, newest first, read in batches."""
    parsed = parse(query)
    moment = now or datetime.now(UTC)
    read = 0
    while read < MAX_READ:
        rows = (await session.execute(_candidates(session, parsed, before, moment))).all()
        for post, channel in rows:
            spans = explain(parsed, document_of(post, channel), now=moment)
            if spans is not None:
                yield FoundPost(post, channel, spans)
        if len(rows) < BATCH:
            return
        before = rows[-1][0].id
        read += len(rows)


def _candidates(session: AsyncSession, query: Query, before: int | None, now: datetime) -> Select[Post, Channel]:
    statement = select(Post, Channel).join(Channel, Channel.id == Post.channel_id)
    statement = statement.order_by(Post.id.desc()).limit(BATCH)
    if before is not None:
        statement = statement.where(Post.id < before)
    if session.get_bind().dialect.name == "sqlite":
        return _narrow_sqlite(statement, sql.fts5(query), before)
    return _narrow_postgres(statement, sql.tsquery(query))


def _narrow_sqlite(statement: Select[Post, Channel], match: str | None, before: int | None) -> Select[Post, Channel]:
    if match is None:
        return statement
    newest = (
        "SELECT rowid FROM post_index WHERE post_index MATCH :match AND rowid < :below ORDER BY rowid DESC LIMIT :batch"
    )
    below = before if before is not None else 2**62
    return statement.where(Post.id.in_(text(newest).bindparams(match=match, below=below, batch=BATCH)))


def _narrow_postgres(statement: Select[Post, Channel], match: str | None) -> Select[Post, Channel]:
    if match is None:
        return statement
    found = text("SELECT post_id FROM post_index WHERE keys @@ CAST(:match AS tsquery)").bindparams(match=match)
    return statement.where(literal_column("posts.id").in_(found))
