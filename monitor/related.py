"""Posts of other channels that tell of the same event in other words, looked for when somebody asks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import events, post_ids
from monitor.candidates import Candidates
from monitor.errors import MonitorError
from monitor.events import Told
from monitor.footers import without_footer
from monitor.models import Channel, Post
from monitor.query.syntax import parse
from monitor.timeline import Teller, Tellers

FREQUENT = 100  # posts of the window that have a word: what more have finds nothing
READ = 24  # posts that share the most, which are compared
MOST = 8  # that are shown
LEAST = 300  # posts: of fewer in the window nothing can be said about how rare a word is
_SECOND = timedelta(seconds=1)


async def related(session: AsyncSession, post: Post) -> Tellers:
    """The posts most like this one within `events.WINDOW`, by time; none of its own channel, none of its story."""
    told = events.told(without_footer(post.text, post.entities))
    holders = await _holders(session, post, told)
    posts = max(LEAST, await session.scalar(select(func.count()).where(*_near(post))) or 0)
    rare = {stem: events.rarity(posts, len(ids)) for stem, ids in holders.items()}
    shared: Counter[int] = Counter()
    for stem, ids in holders.items():
        for other in ids if len(ids) < FREQUENT else ():
            shared[other] += round(1000 * rare[stem])
    found = await _read(session, post, [other for other, _ in shared.most_common(READ)])
    likeness = {other.id: _likeness(post, told, other, rare) for other, _ in found}
    nearest = sorted((teller for teller in found if likeness[teller[0].id] > 0), key=lambda one: -likeness[one[0].id])
    return sorted(nearest[:MOST], key=lambda one: one[0].id)


def _likeness(post: Post, told: Told, other: Post, rare: dict[str, float]) -> float:
    return events.likeness(
        told, events.told(without_footer(other.text, other.entities)), rare, _apart(post.id, other.id)
    )


async def _holders(session: AsyncSession, post: Post, told: Told) -> dict[str, list[int]]:
    """Ids of posts of the window that have the word, for each stem; no more than FREQUENT."""
    since, until = _bounds(post)
    found: dict[str, list[int]] = {}
    for stem, word in told.stems.items():
        try:
            query = parse(f'"{word}"')
        except MonitorError:  # what the query language does not take, such as a lone sign
            continue
        candidates = replace(await Candidates.of(session, query, post.date), since=since, until=until)
        found[stem] = await candidates.newest(session, None, FREQUENT)
    return found


async def _read(session: AsyncSession, post: Post, ids: Iterable[int]) -> list[Teller]:
    others = [Post.id.in_(list(ids)), Post.channel_id != post.channel_id, Post.deleted_at.is_(None)]
    if post.story_id is not None:
        others.append(Post.story_id.is_distinct_from(post.story_id))
    rows = await session.execute(select(Post, Channel).join(Channel, Channel.id == Post.channel_id).where(*others))
    return [(other, channel) for other, channel in rows]


def _near(post: Post) -> tuple[ColumnElement[bool], ...]:
    since, until = _bounds(post)
    return Post.id >= since, Post.id < until


def _bounds(post: Post) -> tuple[int, int]:
    return post_ids.first_id(post.date - events.WINDOW), post_ids.first_id(post.date + events.WINDOW + _SECOND)


def _apart(one: int, other: int) -> timedelta:
    return timedelta(seconds=abs(one - other) // post_ids.SLOTS)
