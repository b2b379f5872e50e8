"""Errors that are logged also reach the admins: each kind once in a while, with how often it happened, not a thousand times."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.log_filter import filled, scrub
from monitor import notices
from monitor.database import Sessions
from monitor.waiting import happened

logger = logging.getLogger(__name__)

PERIOD = timedelta(hours=1)
EVERY = timedelta(seconds=20)
SHOWN = 5  # kinds of trouble at a time
LENGTH = 200  # characters of an error that are shown

Kind = tuple[str, str, str]


@dataclass(slots=True)
class Trouble:
    """One kind of error: an example of it, how often it happened since the admins were told, and when that was."""

    where: str
    what: str
    count: int = 0
    told_at: datetime | None = None


class Alarm(logging.Handler):
    """Counts errors by kind (the logger, the unfilled message, the exception) and tells the admins until `stop()`.

    `secrets` are left out of what they are told.
    """

    def __init__(
        self,
        sessions: Sessions,
        admins: Iterable[int],
        *,
        secrets: Iterable[str] = (),
        every: timedelta = EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(logging.ERROR)
        self._sessions = sessions
        self._admins = frozenset(admins)
        self._secrets = tuple(secrets)
        self._every = every.total_seconds()
        self._clock = clock
        self._guard = threading.RLock()  # errors are logged from threads, and of what the collector ends amid this
        self._troubles: dict[Kind, Trouble] = {}
        self._stopping = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Count the error."""
        raised = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        with self._guard:
            kind = (record.name, str(record.msg), raised)
            trouble = self._troubles.get(kind)
            if trouble is None:
                what = f"{filled(record)} ({raised})" if raised else filled(record)
                trouble = self._troubles[kind] = Trouble(record.name, scrub(what, self._secrets)[:LENGTH])
            trouble.count += 1

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Listen to the log and tell the admins until stopped."""
        logging.getLogger().addHandler(self)
        try:
            while not self._stopping.is_set():
                await self.tell()
                await happened(self._stopping, self._every)
        finally:
            logging.getLogger().removeHandler(self)

    async def tell(self) -> None:
        """Owe the admins what they do not know yet; a database that is away is tried again later."""
        now = self._clock()
        for trouble in self._due(now):
            count = trouble.count
            try:
                told = {"what": trouble.what, "where": trouble.where}
                async with self._sessions.begin() as session:
                    await notices.tell(session, self._admins, "alarm", now, count=count, **told)
            except Exception as error:
                logger.warning("the admins cannot be told of an error: error=%s", type(error).__name__)
                return
            with self._guard:
                trouble.told_at = now
                trouble.count -= count

    def _due(self, now: datetime) -> list[Trouble]:
        """What the admins do not know yet, or were told of long ago; what has not happened since is forgotten."""
        with self._guard:
            old = {kind for kind, each in list(self._troubles.items()) if _is_over(each, now)}
            for kind in old:
                del self._troubles[kind]
            news = [each for each in list(self._troubles.values()) if each.count and _may_tell(each, now)]
        return sorted(news, key=lambda each: -each.count)[:SHOWN]


def _may_tell(trouble: Trouble, now: datetime) -> bool:
    return trouble.told_at is None or now - trouble.told_at >= PERIOD


def _is_over(trouble: Trouble, now: datetime) -> bool:
    return not trouble.count and trouble.told_at is not None and now - trouble.told_at >= PERIOD
