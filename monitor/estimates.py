"""How often a query would have rung, told from the archive without reading much of it.

A post's id holds its second (`post_ids`), so the index alone gives the days. Where it finds too much, some of what it finds is
read, and the share of it that satisfies the query is taken for the share of all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import post_ids
from monitor.candidates import Candidates
from monitor.documents import document_of
from monitor.models import Channel, Post, Subscription
from monitor.query.explain import explain
from monitor.query.syntax import Query, parse
from monitor.search import FoundPost
from monitor.usernames import Names

DAY = timedelta(days=1)
DAYS = 30
MOST = 10_000  # candidates; a query that finds more rings hundreds of times a day
SAMPLE = 120  # candidates read where the index finds too much
EXAMPLES, NEWEST = 3, 9  # posts shown, and those they are taken from
_PLACES = 12  # moments from which posts are taken to know what is usual
_BATCH = 15  # posts read by one statement
_PAGE = 1_000  # ids asked for by one statement


@dataclass(frozen=True, slots=True)
class Estimate:
    """`days`: posts a day, the oldest first, today (the last 24 hours) last; `is_exact` unless reckoned from a sample.

    `is_least`: there were more than could be looked at. `found` are posts that satisfy the query, the newest first.
    """

    days: tuple[int, ...]
    is_exact: bool
    is_least: bool
    found: tuple[FoundPost, ...]

    @property
    def total(self) -> int:
        """Posts in all these days."""
        return sum(self.days)

    @property
    def a_day(self) -> float:
        """Posts on an average day."""
        return self.total / len(self.days)

    @property
    def examples(self) -> tuple[FoundPost, ...]:
        """The newest few, of posts that tell the same only the newest."""
        told: dict[int, FoundPost] = {}
        for found in self.found:
            told.setdefault(found.post.story_id or -found.post.id, found)
        return tuple(told.values())[:EXAMPLES]


async def estimate(
    session: AsyncSession, query: str, now: datetime, *, sample: int = SAMPLE, told: Subscription | None = None
) -> Estimate:
    """What the query found in the last thirty days, or since the archive began, and `told` lets through. Raises QuerySyntaxError."""
    parsed = parse(query)
    ids, is_exact = await _candidates(session, parsed, now)
    ids = await _let_through(session, ids, told) if told is not None else ids
    is_least = len(ids) > MOST
    read = ids[:NEWEST] if is_exact else _spread(ids, sample)
    found = await _satisfying(session, parsed, read, now)
    share = 1.0 if is_exact else len(found) / max(len(read), 1)
    days = _by_day(ids, await _span(session, now), now)
    covered = _covered(days) if is_least else days
    return Estimate(
        tuple(round(count * share) for count in covered), is_exact or len(read) == len(ids), is_least, found
    )


async def sampled(session: AsyncSession, query: str, now: datetime, size: int) -> tuple[FoundPost, ...]:
    """At most `size` posts that satisfy the query, from all over these days."""
    parsed = parse(query)
    ids, _ = await _candidates(session, parsed, now)
    return await _satisfying(session, parsed, _spread(ids, size), now)


async def texts_of(session: AsyncSession, now: datetime, size: int) -> list[str]:
    """About `size` texts from all over these days, whatever they say."""
    texts: list[str] = []
    known = await _span(session, now) * DAY
    for number in range(_PLACES):
        start = post_ids.first_id(now - known * (number + 1) / _PLACES)
        there = select(Post.text).where(Post.id >= start).order_by(Post.id).limit(size // _PLACES)
        texts += await session.scalars(there)
    return texts


async def _candidates(session: AsyncSession, query: Query, now: datetime) -> tuple[list[int], bool]:
    """The ids that may satisfy the query, the newest first, and whether all of them do."""
    candidates = await Candidates.of(session, query, now)
    since = post_ids.first_id(now - DAYS * DAY)
    bounded = replace(candidates, since=max(since, candidates.since))
    return await bounded.newest(session, None, MOST + 1), candidates.plan.is_exact


async def _satisfying(session: AsyncSession, query: Query, ids: Sequence[int], now: datetime) -> tuple[FoundPost, ...]:
    found: list[FoundPost] = []
    for start in range(0, len(ids), _BATCH):
        statement = select(Post, Channel).join(Channel, Channel.id == Post.channel_id)
        rows = await session.execute(statement.where(Post.id.in_(ids[start : start + _BATCH])).order_by(Post.id.desc()))
        for post, channel in rows:
            await asyncio.sleep(0)  # a post whose words are not remembered takes a millisecond or two
            spans = explain(query, document_of(post, Names.of(channel)), now=now)
            if spans is not None:
                found.append(FoundPost(post, channel, spans))
    return tuple(found)


async def _let_through(session: AsyncSession, ids: list[int], told: Subscription) -> list[int]:
    """The ids of posts in the subscription's channels and languages."""
    conditions = _conditions(told)
    if not conditions:
        return ids
    kept: set[int] = set()
    for start in range(0, len(ids), _PAGE):
        page = select(Post.id).where(Post.id.in_(ids[start : start + _PAGE]), *conditions)
        kept.update(await session.scalars(page))
    return [post_id for post_id in ids if post_id in kept]


def _conditions(told: Subscription) -> list[ColumnElement[bool]]:
    """Those of `filters.lets_through`, for one subscription."""
    channels = [Post.channel_id.in_(map(int, told.channels))] if told.channels else []
    languages = [or_(Post.language.is_(None), Post.language.in_(told.languages))] if told.languages else []
    return [*channels, *languages]


def _spread(ids: Sequence[int], size: int) -> list[int]:
    """At most `size` of the ids: the newest few, which are shown, and the others evenly."""
    if len(ids) <= size:
        return list(ids)
    rest = size - NEWEST
    return [*ids[:NEWEST], *(ids[NEWEST + number * (len(ids) - NEWEST) // rest] for number in range(rest))]


async def _span(session: AsyncSession, now: datetime) -> int:
    """How many of the last thirty days the archive knows, today included."""
    first = await session.scalar(select(func.min(Post.id)))
    age = now - post_ids.moment_of(first) if first is not None else timedelta(0)
    return min(max(age // DAY + 1, 1), DAYS)


def _by_day(ids: Sequence[int], days: int, now: datetime) -> list[int]:
    """Days are counted back from now; in numbers, since there may be thousands of ids."""
    counts = [0] * days
    end, day = post_ids.first_id(now), post_ids.first_id(datetime.fromtimestamp(0, UTC) + DAY)
    for post_id in ids:
        age = max(end - post_id, 0) // day
        if age < days:
            counts[days - 1 - age] += 1
    return counts


def _covered(days: list[int]) -> list[int]:
    """The days that were looked at to their end: all but those before, and the one in which it had been enough."""
    first = next((number for number, count in enumerate(days) if count), 0)
    return days[first + 1 :] or days[first:]
