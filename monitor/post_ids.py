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
_LOOKUP = 500  # stays below the bound-variable limits of both databases


def first_id(moment: datetime) -> int:
    """The smallest id a post of this moment can have."""
    return max(int(moment.timestamp()), 0) * SLOTS


def moment_of(post_id: int) -> datetime:
    """The second that the id stands for, in UTC."""
    return datetime.fromtimestamp(post_id // SLOTS, UTC)


async def assign(session: AsyncSession, posts: Sequence[IncomingPost]) -> list[int]:
    """An unused id for each post, in order. Deterministic but for collisions within one second."""
    wanted = [first_id(post.date) + _slot(post) for post in posts]
    taken = await _taken(session, wanted)
    ids = []
    for candidate in wanted:
        while candidate in taken:  # nearly always free; neighbours are looked up only when not
            candidate += 1
            taken |= await _taken(session, [candidate]) if candidate not in taken else set()
        taken.add(candidate)
        ids.append(candidate)
    return ids


def _slot(post: IncomingPost) -> int:
    return (post.channel_id * 0x9E3779B1 + post.message_id) % (SLOTS // 2)


async def _taken(session: AsyncSession, ids: Iterable[int]) -> set[int]:
    wanted = list(ids)
    found: set[int] = set()
    for start in range(0, len(wanted), _LOOKUP):
        found.update(await session.scalars(select(Post.id).where(Post.id.in_(wanted[start : start + _LOOKUP]))))
    return found
