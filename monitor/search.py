"""Questions about what was ever posted, newest first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.candidates import Candidates
from monitor.documents import document_of, within
from monitor.models import Channel, Post
from monitor.query.explain import bold, explain
from monitor.query.syntax import Query, parse
from monitor.sqlite import QUICK

SMALLEST, LARGEST = 10, 200  # candidates read at once; the first are few, since most questions have their answers there
FEW = 20  # candidates that SQLite may read without a change of threads
MAX_READ = 20_000  # candidates that one page may check; then it offers to go on from there


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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was found among some candidates, how many they were, and the id below which the next ones are, None at the end."""

    found: list[FoundPost]
    read: int
    next: int | None


async def search(
    session: AsyncSession, query: str, *, before: int | None = None, limit: int = 5, now: datetime | None = None
) -> Page:
    """The newest posts that satisfy the query and are older than the post id `before`. Raises QuerySyntaxError.

    A query that the index cannot narrow may have fewer posts on a page than `limit`, none even, and still go on.
    """
    posts: list[FoundPost] = []
    read = 0
    async for batch in _batches(session, query, before, limit, now):
        posts += batch.found
        read += batch.read
        if len(posts) > limit:
            return Page(posts[:limit], posts[limit - 1].post.id)
        if read >= MAX_READ:
            return Page(posts, batch.next)
    return Page(posts, None)


async def count(session: AsyncSession, query: str, limit: int, now: datetime | None = None) -> int | None:
    """How many posts satisfy the query, counted up to `limit`; None if only reading them would tell. Raises QuerySyntaxError."""
    candidates = await Candidates.of(session, parse(query), now or datetime.now(UTC))
    return await candidates.count(session, limit)


async def scan(
    session: AsyncSession, query: str, *, before: int | None = None, now: datetime | None = None
) -> AsyncIterator[FoundPost]:
    """Every post that satisfies the query, newest first, read in batches. Raises QuerySyntaxError."""
    async for batch in _batches(session, query, before, LARGEST, now):
        for found in batch.found:
            yield found


async def _batches(
    session: AsyncSession, query: str, before: int | None, limit: int, now: datetime | None
) -> AsyncIterator[_Batch]:
    parsed, moment = parse(query), now or datetime.now(UTC)
    candidates = await Candidates.of(session, parsed, moment)
    size = min(max(limit + 1, SMALLEST), LARGEST)
    async for batch in candidates.batches(session, before, size, LARGEST):
        yield _Batch(await _checked(session, candidates, parsed, batch.ids, moment), len(batch.ids), batch.next)


async def _checked(
    session: AsyncSession, candidates: Candidates, query: Query, ids: list[int], now: datetime
) -> list[FoundPost]:
    """Those of the candidates that satisfy the query, in this order."""
    statement = select(Post, Channel).join(Channel, Channel.id == Post.channel_id).where(Post.id.in_(ids))
    options = QUICK if len(ids) <= FEW else {}
    read = await session.execute(statement, execution_options=options) if ids else ()
    rows = {post.id: (post, channel) for post, channel in read}
    ask = bold if candidates.plan.is_exact else explain
    found = []
    for post, channel in (rows[post_id] for post_id in ids if post_id in rows):
        spans = ask(query, document_of(post, channel), now)
        if spans is not None:
            found.append(FoundPost(post, channel, within(post, spans)))
    return found
