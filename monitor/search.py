"""Questions about what was ever posted, newest first."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from monitor.candidates import Candidates
from monitor.documents import document_of, within
from monitor.models import Channel, Post
from monitor.newest import Row
from monitor.query.document import Document
from monitor.query.evaluation import Span
from monitor.query.explain import Highlighter
from monitor.query.syntax import parse
from monitor.tongues import require_known
from monitor.usernames import Names

SMALLEST, LARGEST = 10, 200  # candidates read at once; the first are few, since most questions have their answers there
CHECKED = 20  # candidates looked at without a pause
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
    require_known(parsed)
    candidates = await Candidates.of(session, parsed, moment)
    size = min(max(limit + 1, SMALLEST), LARGEST)
    highlighter = Highlighter(parsed, moment)
    ask = highlighter.bold if candidates.plan.is_exact else highlighter.explain
    async for batch in candidates.batches(session, before, size, LARGEST):
        yield _Batch(await _satisfying(batch.rows, ask), len(batch.rows), batch.next)


async def _satisfying(rows: Sequence[Row], ask: Callable[[Document], list[Span] | None]) -> list[FoundPost]:
    found = []
    for number, (_, post, channel) in enumerate(rows):
        if number % CHECKED == 0:
            await asyncio.sleep(0)  # a question that the index cannot narrow has thousands of posts checked
        if post and channel and (spans := ask(document_of(post, Names.of(channel)))) is not None:
            found.append(FoundPost(post, channel, within(post, spans)))
    return found
