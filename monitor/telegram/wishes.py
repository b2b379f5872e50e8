"""Fulfilling the requests to watch and to leave channels, and taking over channels whose account listens no more."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import NoReturn

from telethon import TelegramClient, errors

from monitor.channels import Joined, to_leave
from monitor.errors import MonitorError
from monitor.models import Channel, Watch
from monitor.store import Store
from monitor.telegram.accounts import fail_for_good
from monitor.telegram.joining import TooManyChannelsError, join_channel, leave_channel
from monitor.telegram.pace import Pace
from monitor.telegram.puller import Puller
from monitor.telegram.tasks import finished, pass_on
from monitor.waiting import happened

logger = logging.getLogger(__name__)

LONGEST_RETRY_S = 24 * 60 * 60


class Wishes:
    """One account's part of what is wished; `pace` is that of its joins, and every `adopt_s` it looks for orphaned channels.

    What has refused the account is tried again after `retry_s`, and then after twice as long each time.
    """

    def __init__(
        self,
        account: str,
        client: TelegramClient,
        store: Store,
        puller: Puller,
        pace: Pace,
        *,
        every_s: float,
        adopt_s: float,
        retry_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._client = client
        self._store = store
        self._puller = puller
        self._pace = pace
        self._every_s = every_s
        self._adopt_s = adopt_s
        self._retry_s = retry_s
        self._again: dict[int, tuple[float, float]] = {}
        """Channels that refused us: when to try again, and after how long that is."""
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the requests now."""
        self._woken.set()

    async def run(self) -> None:
        """Fulfil requests until cancelled. The other accounts get as long as `adopt_s` to say that they live."""
        self._store.requests.settled.add(self.wake)
        try:
            await self._keep_fulfilling()
        finally:
            self._store.requests.settled.discard(self.wake)

    async def _keep_fulfilling(self) -> NoReturn:
        look_at = self._clock() + self._adopt_s
        while True:
            await self._fulfil_all()
            if self._clock() >= look_at:
                await self._adopt()
                await self._retry()
                look_at = self._clock() + self._adopt_s
            await happened(self._woken, self._every_s)

    async def watch(self, target: str, *, join: bool = True) -> Joined:
        """Join a channel, or follow it without, and watch it from its newest message on. Raises the errors of `joining`."""
        await self._pace.turn()
        joined = await join_channel(self._client, target, join=join)
        await finished(self._store.join(self._account, joined))
        await self._puller.refresh()
        self._puller.ask(joined.id)  # what was posted between looking and watching
        return joined

    async def unwatch(self, channel_id: int) -> None:
        """Leave a channel; its posts stay."""
        if (peer := self._puller.peer(channel_id)) is not None and channel_id not in self._puller.polled:
            await leave_channel(self._client, peer)
        await finished(self._store.leave(channel_id))
        await self._puller.refresh()

    async def _fulfil_all(self) -> None:
        self._woken.clear()
        while (
            wish := await finished(self._store.requests.next_wish(self._account, joins=self._pace.is_free()))
        ) is not None:
            await self._fulfil(wish)

    async def _fulfil(self, wish: Watch) -> None:
        join = await finished(self._store.roster.has_room(self._account))
        try:
            if leaving := to_leave(wish):
                await self.unwatch(leaving)
                return await self._settle(wish.id, "watch_left")
            channel: Channel | Joined = await finished(self._store.requests.covered(wish.target)) or await self.watch(
                wish.target, join=join
            )
            await finished(self._store.requests.want_history(wish, channel.id))
            return await self._settle(wish.id, "watch_joined", title=channel.title)
        except TooManyChannelsError as error:
            if not join:
                return await self._settle(wish.id, error.code)
            return await finished(self._store.roster.fill(self._account))  # another account may have room
        except MonitorError as error:
            params = {name: str(value) for name, value in error.params.items()}
            return await self._settle(wish.id, error.code, **params)
        except errors.FloodError as error:
            return await self._rest(error)
        except errors.RPCError as error:
            fail_for_good(error)
            logger.warning("cannot watch: target=%s error=%s", wish.target, type(error).__name__)
        except Exception as error:
            pass_on(error, self._client)
            logger.exception("cannot watch: target=%s", wish.target)
        return await self._settle(wish.id, "watch_failed", target=wish.target)

    async def _adopt(self) -> None:
        failed = set[int]()
        while (
            self._pace.is_free()
            and (orphan := await finished(self._store.roster.next_orphan(self._account, failed))) is not None
        ):
            if not await self._take_over(*orphan):
                failed.add(orphan[0])

    async def _retry(self) -> None:
        """Try to get back into the channels that let this account in no more: later and later, a ban may end, a name come back."""
        refused = await finished(self._store.roster.refused_by(self._account))
        self._again = {
            each: self._again.get(each, (self._clock() + self._retry_s, self._retry_s)) for each, _ in refused
        }
        for channel_id, username in refused:
            due, wait = self._again[channel_id]
            if due <= self._clock() and self._pace.is_free():
                self._again[channel_id] = (self._clock() + 2 * wait, min(2 * wait, LONGEST_RETRY_S))
                await self._take_over(channel_id, username)

    async def _take_over(self, channel_id: int, username: str | None) -> bool:
        """Watch a channel that nobody listens to; False if that failed as it may not next time."""
        try:
            join = await finished(self._store.roster.has_room(self._account))
            joined = await self.watch(f"@{username}" if username else str(channel_id), join=join)
            logger.info("taken over: account=%s channel=%d", self._account, joined.id)
            if joined.id != channel_id:  # the name belongs to another channel by now
                await finished(self._store.roster.refuse(self._account, channel_id))
        except TooManyChannelsError:
            await finished(self._store.roster.fill(self._account))
        except MonitorError as error:
            logger.warning("cannot take over: channel=%d error=%s", channel_id, error.code)
            await finished(self._store.roster.refuse(self._account, channel_id))
        except errors.FloodError as error:
            await self._rest(error)
        except errors.RPCError as error:
            fail_for_good(error)
            logger.warning("cannot take over: channel=%d error=%s", channel_id, type(error).__name__)
            return False
        except Exception as error:
            pass_on(error, self._client)
            logger.exception("cannot take over: channel=%d", channel_id)
            await finished(self._store.roster.refuse(self._account, channel_id))  # those behind it have their turn
        return True

    async def _rest(self, error: errors.FloodError) -> None:
        """The request stays, for another account or for later."""
        seconds = getattr(error, "seconds", 0) + 1
        logger.warning("telegram lets the account join nothing: account=%s seconds=%d", self._account, seconds)
        await finished(self._store.roster.rest(self._account, seconds))

    async def _settle(self, wish_id: int, outcome: str, **params: str) -> None:
        await finished(self._store.requests.settle_watch(wish_id, outcome, **params))
