"""The outbox's way into Telegram: claim → render → send → settle.

One message is under way at a time and is settled before the next one is sent, so that a crash can repeat at most one message.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.types import Message
from aiolimiter import AsyncLimiter
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.rendering import render
from bot.views import Rendered
from monitor import outbox
from monitor.database import Sessions
from monitor.models import Delivery, Subscriber
from monitor.outbox import Failed, Outcome, Refused, Sent, Snoozed

logger = logging.getLogger(__name__)

BATCH = 50
POLL = timedelta(seconds=1)
Prepared = tuple[Delivery, Subscriber, Rendered | None]
GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was kicked")


class OutboxRelay:
    """Sends what is owed. `wake()` ends a wait early; `stop()` lets the message under way finish and gives back the rest."""

    def __init__(
        self,
        bot: Bot,
        sessions: Sessions,
        *,
        messages_per_second: float = 30,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot = bot
        self._sessions = sessions
        self._limiter = AsyncLimiter(messages_per_second, 1)
        self._clock = clock
        self._token = secrets.token_hex(8)
        self._woken = asyncio.Event()
        self._stopping = False
        self._held: dict[int, datetime] = {}

    def wake(self) -> None:
        """Something was enqueued."""
        self._woken.set()

    def stop(self) -> None:
        """End `run` after the message under way."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped; a database that is away for a while is waited for."""
        async with self._sessions.begin() as session:
            await outbox.inherit(session, self._clock())
        try:
            while not self._stopping:
                await self._step()
        finally:
            async with self._sessions.begin(quick=True) as session:
                await outbox.release(session, self._token, self._clock())

    async def _step(self) -> None:
        self._woken.clear()
        try:
            sent = await self.deliver_due()
        except DBAPIError as error:
            logger.error("the outbox cannot be read, trying again: %s", error.orig)
            sent = 0
        if not sent:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL.total_seconds())

    async def deliver_due(self) -> int:
        """One claim and its messages; how many deliveries were settled."""
        async with self._sessions.begin(quick=True) as session:
            claimed = await outbox.claim(session, self._token, self._clock(), BATCH)
        prepared = await self._prepare(claimed) if claimed else []
        for settled, (delivery, subscriber, rendered) in enumerate(prepared):
            if self._stopping:
                return settled
            outcome = await self._deliver(delivery, subscriber, rendered)
            await self._settle(delivery, outcome)
        return len(prepared)

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write the outcome down, however long the database is away: what is sent must not be sent again."""
        while True:
            try:
                async with self._sessions.begin(quick=True) as session:
                    return await outbox.settle(session, delivery, outcome, self._clock())
            except DBAPIError as error:
                if self._stopping:
                    raise
                logger.error("delivery %d cannot be settled, trying again: %s", delivery.id, error.orig)
                await asyncio.sleep(POLL.total_seconds())

    async def _prepare(self, claimed: Sequence[Delivery]) -> list[Prepared]:
        """What each delivery says to whom; None where it cannot be rendered, which must not stop the others."""
        async with self._sessions(quick=True) as session:
            wanted = Subscriber.id.in_({delivery.subscriber_id for delivery in claimed})
            people = {person.id: person for person in await session.scalars(select(Subscriber).where(wanted))}
            pairs = [(delivery, people[delivery.subscriber_id]) for delivery in claimed]
            return [(delivery, person, await _rendered(session, delivery, person)) for delivery, person in pairs]

    async def _deliver(self, delivery: Delivery, subscriber: Subscriber, rendered: Rendered | None) -> Outcome:
        if rendered is None:
            return Failed("cannot be rendered")
        held = self._held.get(subscriber.chat_id)
        if held is not None and held > self._clock():
            return Snoozed(held)
        await self._limiter.acquire()
        return await self._attempt(delivery, subscriber, rendered)

    async def _attempt(self, delivery: Delivery, subscriber: Subscriber, rendered: Rendered) -> Outcome:
        try:
            message = await self._send(subscriber, rendered)
        except TelegramRetryAfter as error:
            until = self._clock() + timedelta(seconds=error.retry_after)
            self._held[subscriber.chat_id] = until
            logger.warning("Telegram asks to wait: chat=%d seconds=%d", subscriber.chat_id, error.retry_after)
            return Snoozed(until)
        except TelegramForbiddenError as error:
            return Refused(error.message)
        except TelegramMigrateToChat as error:
            await self._migrate(subscriber, error.migrate_to_chat_id)
            return Snoozed(self._clock())
        except TelegramBadRequest as error:
            return await self._after_bad_request(subscriber, rendered, error)
        except (TelegramNetworkError, TelegramAPIError, TimeoutError) as error:
            logger.warning("delivery %d failed: %s", delivery.id, type(error).__name__)
            return Failed(str(error))
        return Sent(message.message_id)

    async def _after_bad_request(
        self, subscriber: Subscriber, rendered: Rendered, error: TelegramBadRequest
    ) -> Outcome:
        if any(reason in error.message.lower() for reason in GONE):
            return Refused(error.message)
        if rendered.entities:  # whatever Telegram dislikes in the formatting, the text itself is owed
            logger.warning("sent without formatting: %s", error.message)
            return await self._attempt_plain(subscriber, rendered)
        return Failed(error.message)

    async def _attempt_plain(self, subscriber: Subscriber, rendered: Rendered) -> Outcome:
        try:
            message = await self._send(subscriber, rendered.plain())
        except TelegramRetryAfter as error:
            return Snoozed(self._clock() + timedelta(seconds=error.retry_after))
        except (TelegramAPIError, TimeoutError) as error:
            return Failed(str(error))
        return Sent(message.message_id)

    async def _send(self, subscriber: Subscriber, rendered: Rendered) -> Message:
        return await self._bot.send_message(
            subscriber.chat_id,
            rendered.text,
            message_thread_id=subscriber.thread_id or None,
            entities=rendered.entities,
            reply_markup=rendered.reply_markup,
            link_preview_options=rendered.link_preview,
            parse_mode=None,
        )

    async def _migrate(self, subscriber: Subscriber, chat_id: int) -> None:
        async with self._sessions.begin(quick=True) as session:
            moved = await session.get_one(Subscriber, subscriber.id)
            moved.chat_id = chat_id


async def _rendered(session: AsyncSession, delivery: Delivery, subscriber: Subscriber) -> Rendered | None:
    try:
        return await render(session, delivery, subscriber)
    except DBAPIError:
        raise
    except Exception:
        logger.exception("delivery %d cannot be rendered", delivery.id)
        return None
