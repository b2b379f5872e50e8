"""One account listening: push is a hint, the cursor is the truth.

Telethon loses posts by design (a gap that is too long, an offline hour, an error in a difference), so every way that a
post may go missing ends in the same request: pull this channel from its cursor. Pushes only make the usual case fast.
"""

import asyncio
import logging
from functools import partial
from random import Random
from typing import Any, NoReturn

from telethon import errors, events, types

from monitor.errors import MonitorError
from monitor.meter import Meter
from monitor.store import Store
from monitor.telegram.accounts import fail_for_good, room
from monitor.telegram.client import PromptClient
from monitor.telegram.convert import incoming_post
from monitor.telegram.fetching import Fetching
from monitor.telegram.health import Health
from monitor.telegram.known import Deleted, Known, Pushed
from monitor.telegram.pace import Budget
from monitor.telegram.past import Past
from monitor.telegram.polling import Polls
from monitor.telegram.puller import Puller
from monitor.telegram.tasks import every, finished, first_ended
from monitor.telegram.timing import Timing
from monitor.telegram.translating import Translating
from monitor.telegram.wishes import Wishes
from monitor.telegram.writer import Writer
from monitor.troubles import log_failure

logger = logging.getLogger(__name__)

PUSHES = [
    types.UpdateNewChannelMessage,
    types.UpdateEditChannelMessage,
    types.UpdateDeleteChannelMessages,
    types.UpdateChannelTooLong,
    types.UpdatesTooLong,
]


class Listener:
    """Reads the watched channels of one account into the store, and fulfils requests to watch.

    Of several accounts the one in the fewest channels takes the next, and the channels of one that ends are taken over. With `joins`
    false the account is no member of any channel, and polls public ones.
    """

    def __init__(
        self,
        account: str,
        client: PromptClient,
        store: Store,
        *,
        joins: bool = True,
        timing: Timing | None = None,
        meter: Meter | None = None,
        random: Random | None = None,
    ) -> None:
        self.ready = asyncio.Event()
        """Set while connected, signed in and swept."""
        self._account = account
        self._joins = joins
        self._client = client
        self._store = store
        self._timing = timing = timing or Timing()
        self._random = random or Random()  # noqa: S311 -- jitter
        self._failures = 0
        self._known = Known(store)
        budget = Budget(timing.history_per_minute, timing.joins_per_hour, self._random.random)
        self._puller = Puller(account, client, store, self._known, budget)
        self.wishes = Wishes(
            account, client, store, self._puller, budget.joins,
            every_s=timing.watch_s, adopt_s=timing.adopt_s, retry_s=timing.refused_s,
        )  # fmt: skip
        self.past = Past(account, client, store, self._puller, budget.history, every_s=timing.watch_s)
        self._polls = Polls(self._puller, every_s=timing.poll_s, per_minute=timing.history_per_minute / 2)
        self._health = Health(
            client, ping_s=timing.ping_s, health_s=timing.health_s, answer_s=timing.answer_s,
            next_sweep=lambda: self._puller.next_sweep,
        )  # fmt: skip
        self._translating = Translating(client, store, every_s=timing.translate_s, answer_s=timing.translated_s)
        self._fetching = Fetching(
            account, client, store, self._puller.peer, every_s=timing.fetch_s, answer_s=timing.fetched_s
        )
        meter = meter or Meter()
        client.flooded = partial(meter.flooded, "account")
        self._writer = Writer(self._known, self._puller.ask_soon, stored=meter.push_stored)

    async def run(self) -> None:
        """Listen until cancelled. Raises NotSignedInError, SessionRevokedError, BannedError: those need a person."""
        self._client.add_event_handler(self._on_update, events.Raw(PUSHES))
        try:
            await first_ended(self._writer.run(), self._keep_listening())
        except MonitorError as error:
            await finished(self._store.roster.fail(self._account, error.code))
            raise
        finally:
            self._client.remove_event_handler(self._on_update)

    async def _on_update(self, update: Any) -> None:
        match update:
            case types.UpdateDeleteChannelMessages():
                self._writer.put(Deleted(update.channel_id, tuple(update.messages), update.pts, update.pts_count))
            case types.UpdateChannelTooLong():
                self._puller.ask(update.channel_id)
                self._puller.changes.ask(update.channel_id, update.pts or 0)
            case types.UpdatesTooLong():
                self._puller.hurry()
            case _ if isinstance(update.message.peer_id, types.PeerChannel):
                self._writer.put(_pushed(update))

    async def _keep_listening(self) -> NoReturn:
        while True:
            try:
                await self._listen_once()
            except MonitorError:
                raise
            except (OSError, EOFError, TimeoutError, errors.RPCError) as error:
                fail_for_good(error)
                logger.warning("connection lost: account=%s error=%s", self._account, type(error).__name__)
            except Exception:
                log_failure(logger, "listener failed: account=%s", self._account)
            while not await finished(self._store.is_writable()):
                self._failures = 0  # it was not for Telegram's sake
                await asyncio.sleep(self._timing.room_s)
            await asyncio.sleep(self._delay())

    def _delay(self) -> float:
        """Seconds before the next attempt: doubling, with jitter, so that many clients do not return at once."""
        longest = min(self._timing.last_retry_s, self._timing.first_retry_s * 2 ** min(self._failures, 20))
        self._failures += 1
        return self._random.uniform(longest / 2, longest)

    async def _listen_once(self) -> None:
        try:
            await first_ended(self._start())
            self._failures = 0
            self.ready.set()
            logger.info("listening: account=%s channels=%d", self._account, len(self._known.cursors))
            await first_ended(
                self._closed(),
                self._puller.run(),
                self._puller.changes.run(),
                self.wishes.run(),
                self._translating.run(),
                self._fetching.run(),
                self.past.run(),
                self._polls.run(),
                self._health.run(),
                self._puller.keep_sweeping(self._timing.sweep_s, page_s=self._timing.health_s, random=self._random),
                every(self._timing.beat_s, self._beat),
                every(self._timing.recheck_s, self._puller.recheck),
            )
        finally:
            self.ready.clear()
            await self._client.disconnect()

    async def _start(self) -> None:
        await self._client.connect()
        await self._health.check()
        await finished(self._store.roster.beat(self._account, limit=await room(self._client) if self._joins else 0))
        await self._puller.sweep(whole=True)

    async def _beat(self) -> None:
        await finished(self._store.roster.beat(self._account, waits=self._client.waits))

    async def _closed(self) -> NoReturn:
        await self._client.disconnected
        raise ConnectionError("telegram closed the connection")


def _pushed(update: Any) -> Pushed:
    message = update.message
    channel_id = message.peer_id.channel_id
    return Pushed(channel_id, message.id, incoming_post(message), update.pts, update.pts_count)
