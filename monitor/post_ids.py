"""Ids that grow with a post's date, whenever it is stored.

An id is the second of the post's date times 4,096 plus a slot, so that the newest posts of a search are the last ids of the index
(ordering by a date column instead costs 50–550 ms at a million posts), also when backfill brings old posts later.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.incoming import IncomingPost

SLOTS = 4096

# A table on the left of CROSS JOIN is read first (sqlite.org/optoverview.html, 7.2).
_SQLITE_OF_SECONDS = text(
    "SELECT posts.id FROM json_each(:first) AS second CROSS JOIN posts ON posts.id BETWEEN second.value AND second.value + :more"
)
_POSTGRES_OF_SECONDS = text(
    "SELECT id FROM unnest(CAST(:first AS bigint[])) AS second(start) JOIN posts ON id BETWEEN start AND start + :more"
)


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
    wanted = list(map(first_choice, posts))
    await room.look({post_id // SLOTS for post_id in used.intersection(wanted)})
    ids = []
    for candidate in wanted:
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
        self._taken: dict[int, set[int]] = {}
        self._next: dict[int, int] = {}

    async def look(self, seconds: Collection[int]) -> None:
        """Read which ids of these seconds are taken."""
        if not seconds:
            return
        first = [second * SLOTS for second in seconds]
        on_sqlite = self._session.get_bind().dialect.name == "sqlite"
        asked = (_SQLITE_OF_SECONDS, json.dumps(first)) if on_sqlite else (_POSTGRES_OF_SECONDS, first)
        self._taken |= {second: set() for second in seconds}
        self._next |= {second: second * SLOTS for second in seconds}
        for post_id in await self._session.scalars(asked[0], {"first": asked[1], "more": SLOTS - 1}):
            self._taken[post_id // SLOTS].add(post_id)

    async def after(self, post_id: int) -> int:
        """A free id that was not given yet."""
        second = post_id // SLOTS
        if await self._is_full(second):
            second = await self._roomy(second)
        self._next[second] += 1
        return self._next[second] - 1

    async def _roomy(self, full: int) -> int:
        """The first second after a full one that is not: there are no holes where one second has spilled over into the next."""
        step = 1
        while await self._is_full(full + step):
            full, step = full + step, 2 * step
        free = full + step
        while free - full > 1:
            middle = (full + free) // 2
            full, free = (middle, free) if await self._is_full(middle) else (full, middle)
        return free

    async def _is_full(self, second: int) -> bool:
        """Whether the second has no free id; if it has, that is the next."""
        if second not in self._taken:
            await self.look([second])
        post_id, taken = self._next[second], self._taken[second]
        while post_id in taken:
            post_id += 1
        self._next[second] = post_id
        return post_id >= (second + 1) * SLOTS
