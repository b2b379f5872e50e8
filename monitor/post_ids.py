"""Ids that grow with a post's date, whenever it is stored.

An id is the second of the post's date times 4,096 plus a slot, so that the newest posts of a search are the last ids of the index
(ordering by a date column instead costs 50–550 ms at a million posts), also when backfill brings old posts later.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.incoming import IncomingPost
from monitor.models import Post

SLOTS = 4096


def first_id(moment: datetime) -> int:
    """The smallest id a post of this moment can have."""
    return max(int(moment.timestamp()), 0) * SLOTS


def moment_of(post_id: int) -> datetime:
    """The second that the id stands for, in UTC."""
    return datetime.fromtimestamp(post_id // SLOTS, UTC)


def first_choice(post: IncomingPost) -> int:
    """The id that a post takes unless another post has it."""
    return first_id(post.date) + _slot(post)


async def assign(session: AsyncSession, posts: Sequence[IncomingPost], taken: Iterable[int]) -> list[int]:
    """An unused id for each post, in order; `taken` says which of their first choices are."""
    used = set(taken)
    ids = []
    for post in posts:
        candidate = first_choice(post)
        while candidate in used:  # hardly ever; only then are neighbours looked up
            candidate += 1
            used |= await _taken(session, candidate) if candidate not in used else set()
        used.add(candidate)
        ids.append(candidate)
    return ids


def _slot(post: IncomingPost) -> int:
    return (post.channel_id * 0x9E3779B1 + post.message_id) % (SLOTS // 2)


async def _taken(session: AsyncSession, post_id: int) -> set[int]:
    return set(await session.scalars(select(Post.id).where(Post.id == post_id)))
