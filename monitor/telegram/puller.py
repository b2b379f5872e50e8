"""Finding out where posts are missing, and pulling them: one channel at a time, from its cursor."""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from functools import partial
from logging import DEBUG, INFO
from random import Random
from typing import NoReturn

from telethon import TelegramClient, errors, types

from monitor.coverage import Line
from monitor.incoming import IncomingPost
from monitor.store import Store
from monitor.telegram.backfill import PAGE, StoreNews, backfill
from monitor.telegram.changes import Changes
from monitor.telegram.dialogs import dialogs, line_of
from monitor.telegram.known import Known
from monitor.telegram.pace import Budget
from monitor.telegram.tasks import finished
from monitor.telegram.timing import jittered, late
from monitor.troubles import log_failure
from monitor.waiting import happened

logger = logging.getLogger(__name__)

RETRY_S = 1.0
GAP_S = 0.5
"""How long a gap may stay open before it is pulled (core.telegram.org/api/updates, "Recovering gaps")."""
WHOLE_EVERY = 20
MARGIN = timedelta(minutes=10)
"""Telegram hands posts of big channels on late, so a dialog may rise to a place that a sweep has passed already."""


class Puller:
    """One account's watched channels: how it reaches them, and which of them have something to fetch."""

    def __init__(self, account: str, client: TelegramClient, store: Store, known: Known, budget: Budget) -> None:
        self.changes = Changes(client, known, self.peer, differences=budget.differences, messages=budget.messages)
        self.changes.fetched = self.ask
        self._account = account
        self._client = client
        self._store = store
        self._known = known
        self._pace = budget.history
        self._hashes: dict[int, int] = {}
        self._wanted: dict[int, int] = {}
        self._asked = asyncio.Event()
        self._hurried = asyncio.Event()
        self.next_sweep = float("inf")
        """When the next page of dialogs is asked for, by `time.monotonic()`."""
        self.polled: set[int] = set()
        """Channels that are read without being a member: Telegram pushes nothing of them, and lists them nowhere."""
        self._failed: set[int] = set()
        self._newest: datetime | None = None
        self._sweeps = 0
        self._rechecked = 0
        self._seen: dict[int, int] = {}

    async def refresh(self) -> None:
        """Read which channels are watched through this account, and what of them is stored."""
        reach = await finished(self._store.memberships(self._account))
        self._hashes = {channel_id: access_hash for channel_id, (access_hash, _) in reach.items()}
        self.polled = {channel_id for channel_id, (_, is_polled) in reach.items() if is_polled}
        cursors, pts = await finished(self._store.known())
        self._known.watch({each: cursors[each] for each in self._hashes if each in cursors}, pts)

    def peer(self, channel_id: int) -> types.InputPeerChannel | None:
        """How this account reaches a channel it watches, None if it does not watch it."""
        access_hash = self._hashes.get(channel_id)
        return None if access_hash is None else types.InputPeerChannel(channel_id, access_hash)

    def ask(self, channel_id: int, top: int = 0) -> None:
        """Have the channel pulled from its cursor, up to `top` if that is known; asking twice pulls once."""
        wanted = self._wanted.get(channel_id)
        self._wanted[channel_id] = top if wanted is None else (max(top, wanted) if top and wanted else 0)
        self._asked.set()

    def ask_soon(self, channel_id: int, top: int) -> None:
        """The same in a moment: pushes that overtook others fill the gap by themselves."""
        asyncio.get_running_loop().call_later(GAP_S, self.ask, channel_id, top)

    async def run(self) -> None:
        """Pull what was asked for, until cancelled or the connection is lost."""
        while True:
            while self._wanted:
                channel_id = next(iter(self._wanted))
                await self._pull(channel_id, self._wanted.pop(channel_id))
            self._asked.clear()
            await self._asked.wait()

    def hurry(self) -> None:
        """Sweep now: Telegram says that there is more than it tells."""
        self._hurried.set()

    async def keep_sweeping(self, every_s: float, *, page_s: float, random: Random) -> NoReturn:
        """Sweep again and again, about every so often; see `sweep`."""
        while True:
            await self._unless_hurried(jittered(every_s, page_s, random))
            is_hurried = self._hurried.is_set()
            self._hurried.clear()
            await self.sweep(whole=is_hurried, page_s=0 if is_hurried else page_s + late(page_s, random))

    async def _unless_hurried(self, seconds: float) -> None:
        """Wait for the next request for dialogs."""
        self.next_sweep = time.monotonic() + seconds
        await happened(self._hurried, seconds)

    async def sweep(self, *, whole: bool = False, page_s: float = 0) -> None:
        """Compare the dialogs with what is known and ask for what lags.

        Telegram lists the dialogs newest first, a hundred a request; unless `whole`, this stops where the last sweep
        began. Each WHOLE_EVERY-th is whole anyway, and so is one that costs a single request; it takes `page_s` from page to page. An
        edit moves no dialog to the front: in the others a lost one is found then.
        """
        await self.refresh()
        joined = self._known.cursors.keys() - self.polled
        whole = whole or len(joined) < PAGE or self._sweeps % WHOLE_EVERY == WHOLE_EVERY - 1
        lines = await self._dialogs(None if whole else self._newest, page_s)
        self._sweeps += 1
        failed, self._failed = self._failed, set()
        for channel_id in joined & self._known.cursors.keys():
            line = lines.get(channel_id)
            cursor = self._known.cursors[channel_id]
            if line and line.top > cursor and self.changes.ask_for_posts(channel_id, line.pts, line.top):
                continue
            if (line and line.top > cursor) or channel_id in failed or (whole and line is None):
                self.ask(channel_id, line.top if line else 0)
            if line:
                self.changes.ask(channel_id, line.pts)
        await finished(self._store.swept({each: lines.get(each) for each in joined if each in lines or not whole}))

    async def recheck(self) -> None:
        """Read the newest messages of the next channel that has posted again: their views have changed."""
        moved = [each for each, cursor in self._known.cursors.items() if cursor > self._seen.setdefault(each, cursor)]
        self._rechecked = min([each for each in moved if each > self._rechecked] or moved, default=0)
        if not self._rechecked:
            return
        self._seen[self._rechecked] = self._known.cursors[self._rechecked]
        try:
            await self.changes.refresh(self._rechecked)
        except (errors.BadRequestError, errors.ForbiddenError, errors.ServerError) as error:
            logger.warning("cannot read again: channel=%d error=%s", self._rechecked, type(error).__name__)

    async def _dialogs(self, last: datetime | None, page_s: float) -> dict[int, Line]:
        """{channel id: its line} of the dialogs that moved since `last`."""
        lines: dict[int, Line] = {}
        newest = self._newest
        async for dialog in dialogs(self._client, partial(self._unless_hurried, page_s)):
            if dialog.date is not None:
                newest = max(newest or dialog.date, dialog.date)
                if last is not None and not dialog.pinned and dialog.date < last - MARGIN:
                    break
            if isinstance(dialog.entity, types.Channel):
                lines[dialog.entity.id] = line_of(dialog)
        self._newest = newest
        return lines

    async def _pull(self, channel_id: int, top: int) -> None:
        peer, cursor = self.peer(channel_id), self._known.cursors.get(channel_id)
        if peer is None or cursor is None or (top and top <= cursor):
            return
        try:
            reached, pts = await backfill(self._client, peer, cursor, self._keep(channel_id), pace=self._pace, top=top)
            logger.log(
                INFO if reached > cursor else DEBUG, "pulled: channel=%d from=%d to=%d", channel_id, cursor, reached
            )
            if channel_id in self.polled:
                self.changes.ask(channel_id, pts)
                await finished(self._store.swept({channel_id: None}))
        except OSError:
            self.ask(channel_id)
            raise
        except (errors.UnauthorizedError, errors.AuthKeyError):
            raise
        except (errors.ChannelPrivateError, errors.ChannelInvalidError):
            logger.warning("banned or shut out: account=%s channel=%d", self._account, channel_id)
            await finished(self._store.roster.refuse(self._account, channel_id))
            await self.refresh()
        except errors.RPCError as error:
            logger.warning("cannot pull: channel=%d error=%s", channel_id, type(error).__name__)
            self._failed.add(channel_id)
        except Exception:
            log_failure(logger, "could not store what was pulled: channel=%d", channel_id)
            self.ask(channel_id)
            await asyncio.sleep(RETRY_S)

    def _keep(self, channel_id: int) -> StoreNews:
        async def keep(posts: list[IncomingPost], reached: int, as_of: int) -> None:
            await self._known.take_page(channel_id, posts, reached, as_of)

        return keep
