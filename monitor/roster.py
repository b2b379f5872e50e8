"""What the accounts make known of themselves, and which channels they can read: each method is one transaction."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from monitor import accounts, histories, notices
from monitor.database import Sessions
from monitor.models import Channel


class Roster:
    """The accounts in the database; `wake` is called after a commit that owes something, `admins` (user ids) hear what is lost."""

    def __init__(
        self, sessions: Sessions, *, wake: Callable[[], None], admins: Collection[int], clock: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._wake = wake
        self._admins = admins
        self._clock = clock

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

    async def has_room(self, account: str) -> bool:
        """Whether the account may join one more channel; else it reads the next one without being a member."""
        async with self._sessions(quick=True) as session:
            return await accounts.has_room(session, account)

    async def fill(self, account: str) -> None:
        """See `accounts.fill`."""
        async with self._sessions.begin(quick=True) as session:
            await accounts.fill(session, account)

    async def refuse(self, account: str, channel_id: int) -> None:
        """See `accounts.refuse`. Where no other account is left to try, the admins are told, once."""
        now = self._clock()
        async with self._sessions.begin(quick=True) as session:
            is_news = await accounts.refuse(session, account, channel_id)
            if is_news and await accounts.is_lost(session, now, channel_id):
                channel = await session.get_one(Channel, channel_id)
                await notices.tell(session, self._admins, "channel_lost", now, title=channel.title)
                await histories.give_up(session, channel_id, now)
        self._wake()

    async def refused_by(self, account: str) -> list[tuple[int, str | None]]:
        """(channel id, username) of the channels that this account may try again; see `accounts.refused_by`."""
        async with self._sessions(quick=True) as session:
            found = await accounts.refused_by(session, account, self._clock())
            return [(channel.id, channel.username) for channel in found]

    async def next_orphan(self, account: str, failed: Collection[int] = ()) -> tuple[int, str | None] | None:
        """(channel id, username) of a watched channel that no account listens to and this one should read, but for the failed."""
        async with self._sessions(quick=True) as session:
            for channel in await accounts.orphans(session, self._clock()):
                if (
                    channel.id not in failed
                    and await accounts.next_to_read(session, self._clock(), channel.id) == account
                ):
                    return channel.id, channel.username
        return None
