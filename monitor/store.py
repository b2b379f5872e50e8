"""The listener's way into the database: each method is one transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from monitor import accounts, channels, coverage, language
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

    async def next_wish(self, account: str, *, joins: bool) -> tuple[int, str, bool] | None:
        """(request id, target, leave) of the oldest request that is this account's to fulfil; a target to leave is a channel id.

        With `joins` false only those to leave.
        """
        async with self._sessions(quick=True) as session:
            joiner = await accounts.next_to_join(session, self._clock()) if joins else None
            for watch in await channels.pending(session):
                target = watch.target.removeprefix(channels.LEAVE)
                leave = target != watch.target
                if leave and await accounts.to_leave(session, self._clock(), int(target)) != account:
                    continue
                if leave or joiner == account:
                    return watch.id, target, leave
        return None

    async def next_orphan(self, account: str) -> tuple[int, str | None] | None:
        """(channel id, username) of a watched channel that no account listens to and this one should join."""
        async with self._sessions(quick=True) as session:
            for channel in await accounts.orphans(session, self._clock()):
                if await accounts.next_to_join(session, self._clock(), channel.id) == account:
                    return channel.id, channel.username
        return None

    async def covered(self, target: str) -> str | None:
        """The title of the watched channel of this name, if an account listens to it."""
        async with self._sessions(quick=True) as session:
            with suppress(channels.UnknownChannelError):
                channel = await channels.by_name(session, target)
                orphans = await accounts.orphans(session, self._clock())
                return channel.title if channel.id not in {orphan.id for orphan in orphans} else None
        return None

    async def has_room(self) -> bool:
        """Whether some account may join one more channel."""
        async with self._sessions(quick=True) as session:
            return await accounts.next_to_join(session, self._clock()) is not None

    async def beat(self, account: str, *, limit: int | None = None) -> None:
        """See `accounts.beat`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.beat(session, account, self._clock(), limit=limit)

    async def fail(self, account: str, problem: str) -> None:
        """See `accounts.fail`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.fail(session, account, problem, self._clock())

    async def rest(self, account: str, seconds: float) -> None:
        """See `accounts.rest`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.rest(session, account, self._clock() + timedelta(seconds=seconds))

    async def fill(self, account: str) -> None:
        """See `accounts.fill`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.fill(session, account)

    async def refuse(self, account: str, channel_id: int) -> None:
        """See `accounts.refuse`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.refuse(session, account, channel_id)

    async def settle_watch(self, watch_id: int, outcome: str, **params: str) -> None:
        """Close a request and tell whoever made it: `outcome` is a key of the locales, `params` fill it."""
        async with self._sessions.begin(quick=True) as session:
            await channels.settle(session, watch_id, outcome, self._clock(), **params)
        self._wake()
