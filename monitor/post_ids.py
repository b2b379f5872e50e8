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
    used, room = set(taken), Room(session)
    ids = []
    for post in posts:
        candidate = first_choice(post)
        while candidate in used:  # hardly ever, unless very many posts are of one second
            candidate = await room.after(candidate)
        used.add(candidate)
        ids.append(candidate)
    return ids


def _slot(post: IncomingPost) -> int:
    return (post.channel_id * 0x9E3779B1 + post.message_id) % (SLOTS // 2)


class Room:
    """Ids that nobody has, in the second of one that is taken, or in the first after it that is not full.

    A file whose posts have no dates puts all of them into one second: a million fills 245, which must not be looked through for each.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._free: dict[int, list[int]] = {}

    async def after(self, post_id: int) -> int:
        """A free id that was not given yet."""
        second = post_id // SLOTS
        if await self._is_full(second):
            second = await self._next(second)
        return self._free[second].pop()

    async def _next(self, full: int) -> int:
        """The first second after a full one that is not: fullness has no holes where one second has spilled over."""
        step = 1
        while await self._is_full(full + step):
            full, step = full + step, 2 * step
        free = full + step
        while free - full > 1:
            middle = (full + free) // 2
            full, free = (middle, free) if await self._is_full(middle) else (full, middle)
        return free

    async def _is_full(self, second: int) -> bool:
        if second not in self._free:
            first = second * SLOTS
            theirs = select(Post.id).where(Post.id >= first, Post.id < first + SLOTS)
            taken = set(await self._session.scalars(theirs))
            self._free[second] = [each for each in range(first + SLOTS - 1, first - 1, -1) if each not in taken]
        return not self._free[second]
