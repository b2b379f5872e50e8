"""What of each watched channel is known to be stored, and the one way in which an account's news reach the store.

Pushes and answers overtake each other. An answer shows a channel as of its `pts`
(core.telegram.org/api/updates); where pushes have got further meanwhile, taking the answer over may undo them,
so the known pts goes back to the answer's, and what came after it is fetched again.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.incoming import IncomingPost
from monitor.store import Store
from monitor.telegram.tasks import finished


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message that Telegram pushed; without a post if it is a service message, which only moves the cursor.

    `pts` is the channel's after it, and `count` by how much it was moved; 0 where Telegram does not say.
    """

    channel_id: int
    message_id: int
    post: IncomingPost | None
    pts: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Deleted:
    """Messages of a channel that Telegram says are gone; `pts` and `count` as above."""

    channel_id: int
    message_ids: tuple[int, ...]
    pts: int = 0
    count: int = 0


Push = Pushed | Deleted


class Known:
    """`cursors`: {channel id: every message up to this id is stored} of the watched channels; `pts`: likewise of changes.

    `behind(channel_id, pts)` is called when the changes up to `pts` have to be fetched again.
    """

    def __init__(self, store: Store) -> None:
        self.cursors: dict[int, int] = {}
        self.pts: dict[int, int] = {}
        self.behind: Callable[[int, int], None] = lambda _channel_id, _pts: None
        self._store = store
        self._turn = asyncio.Lock()

    async def take_pushes(self, items: Sequence[Push]) -> dict[int, int]:
        """Store what was pushed; {channel id: newest message id} where messages before it are missing."""
        async with self._turn:
            items = [item for item in items if item.channel_id in self.cursors]
            late = [item for item in items if 0 < item.pts <= self.pts.get(item.channel_id, 0)]
            news = [item for item in items if not 0 < item.pts <= self.pts.get(item.channel_id, 0)]
            reached, gaps = advance(self.cursors, (item for item in news if isinstance(item, Pushed)))
            for item in late:  # a new post that shows what has been changed since is pulled instead
                if isinstance(item, Pushed) and item.message_id > self.cursors[item.channel_id]:
                    gaps[item.channel_id] = max(item.message_id, gaps.get(item.channel_id, 0))
            pts = continued(self.pts, items)
            posts = {(item.channel_id, item.message_id): item.post for item in news if isinstance(item, Pushed)}
            if items:
                await finished(
                    self._store.posts(
                        [post for post in posts.values() if post is not None],
                        deleted=_gone(news),
                        reached=reached,
                        pts=pts,
                        pushed=True,
                    )
                )
            self._move(reached)
            self.pts |= pts
            return gaps

    async def take_page(self, channel_id: int, posts: Sequence[IncomingPost], reached: int, as_of: int) -> None:
        """Store messages of the history up to `reached`, as they were at the pts `as_of` (0: not said)."""
        async with self._turn:
            back = {channel_id: as_of} if 0 < as_of < self.pts.get(channel_id, 0) else {}
            await finished(self._store.posts(posts, reached={channel_id: reached}, pts=back))
            self._move({channel_id: reached})
            self._go(channel_id, back)

    async def take_changes(
        self,
        channel_id: int,
        posts: Sequence[IncomingPost],
        gone: Sequence[int],
        as_of: int,
        *,
        new: Sequence[int] = (),
        stored_only: bool = False,
        complete: bool = True,
    ) -> None:
        """Store what a channel was like at the pts `as_of`; with `stored_only` posts that are not stored are passed over.

        `complete`: these are all changes up to then; `new` are the ids of the messages among them that were not there before, which
        move the cursor as pushes do.
        """
        async with self._turn:
            news = complete or as_of < self.pts.get(channel_id, 0)
            pts, deleted = {channel_id: as_of} if news else {}, {channel_id: gone}
            messages = (Pushed(channel_id, number, None) for number in new if channel_id in self.cursors)
            reached, _ = advance(self.cursors, messages)
            await finished(self._store.posts(posts, deleted=deleted, reached=reached, pts=pts, stored_only=stored_only))
            self._move(reached)
            self._go(channel_id, pts)

    async def newest(self, channel_id: int) -> int:
        """The newest message of a channel that is stored: pushes past a gap are, before the cursor gets there."""
        return max(self.cursors.get(channel_id, 0), await finished(self._store.newest(channel_id)))

    def watch(self, cursors: Mapping[int, int], pts: Mapping[int, int]) -> None:
        """These channels are watched from now on, and no others; what is known already stays."""
        for channel_id in self.cursors.keys() - cursors.keys():
            del self.cursors[channel_id]
            self.pts.pop(channel_id, None)
        for channel_id, cursor in cursors.items():
            if channel_id not in self.cursors and channel_id in pts:
                self.pts[channel_id] = pts[channel_id]
            self.cursors[channel_id] = max(cursor, self.cursors.get(channel_id, 0))

    def _move(self, reached: Mapping[int, int]) -> None:
        """Move the cursors of channels still watched, never backwards."""
        for channel_id, message_id in reached.items():
            if channel_id in self.cursors:
                self.cursors[channel_id] = max(self.cursors[channel_id], message_id)

    def _go(self, channel_id: int, pts: Mapping[int, int]) -> None:
        before = self.pts.get(channel_id, 0)
        self.pts |= pts
        if before > self.pts.get(channel_id, 0):
            self.behind(channel_id, before)


def advance(cursors: Mapping[int, int], pushes: Iterable[Pushed]) -> tuple[dict[int, int], dict[int, int]]:
    """{channel id: message id} up to which pushes without a gap move the cursors, and of the newest push past one."""
    reached: dict[int, int] = {}
    gaps: dict[int, int] = {}
    for push in sorted(pushes, key=lambda push: push.message_id):
        cursor = reached.get(push.channel_id, cursors[push.channel_id])
        if push.message_id == cursor + 1:
            reached[push.channel_id] = push.message_id
        elif push.message_id > cursor:
            gaps[push.channel_id] = push.message_id
    return reached, gaps


def continued(known: Mapping[int, int], items: Iterable[Push]) -> dict[int, int]:
    """{channel id: pts} up to which pushes follow one another without a gap."""
    pts: dict[int, int] = {}
    for item in sorted(items, key=lambda item: item.pts):
        before = pts.get(item.channel_id, known.get(item.channel_id, 0))
        if before and item.pts - item.count == before:
            pts[item.channel_id] = item.pts
    return {channel_id: value for channel_id, value in pts.items() if value != known.get(channel_id)}


def _gone(items: Iterable[Push]) -> dict[int, list[int]]:
    gone: dict[int, list[int]] = {}
    for item in items:
        if isinstance(item, Deleted):
            gone.setdefault(item.channel_id, []).extend(item.message_ids)
    return gone
