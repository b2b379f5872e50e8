"""The outbox's way into Telegram: claim → compose → begin → send → settle; while Telegram is away nothing is claimed.

Messages to different chats may be under way at once, one a chat. Another one starts only when nothing is under way, or `apart` seconds
after the last: so with a near Telegram one is under way, of which a kill repeats one at most, and a far one gets its whole rate.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from aiogram import Bot
from sqlalchemy.exc import DBAPIError

from bot.answering import relayed
from bot.breaker import Breaker
from bot.desk import Desk, Prepared
from bot.failing import Failing
from bot.pace import Pace
from bot.reactions import Letter, Moved
from bot.rehousing import Rehousing
from bot.sending import attempt, is_there
from bot.waits import Waits
from monitor.chat_paces import Limits
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.meter import Meter
from monitor.outcomes import Buried, Failed, Outcome, Sent, Snoozed, Unreached, Unsure
from monitor.troubles import log_failure
from monitor.waiting import happened

logger = logging.getLogger(__name__)

READY = 30  # messages claimed ahead: about a second's
UNDER_WAY = 60  # Telegram may leave every one of them without an answer for half a minute
POLL_S = 1.0
SETTLING_S = 0.05  # from one claim to the next that nobody asked for
LEAVING = 3  # turns of the event loop until a request is written: by a task of the client's own
REST_S = 2.0  # a chat that has to wait longer gives its message back to the table


class OutboxRelay:
    """Sends what is owed. `wake()` ends a wait early; `stop()` lets what is under way finish and gives back the rest.

    `joined_from` posts that are due for one chat make one message. Where other relays are at work too, `name` is what
    this one's claims are known by, and `limits` are what a chat bears of all of them. `paid`: Telegram may charge for what goes
    beyond its free rate (core.telegram.org/bots/api#sendmessage, allow_paid_broadcast).
    """

    def __init__(
        self,
        bot: Bot,
        sessions: Sessions,
        pace: Pace,
        *,
        joined_from: int = 4,
        apart: float = 1 / 30,
        paid: bool = False,
        meter: Meter | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        name: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._bot = bot
        meter = meter or Meter()
        self._desk = Desk(sessions, clock, joined_from, meter, name=name, limits=limits)
        self._rehousing = Rehousing(bot, self._desk)
        self._breaker = Breaker(pace.now, meter, apart)
        self._asking: asyncio.Task[None] | None = None
        self._pace = pace
        self._waits = Waits(pace)
        self._apart = apart
        self._paid = paid
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopping = False
        self._ready: list[Prepared] = []
        self._busy: dict[int, float] = {}
        """Subscribers that nothing is claimed for, and until when: forever while a message of theirs is in hand."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._sending: dict[int, Prepared] = {}
        self._failing = Failing()
        self._in_doubt = False
        """Whether something may be claimed that is not in hand: a transaction failed."""
        self._started_at = self._claim_at = -math.inf
        self._answered_at: datetime | None = None

    def wake(self) -> None:
        """Something was enqueued."""
        self._claim_at = -math.inf
        self._woken.set()

    def stop(self) -> None:
        """End `run` after the messages under way."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped; a database that is away for a while is waited for."""
        await self._desk.inherit()
        try:
            while not self._stopping:
                self._woken.clear()
                if await self.step():
                    for _ in range(LEAVING):  # what was started leaves before more is looked for
                        await asyncio.sleep(0)
                else:
                    await self._rest()
        finally:
            if self._asking is not None:
                self._asking.cancel()
                await asyncio.gather(self._asking, return_exceptions=True)
            await asyncio.gather(*self._under_way)
            await self._give_back("the relay stopped")

    async def deliver_due(self) -> int:
        """Everything that may go now, for who drives the relay by hand; how many messages were dealt with."""
        dealt_with = 0
        while True:
            self._claim_at = -math.inf
            dealt_with += (started := await self.step())
            going = [*self._under_way, *([self._asking] if self._asking is not None else [])]
            await asyncio.gather(*going)
            if not started and not going:
                return dealt_with

    async def step(self) -> int:
        """Claim what there is room for, start the best message that may go; how many were started, or needed no sending."""
        self._ask_for_telegram()
        if self._breaker.is_open:
            await self._clear()
            return 0
        settled = await self._put_off() + await self._replenish()
        free = (one for one in self._ready if self._pace.chat_wait(one.subscriber.chat_id) <= 0)
        best = min(free, key=self._failing.known, default=None) if self._may_fail() else next(free, None)
        if best is None or self._stopping or not self._can_start():
            return settled
        self._ready.remove(best)
        self._start(best)
        return settled + 1

    def _may_fail(self) -> bool:
        """Whether what has failed is not to be tried now, if there is anything else."""
        return self._breaker.doubts or any(map(self._failing.known, self._sending.values()))

    def _start(self, prepared: Prepared) -> None:
        assert isinstance(prepared.said, Letter)
        self._pace.take(prepared.said.chat_id, prepared.said.messages)
        self._started_at = self._pace.now()
        self._breaker.begin()
        self._sending[prepared.parcel.deliveries[0].id] = prepared
        task = asyncio.create_task(self._deliver(prepared, prepared.said))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _replenish(self) -> int:
        """Claim if it is time to and there is room; how many claimed messages needed no sending."""
        now = self._pace.now()
        for subscriber_id in [one for one, free_at in self._busy.items() if free_at <= now]:
            del self._busy[subscriber_id]
            self._claim_at = min(self._claim_at, now + SETTLING_S)
        room = READY - len(self._ready)
        if room <= 0 or now < self._claim_at or self._pace.overall_wait() > REST_S:
            return 0
        claimed = await self._claim(room)
        self._claim_at = now if claimed else now + POLL_S
        return sum([await self._receive(one) for one in claimed])

    async def _put_off(self) -> int:
        """Claimed edits that have to wait since another one was refused; how many."""
        late = [one for one in self._ready if isinstance(one.said, Letter) and self._waits.of(one.said) > REST_S]
        for one in late:
            self._ready.remove(one)
            del self._busy[one.subscriber.id]
            await self._receive(one)
        return len(late)

    async def _claim(self, room: int) -> list[Prepared]:
        try:
            if self._in_doubt:
                self._in_doubt = False  # before, since there may be another doubt when this is done
                await self._desk.reclaim(self._in_hand())
            return await self._desk.claim(room, self._busy.keys(), begins=self._can_start() and not self._ready)
        except DBAPIError as error:
            logger.error("the outbox cannot be read, trying again: error=%s", error.orig)
            self._in_doubt = True
            return []

    def _in_hand(self) -> list[int]:
        """Ids of the deliveries that are claimed and not settled."""
        return [row.id for one in (*self._ready, *self._sending.values()) for row in one.parcel.deliveries]

    async def _receive(self, prepared: Prepared) -> bool:
        """Keep the message for its turn, or settle it if it is not to be sent now: True."""
        said = prepared.said
        if isinstance(said, Letter):
            wait = self._waits.of(said)
            if wait <= REST_S:
                self._busy[prepared.subscriber.id] = math.inf
                self._ready.append(prepared)
                self._ready.sort(key=lambda one: one.parcel.rank)
                return False
            said = Snoozed(self._clock() + timedelta(seconds=wait), "the pace of the chat")
        await self._desk.settle(prepared.parcel, said)
        return True

    async def _deliver(self, prepared: Prepared, letter: Letter) -> None:
        relayed.set(True)
        try:
            if await self._desk.begin(prepared.parcel, letter):
                outcome = await self._outcome(prepared, letter)
                if isinstance(outcome, Sent):
                    outcome = replace(outcome, versions=letter.versions, deleted=letter.deleted, repeats=letter.repeats)
                if isinstance(outcome, Moved):
                    await self._follow(prepared, letter.chat_id, outcome.chat_id)
                else:
                    await self._desk.settle(prepared.parcel, outcome, letter.covers, letter.followed_by)
            else:
                self._breaker.withdraw()
                self._in_doubt = True  # a part of it may still be ours
        except Exception:  # it is claimed again
            self._breaker.withdraw()
            log_failure(logger, "a message is left as it is: chat=%d", letter.chat_id)
            self._in_doubt = True
        finally:
            del self._sending[prepared.parcel.deliveries[0].id]
            self._busy[prepared.subscriber.id] = self._pace.now() + min(self._pace.chat_wait(letter.chat_id), REST_S)
            self._woken.set()

    async def _follow(self, prepared: Prepared, chat_id: int, to: int) -> None:
        """The group is elsewhere; its people move when nothing is under way to them, not even this message."""
        await self._desk.settle(prepared.parcel, Snoozed(self._clock(), "the group has moved"))
        await self._desk.migrate(chat_id, to)

    async def _outcome(self, prepared: Prepared, letter: Letter) -> Outcome | Moved:
        rehouse = partial(self._rehousing.rehouse, prepared.subscriber.id)
        outcome = await attempt(self._bot, letter, self._clock, paid=self._paid, rehouse=rehouse)
        if isinstance(outcome, Unreached | Unsure):
            self._breaker.fail(letter.chat_id)
            self._failing.add(prepared)
        else:
            self._failing.discard(prepared)
            self._answered_at = self._clock()
            if self._breaker.succeed():
                await self._desk.hasten()
        if isinstance(outcome, Unreached) and outcome.perhaps and self._answers_others(prepared.parcel):
            return Failed(outcome.error, perhaps=True)
        if isinstance(outcome, Buried) and len(prepared.parcel.deliveries) > 1:
            return Failed(outcome.error)  # one of the posts may be to blame: after a few times each goes by itself
        if isinstance(outcome, Snoozed) and not outcome.lost:
            await self._heed(letter, outcome.until)
        elif isinstance(outcome, Sent):
            self._waits.bear(letter)
        return outcome

    async def _heed(self, letter: Letter, until: datetime) -> None:
        seconds = math.ceil((until - self._clock()).total_seconds())
        logger.warning("Telegram asks to wait: chat=%d seconds=%d", letter.chat_id, seconds)
        if self._waits.refuse(letter, seconds):
            await self._desk.slow_down(letter.chat_id)

    def _answers_others(self, parcel: Parcel) -> bool:
        """Whether Telegram has answered another message since it was out of order for this one: so it is for this one alone."""
        since = parcel.unreached_since
        return since is not None and self._answered_at is not None and self._answered_at >= since

    def _ask_for_telegram(self) -> None:
        """Ask whether it is there, beside what is under way, when it is time to."""
        if self._asking is None and self._breaker.ask_at <= self._pace.now():
            self._breaker.asking()
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        try:
            if self._breaker.asked(await is_there(self._bot)):
                await self._desk.hasten()
        finally:
            self._asking = None
            self.wake()

    async def _clear(self) -> None:
        """What is not under way would grow old here."""
        if not self._ready:
            return
        try:
            await self._give_back("Telegram is away")
        except DBAPIError as error:
            logger.error("the outbox cannot be written, trying again: error=%s", error.orig)
            self._in_doubt = True
        for one in self._ready:
            self._busy.pop(one.subscriber.id, None)
        self._ready.clear()

    async def _give_back(self, reason: str) -> None:
        """What is not under way: another relay may have it."""
        for one in self._ready:
            if one.parcel.begun:
                await self._desk.settle(one.parcel, Snoozed(self._clock(), reason))
        await self._desk.release()

    def _can_start(self) -> bool:
        return max(self._pace.overall_wait(), self._slot_wait()) <= 0

    def _slot_wait(self) -> float:
        """Seconds until another message may start beside those under way."""
        if not self._breaker.allows:
            return math.inf
        if not self._under_way:
            return 0.0
        return math.inf if len(self._under_way) >= UNDER_WAY else self._started_at + self._apart - self._pace.now()

    async def _rest(self) -> None:
        """Until something may have changed."""
        now, overall = self._pace.now(), self._pace.overall_wait()
        ask = self._breaker.ask_at - now if self._asking is None else math.inf
        chats = [self._pace.chat_wait(one.subscriber.chat_id) for one in self._ready]
        start = max(min(chats), overall, self._slot_wait()) if chats else math.inf
        claim = min([self._claim_at, *self._busy.values()]) - now if len(self._ready) < READY else math.inf
        claim = max(claim, SETTLING_S) if overall > REST_S else claim  # nothing is claimed before
        soonest = min(POLL_S, ask) if self._breaker.is_open else min(POLL_S, ask, start, claim)
        await happened(self._woken, max(soonest, 0.001))
