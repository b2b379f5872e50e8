"""Finding out where posts are missing, and pulling them: one channel at a time, from its cursor."""

import asyncio
import logging
from datetime import datetime, timedelta

from telethon import TelegramClient, errors, types

from monitor.incoming import IncomingPost
from monitor.store import Store
from monitor.telegram.backfill import StorePage, backfill, reread
from monitor.telegram.pace import Pace, patiently
from monitor.telegram.tasks import finished
from monitor.telegram.writer import move

logger = logging.getLogger(__name__)

RETRY_S = 1.0
WHOLE_EVERY = 20
MARGIN = timedelta(minutes=10)
"""Telegram hands posts of big channels on late, so a dialog may rise to a place that a sweep has passed already."""


class Puller:
    """What is known of one account's watched channels: `cursors`, and which of them have something to fetch."""

    def __init__(self, account: str, client: TelegramClient, store: Store, pace: Pace) -> None:
        self.cursors: dict[int, int] = {}
        """{channel id: newest message id known to be stored}; changed in place."""
        self._account = account
        self._client = client
        self._store = store
        self._pace = pace
        self._hashes: dict[int, int] = {}
        self._wanted: dict[int, int] = {}
        self._asked = asyncio.Event()
        self._failed: set[int] = set()
        self._newest: datetime | None = None
        self._sweeps = 0
        self._rechecked = 0

    async def refresh(self) -> None:
        """Read which channels are watched through this account, and their cursors, from the store."""
        self._hashes = await finished(self._store.memberships(self._account))
        stored = await finished(self._store.cursors())
        mine = {channel_id: stored[channel_id] for channel_id in self._hashes if channel_id in stored}
        for channel_id in self.cursors.keys() - mine.keys():
            del self.cursors[channel_id]
        for channel_id, cursor in mine.items():
            self.cursors[channel_id] = max(cursor, self.cursors.get(channel_id, 0))

    def peer(self, channel_id: int) -> types.InputPeerChannel | None:
        """How this account reaches a channel it watches, None if it does not watch it."""
        access_hash = self._hashes.get(channel_id)
        return None if access_hash is None else types.InputPeerChannel(channel_id, access_hash)

    def ask(self, channel_id: int, top: int = 0) -> None:
        """Have the channel pulled from its cursor, up to `top` if that is known; asking twice pulls once."""
        known = self._wanted.get(channel_id)
        self._wanted[channel_id] = top if known is None else (max(top, known) if top and known else 0)
        self._asked.set()

    async def run(self) -> None:
        """Pull what was asked for, until cancelled or the connection is lost."""
        while True:
            while self._wanted:
                channel_id = next(iter(self._wanted))
                await self._pull(channel_id, self._wanted.pop(channel_id))
            self._asked.clear()
            await self._asked.wait()

    async def sweep(self, *, whole: bool = False) -> None:
        """Compare the dialogs' newest messages with the cursors and ask for what lags.

        Telegram lists the dialogs newest first, a hundred a request; unless `whole`, this stops where the last sweep
        began. Each WHOLE_EVERY-th is whole anyway.
        """
        await self.refresh()
        whole = whole or self._sweeps % WHOLE_EVERY == 0
        tops = await patiently(lambda: self._tops(None if whole else self._newest))
        self._sweeps += 1
        failed, self._failed = self._failed, set()
        for channel_id, cursor in self.cursors.items():
            top = tops.get(channel_id, 0)
            if top > cursor or channel_id in failed or (whole and channel_id not in tops):
                self.ask(channel_id, top)

    async def recheck(self) -> None:
        """Read the newest stored messages of the next channel again: lost edits and deletions leave no gap."""
        later = [channel_id for channel_id in self.cursors if channel_id > self._rechecked]
        self._rechecked = min(later or self.cursors, default=0)
        peer, cursor = self.peer(self._rechecked), self.cursors.get(self._rechecked, 0)
        if peer is None or not cursor:
            return
        try:
            posts, gone = await reread(self._client, peer, cursor)
            await finished(self._store.posts(posts, alert=False))
            await finished(self._store.deleted(peer.channel_id, gone))
        except (errors.BadRequestError, errors.ForbiddenError, errors.ServerError) as error:
            logger.warning("cannot read again: channel=%d error=%s", peer.channel_id, type(error).__name__)

    async def _tops(self, last: datetime | None) -> dict[int, int]:
        """{channel id: newest message id} of the dialogs that moved since `last`."""
        tops: dict[int, int] = {}
        newest = self._newest
        async for dialog in self._client.iter_dialogs():
            if dialog.date is not None:
                newest = max(newest or dialog.date, dialog.date)
                if last is not None and not dialog.pinned and dialog.date < last - MARGIN:
                    break
            if isinstance(dialog.entity, types.Channel):
                tops[dialog.entity.id] = dialog.dialog.top_message
        self._newest = newest
        return tops

    async def _pull(self, channel_id: int, top: int) -> None:
        peer, cursor = self.peer(channel_id), self.cursors.get(channel_id)
        if peer is None or cursor is None or (top and top <= cursor):
            return
        try:
            reached = await backfill(self._client, peer, cursor, self._keep(channel_id), pace=self._pace, top=top)
            logger.info("pulled: channel=%d from=%d to=%d", channel_id, cursor, reached)
        except OSError:
            self.ask(channel_id)
            raise
        except (errors.UnauthorizedError, errors.AuthKeyError):
            raise
        except errors.RPCError as error:
            logger.warning("cannot pull: channel=%d error=%s", channel_id, type(error).__name__)
            self._failed.add(channel_id)
        except Exception:
            logger.exception("could not store what was pulled: channel=%d", channel_id)
            self.ask(channel_id)
            await asyncio.sleep(RETRY_S)

    def _keep(self, channel_id: int) -> StorePage:
        async def keep(posts: list[IncomingPost], reached: int) -> None:
            await finished(self._store.posts(posts, reached={channel_id: reached}))
            move(self.cursors, {channel_id: reached})

        return keep
