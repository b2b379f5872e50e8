"""The listener's way into the database: each method is one transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from monitor import channels, coverage, language
from monitor.channels import Joined
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest, mark_deleted, stored
from monitor.language import Habits
from monitor.models import Channel, Membership
from monitor.topics import StandingTopics


class Store:
    """Begins and commits what a listener brings; `wake` is called after a commit that owes something."""

    def __init__(
        self,
        sessions: Sessions,
        topics: StandingTopics,
        *,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._topics = topics
        self._wake = wake
        self._clock = clock
        self._habits = Habits()

    async def posts(
        self,
        posts: Sequence[IncomingPost],
        *,
        deleted: Mapping[int, Sequence[int]] | None = None,
        reached: Mapping[int, int] | None = None,
        pts: Mapping[int, int] | None = None,
        alert: bool = True,
        stored_only: bool = False,
        pushed: bool = False,
    ) -> Ingested:
        """Store posts of watched channels, mark the `deleted` ({channel id: message ids}), move the cursors and pts.

        `stored_only` passes over posts that are not stored yet; `pushed` says how they came. See `ingest`.
        """
        if guesses := language.undecided(post.text for post in posts):
            await asyncio.to_thread(list, map(language.detect, guesses))
        now = self._clock()
        async with self._sessions.begin(quick=True) as session:
            taken = await stored(session, posts) if stored_only else posts
            done = await ingest(
                session, self._topics, taken, now=now, reached=reached, alert=alert, habits=self._habits
            )
            for channel_id, message_ids in (deleted or {}).items():
                await mark_deleted(session, channel_id, message_ids, now)
            await coverage.note(session, pts or {}, done.channels, now, pushed=pushed)
        if done.owed:
            self._wake()
        return done

    async def known(self) -> tuple[dict[int, int], dict[int, int]]:
        """{channel id: newest message id known to be stored} of the watched channels, and {channel id: pts} of changes."""
        async with self._sessions(quick=True) as session:
            rows = (await session.execute(select(Channel.id, Channel.cursor, Channel.pts).where(Channel.watched))).all()
        return {row.id: row.cursor for row in rows}, {row.id: row.pts for row in rows if row.pts is not None}

    async def cursors(self) -> dict[int, int]:
        """{channel id: newest message id known to be stored} of the watched channels."""
        return (await self.known())[0]

    async def memberships(self, account: str) -> dict[int, int]:
        """{channel id: access hash} of the watched channels that this account has joined."""
        async with self._sessions(quick=True) as session:
            mine = (Membership.account == account, Membership.joined, Channel.watched)
            rows = await session.execute(
                select(Membership.channel_id, Membership.access_hash)
                .join(Channel, Channel.id == Membership.channel_id)
                .where(*mine)
            )
            return dict(rows.all())

    async def join(self, account: str, joined: Joined) -> None:
        """Watch the channel through this account; see `channels.join`."""
        async with self._sessions.begin(quick=True) as session:
            await channels.join(session, account, joined, self._clock())

    async def leave(self, channel_id: int) -> None:
        """Stop watching the channel."""
        async with self._sessions.begin(quick=True) as session:
            await channels.leave(session, channel_id)

    async def pending_watches(self) -> list[tuple[int, str, bool]]:
        """(request id, target, leave) of the requests not settled yet; a target to leave is a channel id."""
        async with self._sessions(quick=True) as session:
            rows = await channels.pending(session)
        return [
            (watch.id, watch.target.removeprefix(channels.LEAVE), watch.target.startswith(channels.LEAVE))
            for watch in rows
        ]

    async def settle_watch(self, watch_id: int, outcome: str, **params: str) -> None:
        """Close a request and tell whoever made it: `outcome` is a key of the locales, `params` fill it."""
        async with self._sessions.begin(quick=True) as session:
            await channels.settle(session, watch_id, outcome, self._clock(), **params)
        self._wake()
