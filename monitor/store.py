"""The listener's way into the database: each method is one transaction."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from monitor import accounts, channels, coverage, histories, language, notices, translations
from monitor.channels import Joined
from monitor.coverage import Line
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest, mark_deleted, stored
from monitor.language import Habits
from monitor.models import Channel, History, Membership, Post, Watch
from monitor.topics import StandingTopics


class Store:
    """Begins and commits what a listener brings; `wake` is called after a commit that owes something.

    `admins` (user ids) are told of what needs a person.
    """

    def __init__(
        self,
        sessions: Sessions,
        topics: StandingTopics,
        *,
        wake: Callable[[], None] = lambda: None,
        admins: Iterable[int] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._topics = topics
        self._wake = wake
        self._admins = frozenset(admins)
        self._clock = clock
        self._habits = Habits()
        self.translations_wanted = asyncio.Event()
        """Set when somebody in this process has asked for a translation."""
        self.settled: set[Callable[[], None]] = set()
        """Called after a request was settled: it may be another account's turn."""

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

    async def newest(self, channel_id: int) -> int:
        """The newest message id of the channel that is stored, 0 if there is none."""
        async with self._sessions(quick=True) as session:
            return await session.scalar(select(func.max(Post.message_id)).where(Post.channel_id == channel_id)) or 0

    async def cursors(self) -> dict[int, int]:
        """{channel id: newest message id known to be stored} of the watched channels."""
        return (await self.known())[0]

    async def memberships(self, account: str) -> dict[int, tuple[int, bool]]:
        """{channel id: (access hash, whether it is polled)} of the watched channels that this account reads."""
        mine = (Membership.account == account, Membership.joined, Channel.watched)
        columns = select(Membership.channel_id, Membership.access_hash, Membership.polled)
        async with self._sessions(quick=True) as session:
            rows = await session.execute(columns.join(Channel, Channel.id == Membership.channel_id).where(*mine))
            return {row.channel_id: (row.access_hash, row.polled) for row in rows}

    async def swept(self, seen: Mapping[int, Line | None]) -> None:
        """See `coverage.swept`."""
        async with self._sessions.begin(quick=True) as session:
            await coverage.swept(session, seen, self._clock())

    async def join(self, account: str, joined: Joined) -> None:
        """Watch the channel through this account; see `channels.join`."""
        async with self._sessions.begin(quick=True) as session:
            await channels.join(session, account, joined, self._clock())

    async def leave(self, channel_id: int) -> None:
        """Stop watching the channel."""
        async with self._sessions.begin(quick=True) as session:
            await channels.leave(session, channel_id)

    async def next_wish(self, account: str, *, joins: bool) -> Watch | None:
        """The oldest request that is this account's to fulfil. With `joins` false only those to leave."""
        async with self._sessions(quick=True) as session:
            reader = await accounts.next_to_read(session, self._clock()) if joins else None
            for watch in await channels.pending(session):
                leaving = channels.to_leave(watch)
                if leaving and await accounts.to_leave(session, self._clock(), leaving) == account:
                    return watch
                if not leaving and reader == account:
                    return watch
        return None

    async def next_orphan(self, account: str) -> tuple[int, str | None] | None:
        """(channel id, username) of a watched channel that no account listens to and this one should read."""
        async with self._sessions(quick=True) as session:
            for channel in await accounts.orphans(session, self._clock()):
                if await accounts.next_to_read(session, self._clock(), channel.id) == account:
                    return channel.id, channel.username
        return None

    async def covered(self, target: str) -> Channel | None:
        """The watched channel of this name, if an account listens to it."""
        async with self._sessions(quick=True) as session:
            with suppress(channels.UnknownChannelError):
                channel = await channels.by_name(session, target)
                orphans = await accounts.orphans(session, self._clock())
                return channel if channel.id not in {orphan.id for orphan in orphans} else None
        return None

    async def has_room(self, account: str) -> bool:
        """Whether the account may join one more channel; else it reads the next one without being a member."""
        async with self._sessions(quick=True) as session:
            return await accounts.has_room(session, account)

    async def beat(self, account: str, *, limit: int | None = None, waits: Mapping[str, float] | None = None) -> None:
        """See `accounts.beat`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.beat(session, account, self._clock(), limit=limit, waits=waits)

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
        """See `accounts.refuse`. Where no other account is left to try, the admins are told."""
        now = self._clock()
        async with self._sessions.begin(quick=True) as session:
            await accounts.refuse(session, account, channel_id)
            if await accounts.is_lost(session, now, channel_id):
                channel = await session.get_one(Channel, channel_id)
                await notices.tell(session, self._admins, "channel_lost", now, title=channel.title)
                await histories.give_up(session, channel_id, now)
        self._wake()

    async def settle_watch(self, watch_id: int, outcome: str, **params: str) -> None:
        """Close a request and tell whoever made it: `outcome` is a key of the locales, `params` fill it."""
        async with self._sessions.begin(quick=True) as session:
            await channels.settle(session, watch_id, outcome, self._clock(), **params)
        self._wake()
        for tell in self.settled:
            tell()

    async def want_history(self, wish: Watch, channel_id: int) -> None:
        """Note that whoever asked for the channel wants its old posts too, if they do."""
        if wish.since is not None:
            async with self._sessions.begin(quick=True) as session:
                await histories.request(session, channel_id, wish.since, self._clock(), wish.subscriber_id)

    async def next_history(self, account: str) -> History | None:
        """See `histories.next_for`."""
        async with self._sessions(quick=True) as session:
            return await histories.next_for(session, account)

    async def old_posts(self, history_id: int, posts: Sequence[IncomingPost], oldest: int) -> None:
        """Store a page of old posts, down to the message `oldest`; they alert nobody and move no cursor."""
        now = self._clock()
        moment = min((post.date for post in posts), default=None)
        async with self._sessions.begin() as session:
            done = await ingest(session, self._topics, posts, now=now, alert=False, habits=self._habits)
            await histories.reach(session, history_id, oldest, moment, done.new)

    async def settle_history(self, history_id: int, outcome: str) -> None:
        """See `histories.settle`."""
        async with self._sessions.begin(quick=True) as session:
            await histories.settle(session, history_id, outcome, self._clock())
        self._wake()

    async def next_translation(self) -> tuple[Post, str] | None:
        """See `translations.claim`; a look without the right to write comes first, since there is hardly ever anything."""
        async with self._sessions(quick=True) as session:
            if not await translations.any_waits(session, self._clock()):
                return None
        async with self._sessions.begin(quick=True) as session:
            return await translations.claim(session, self._clock())

    async def settle_translation(
        self, post: Post, language: str, *, text: str | None = None, problem: str | None = None
    ) -> None:
        """See `translations.settle`."""
        async with self._sessions.begin(quick=True) as session:
            await translations.settle(session, post, language, self._clock(), text=text, problem=problem)
        self._wake()
