"""Whether Telegram is there, judged by what became of the last requests.

While it is away, one harmless request asks for it now and then.
"""

import logging
import math
from collections.abc import Callable

from monitor.meter import Meter

logger = logging.getLogger(__name__)

FEW = 5
"""Requests to so many chats that failed one after the other are an outage."""
BEGUN = 8
"""No more messages are begun than this before one of them, or the question whether Telegram is there, is answered.

Who pays for a thousand a second begins more: what begins in `BEGUN_S`.
"""
BEGUN_S = 0.25
FIRST_S, LONGEST_S = 1.0, 30.0


class Breaker:
    """Open while Telegram is away: nothing is sent then. Times are seconds of the clock `now`.

    `apart`: seconds between two messages. After a failure Telegram is asked whether it is there, at `ask_at`. An answer that comes
    while it is open allows one message; its answer closes it.
    """

    def __init__(self, now: Callable[[], float], meter: Meter, apart: float = BEGUN_S) -> None:
        self._most = max(BEGUN, round(BEGUN_S / apart))
        self.is_open = False
        self.ask_at = math.inf
        self._now = now
        self._meter = meter
        self._away = False
        """Since it opened no message has been answered."""
        self._begun = 0
        self._failed: set[int] = set()
        self._pause = FIRST_S

    @property
    def allows(self) -> bool:
        """Whether another message may begin."""
        return not self.is_open and self._begun < (1 if self._away else self._most)

    @property
    def doubts(self) -> bool:
        """Whether the last that is known of Telegram is that it failed."""
        return self._away or bool(self._failed)

    def begin(self) -> None:
        """A message begins."""
        self._begun += 1
        if self._begun >= self._most:
            self._ask_soon()

    def withdraw(self) -> None:
        """One that began was not sent after all."""
        self._begun = max(0, self._begun - 1)

    def fail(self, chat_id: int) -> None:
        """A message to this chat did not reach Telegram, or was not answered."""
        self._failed.add(chat_id)
        if self.is_open:
            return
        if self._away or len(self._failed) >= FEW:
            self._open()
        else:
            self._ask_soon()

    def succeed(self) -> bool:
        """A message was answered, in whatever words; whether that ends the time in which nothing was sent."""
        was_open = self.is_open
        if self._away:
            logger.info("Telegram answers again")
            self._meter.away(False)
        self.is_open = self._away = False
        self._pause, self.ask_at = FIRST_S, math.inf
        self._forget()
        return was_open

    def asking(self) -> None:
        """Telegram is asked now; `asked` says what came of it."""
        self.ask_at = math.inf

    def asked(self, answered: bool) -> bool:
        """Whether an answer ends the time in which nothing was sent."""
        if not answered:
            self._open()
            return False
        was_open, self.is_open = self.is_open, False
        self.ask_at = math.inf
        self._forget()
        return was_open

    def _open(self) -> None:
        if not self._away:
            logger.warning("Telegram does not answer: nothing is sent until it does")
            self._meter.away(True)
        self.is_open = self._away = True
        self.ask_at = self._now() + self._pause
        self._pause = min(2 * self._pause, LONGEST_S)

    def _ask_soon(self) -> None:
        self.ask_at = min(self.ask_at, self._now() + FIRST_S)

    def _forget(self) -> None:
        self._begun = 0
        self._failed.clear()
