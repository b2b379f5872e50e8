"""Where the relay fetches messages and has their fate written down: its transactions."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.reactions import Letter
from bot.rendering import compose, readers
from bot.settling import Settling
from monitor import chat_paces, claims, leases, moving, outbox, pictures, threads
from monitor.chat_paces import Limits
from monitor.claims import Parcel
from monitor.database import Sessions
from monitor.meter import Meter
from monitor.models import DeliveryKind, Subscriber
from monitor.outcomes import Buried, Failed, Outcome, Sent, Snoozed
from monitor.translations import PostGoneError

logger = logging.getLogger(__name__)

AGAIN_S = 1.0
UNRENDERABLE = "cannot be rendered"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed message and its reader: what is to be sent, or what has become of it without that."""

    parcel: Parcel
    subscriber: Subscriber
    said: Letter | Outcome


class Desk:
    """The transactions of one relay; its name in the table is its own. `joined_from` and `limits`: see `claims.claim`."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Callable[[], datetime],
        joined_from: int,
        meter: Meter,
        *,
        name: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._sessions = sessions
        self._joined_from = joined_from
        self._clock = clock
        self._meter = meter
        self._token = name or secrets.token_hex(8)
        self._limits = limits
        self._settling = Settling(sessions, clock) if limits is not None else None

    async def inherit(self) -> None:
        """See `leases.inherit`."""
        async with self._sessions.begin() as session:
            await leases.inherit(session, self._clock())

    async def claim(self, limit: int, busy: Collection[int], *, begins: bool = False) -> list[Prepared]:
        """The next message of up to `limit` chats, composed, best first; see `claims.claim`."""
        now, joined_from = self._clock(), self._joined_from
        async with self._sessions.begin(quick=True) as session:
            parcels = await claims.claim(
                session, self._token, now, limit, joined_from=joined_from, busy=busy, begins=begins, limits=self._limits
            )
            if self._limits is None and _is_short(parcels):  # alone on SQLite: another transaction costs more than this
                return await self._prepare(session, parcels)
        if not parcels:
            return []
        async with self._sessions(quick=True) as session:
            return await self._prepare(session, parcels)

    async def begin(self, parcel: Parcel, letter: Letter) -> bool:
        """See `claims.begin`; of an album the claim has taken one message's turn, the others are taken here."""
        now, more = self._clock(), {letter.chat_id: letter.messages - 1} if letter.messages > 1 else {}
        if parcel.begun and parcel.is_fresh(now) and not more:
            return True
        async with self._sessions.begin(quick=True) as session:
            if self._limits is not None:
                await chat_paces.take(session, more, now, self._limits)
            return await claims.begin(session, parcel, now)

    async def settle(
        self, parcel: Parcel, outcome: Outcome, covers: Sequence[int] = (), followed_by: int | None = None
    ) -> None:
        """Write the outcome down, however long the database is away: what is sent must not be sent again."""
        sent = outcome if isinstance(outcome, Sent) else None
        if self._settling is None or sent is None or sent.lost_thread or sent.files or covers or followed_by:
            await self._settle(parcel, outcome, covers, followed_by)
        else:
            await self._settling.settle(parcel, sent)
        self._meter.settled(parcel, outcome, self._clock().timestamp())

    async def _settle(self, parcel: Parcel, outcome: Outcome, covers: Sequence[int], followed_by: int | None) -> None:
        """What contradicts the tables twice is left to its lease: once it may be a race with another process."""
        contradicted = False
        while True:
            try:
                async with self._sessions.begin(quick=True) as session:
                    await outbox.settle(session, parcel, outcome, self._clock(), covers)
                    if isinstance(outcome, Sent):
                        await self._show(session, parcel, outcome, followed_by)
                    if isinstance(outcome, Snoozed) and outcome.lost:
                        await pictures.lose(session, parcel.deliveries[0].id, outcome.lost, self._clock())
                return
            except DBAPIError as error:
                number = parcel.deliveries[0].id
                if contradicted and isinstance(error, IntegrityError):
                    logger.error("cannot be settled: delivery=%d error=%s", number, error.orig)
                    return
                contradicted = isinstance(error, IntegrityError)
                logger.error("cannot be settled, trying again: delivery=%d error=%s", number, error.orig)
                await asyncio.sleep(AGAIN_S)

    async def _show(self, session: AsyncSession, parcel: Parcel, sent: Sent, followed_by: int | None) -> None:
        """Keep the pictures that were sent; owe those that follow, if they can be had; tell no more in a thread that is gone."""
        if sent.files:
            await pictures.keep(session, sent.files)
        if followed_by is not None:
            with contextlib.suppress(pictures.PicturesOffError, PostGoneError):
                await pictures.request(session, parcel.subscriber_id, followed_by, self._clock())

        if sent.lost_thread:
            await moving.leave_thread(session, parcel.subscriber_id, sent.lost_thread, self._clock())

    async def thread_name(self, subscriber_id: int, thread_id: int) -> str | None:
        """See `threads.name_for`."""
        async with self._sessions(quick=True) as session:
            return await threads.name_for(session, subscriber_id, thread_id)

    async def move_thread(self, subscriber_id: int, gone: int, thread_id: int, name: str) -> None:
        """See `threads.move`."""
        async with self._sessions.begin(quick=True) as session:
            await threads.move(session, subscriber_id, gone, thread_id, name)

    async def release(self) -> None:
        """See `leases.release`."""
        async with self._sessions.begin(quick=True) as session:
            await leases.release(session, self._token, self._clock())

    async def hasten(self) -> None:
        """See `outbox.hasten`; if the database is away, what waits is due before long anyhow."""
        with contextlib.suppress(DBAPIError):
            async with self._sessions.begin() as session:
                await outbox.hasten(session, self._clock())

    async def reclaim(self, in_hand: Collection[int]) -> None:
        """See `leases.reclaim`."""
        async with self._sessions.begin(quick=True) as session:
            await leases.reclaim(session, self._token, in_hand, self._clock())

    async def slow_down(self, chat_id: int) -> None:
        """See `chat_paces.slow_down`; if the database is away, the chat will say it again."""
        if self._limits is not None:
            with contextlib.suppress(DBAPIError):
                async with self._sessions.begin(quick=True) as session:
                    await chat_paces.slow_down(session, chat_id)

    async def migrate(self, chat_id: int, to: int) -> None:
        """See `moving.migrate`."""
        async with self._sessions.begin() as session:
            await moving.migrate(session, chat_id, to, self._clock())

    async def _prepare(self, session: AsyncSession, parcels: Sequence[Parcel]) -> list[Prepared]:
        """A reader who has meanwhile been made one with another is left out: what was claimed is due again, for the other one."""
        people = await readers(session, parcels)
        prepared = list[Prepared]()
        for parcel in parcels:
            if (reader := people.get(parcel.subscriber_id)) is not None:
                prepared += await self._composed(session, parcel, reader)
            if len(parcels) > 1:
                await asyncio.sleep(0)  # others have their turn
        return prepared

    async def _composed(self, session: AsyncSession, parcel: Parcel, subscriber: Subscriber) -> list[Prepared]:
        """What cannot be composed must not stop the others."""
        try:
            parts = await compose(session, parcel, subscriber, self._clock())
        except DBAPIError:
            raise
        except Exception:
            logger.exception("cannot be rendered: delivery=%d", parcel.deliveries[0].id)
            parts = [(parcel, Failed(UNRENDERABLE) if len(parcel.deliveries) > 1 else Buried(UNRENDERABLE))]
        return [Prepared(part, subscriber, said) for part, said in parts]


def _is_short(parcels: Sequence[Parcel]) -> bool:
    """Whether it is one message of one post."""
    return [[row.kind for row in parcel.deliveries] for parcel in parcels] == [[DeliveryKind.ALERT]]
