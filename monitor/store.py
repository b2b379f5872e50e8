"""The listener's way into the database: each method is one transaction."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from monitor import channels, coverage, histories, language
from monitor.channels import Joined
from monitor.coverage import Line
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest, mark_deleted, stored
from monitor.language import Habits
from monitor.meter import Meter
from monitor.models import Channel, Membership, Post
from monitor.requests import Requests
from monitor.rivals import among_rivals
from monitor.roster import Roster
from monitor.topics import StandingTopics
from monitor.troubles import require_writable


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one call of `Store.posts` brings."""

    posts: Sequence[IncomingPost]
    deleted: Mapping[int, Sequence[int]]
    reached: Mapping[int, int] | None
    pts: Mapping[int, int]
    alert: bool
    stored_only: bool
    pushed: bool


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
        meter: Meter | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions = sessions
        self._topics = topics
        self._wake = wake
        self._meter = meter or Meter()
        self._clock = clock
        self._habits = Habits()
        self.roster = Roster(sessions, wake=wake, admins=frozenset(admins), clock=clock)
        self.requests = Requests(sessions, wake=wake, clock=clock)

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
        arrival = Arrival(posts, deleted or {}, reached, pts or {}, alert, stored_only, pushed)
        done = await among_rivals(lambda: self._store(arrival))
        self._meter.ingested(done, pushed=pushed)
        if done.owed:
            self._wake()
        return done

    async def _store(self, arrival: Arrival) -> Ingested:
        now = self._clock()
        async with self._sessions.begin(quick=True) as session:
            taken = await stored(session, arrival.posts) if arrival.stored_only else arrival.posts
            done = await ingest(
                session,
                self._topics,
                taken,
                now=now,
                reached=arrival.reached,
                alert=arrival.alert,
                habits=self._habits,
            )
            for channel_id, message_ids in arrival.deleted.items():
                await mark_deleted(session, channel_id, message_ids, now)
            await coverage.note(session, arrival.pts, done.channels, pushed=arrival.pushed)
        return done

    async def known(self) -> tuple[dict[int, int], dict[int, int]]:
        """{channel id: newest message id known to be stored} of the watched channels, and {channel id: pts} of changes."""
        async with self._sessions(quick=True) as session:
            rows = (await session.execute(select(Channel.id, Channel.cursor, Channel.pts).where(Channel.watched))).all()
        return {row.id: row.cursor for row in rows}, {row.id: row.pts for row in rows if row.pts is not None}

    async def is_writable(self) -> bool:
        """Whether the database can be reached and written."""
        try:
            await require_writable(self._sessions.engine)
        except Exception:  # each driver has its own
            return False
        return True

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

    async def old_posts(self, history_id: int, posts: Sequence[IncomingPost], oldest: int) -> None:
        """Store a page of old posts, down to the message `oldest`; they alert nobody and move no cursor."""
        now = self._clock()
        moment = min((post.date for post in posts), default=None)

        async def store() -> None:
            async with self._sessions.begin() as session:
                done = await ingest(session, self._topics, posts, now=now, alert=False, habits=self._habits)
                await histories.reach(session, history_id, oldest, moment, done.new)

        await among_rivals(store)
