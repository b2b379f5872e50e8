"""What people ask of the accounts, fulfilled one by one; a method is one transaction.

Channels to watch, old posts, translations, pictures.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from monitor import accounts, channels, histories, pictures, translations
from monitor.database import Sessions
from monitor.models import Channel, History, Post, Watch


class Requests:
    """The requests in the database; `wake` is called after a commit that owes something."""

    def __init__(self, sessions: Sessions, *, wake: Callable[[], None], clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._wake = wake
        self._clock = clock
        self.translations_wanted = asyncio.Event()
        """Set when somebody in this process has asked for a translation."""
        self.pictures_wanted = asyncio.Event()
        """Likewise for pictures."""
        self.settled: set[Callable[[], None]] = set()
        """Called after a request was settled: it may be another account's turn."""

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

    async def covered(self, target: str) -> Channel | None:
        """The watched channel of this name, if an account listens to it."""
        async with self._sessions(quick=True) as session:
            with suppress(channels.UnknownChannelError):
                channel = await channels.by_name(session, target)
                orphans = await accounts.orphans(session, self._clock())
                return channel if channel.id not in {orphan.id for orphan in orphans} else None
        return None

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

    async def next_picture(self, account: str) -> tuple[Post, str] | None:
        """See `pictures.claim`; as with translations a look comes first."""
        async with self._sessions(quick=True) as session:
            if not await pictures.any_waits(session, self._clock()):
                return None
        async with self._sessions.begin(quick=True) as session:
            return await pictures.claim(session, account, self._clock())

    async def settle_picture(self, post_id: int, *, content: bytes | None, problem: str | None = None) -> None:
        """See `pictures.settle`; what is large takes a thread."""
        async with self._sessions.begin() as session:
            await pictures.settle(session, post_id, self._clock(), content=content, problem=problem)
        self._wake()
