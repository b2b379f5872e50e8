"""Pulling the old posts that people asked for: page by page, so that a restart goes on where it was."""

import asyncio
import logging
from typing import NoReturn

from telethon import TelegramClient, errors

from monitor.incoming import IncomingPost
from monitor.models import History
from monitor.store import Store
from monitor.telegram.accounts import fail_for_good
from monitor.telegram.backfill import history
from monitor.telegram.pace import Pace
from monitor.telegram.puller import Puller
from monitor.telegram.tasks import finished, pass_on

logger = logging.getLogger(__name__)


class Past:
    """One account's part of the requests for old posts."""

    def __init__(
        self, account: str, client: TelegramClient, store: Store, puller: Puller, pace: Pace, *, every_s: float
    ) -> None:
        self._account = account
        self._client = client
        self._store = store
        self._puller = puller
        self._pace = pace
        self._every_s = every_s

    async def run(self) -> NoReturn:
        """Fulfil requests until cancelled."""
        while True:
            while (wish := await finished(self._store.requests.next_history(self._account))) is not None:
                await self._fulfil(wish)
            await asyncio.sleep(self._every_s)

    async def _fulfil(self, wish: History) -> None:
        peer = self._puller.peer(wish.channel_id)
        if peer is None:  # watched a moment ago
            await self._puller.refresh()
            peer = self._puller.peer(wish.channel_id)
        try:
            if peer is None:
                return await finished(self._store.requests.settle_history(wish.id, "history_failed"))

            async def keep(posts: list[IncomingPost], oldest: int) -> None:
                await finished(self._store.old_posts(wish.id, posts, oldest))

            await history(self._client, peer, keep, pace=self._pace, since=wish.since, before=wish.reached)
            return await finished(self._store.requests.settle_history(wish.id, "history_done"))
        except errors.RPCError as error:
            fail_for_good(error)
            logger.warning("cannot pull old posts: channel=%d error=%s", wish.channel_id, type(error).__name__)
        except Exception as error:
            pass_on(error, self._client)
            logger.exception("cannot pull old posts: channel=%d", wish.channel_id)
        return await finished(self._store.requests.settle_history(wish.id, "history_failed"))
