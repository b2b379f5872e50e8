"""The pace of a process that is not the only one to send with the bot's token: of what Telegram allows it has a share, for a while."""

import math
import time
from collections.abc import Callable

from bot.pace import Pace
from monitor.budget import Share, Use

CLOSED_S = 10.0
"""To wait where no share is at hand."""
BUSY = 0.8
"""Who uses so much of his share could do with more."""
SHORTEST_S = 0.2
"""Shorter than this nothing is counted."""
LEAST = 0.01  # messages a second


class SharedPace(Pace):
    """As Pace, within a share of its messages a second that `allot` says; before, and after the share's end, nothing goes.

    Answers go even then: they are few, and somebody waits for them. `hurry` is called when the others must hear of something soon.
    """

    def __init__(
        self,
        *,
        overall: float = 30,
        chat: float = 1,
        group: float = 20,
        now: Callable[[], float] = time.monotonic,
        hurry: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(overall=overall, chat=chat, group=group, now=now)
        self.rate = overall
        self.hurry = hurry
        self._taken = 0
        self._slowness = 1.0
        self._counted_from = now()
        self._silent_until = self._shared_until = -math.inf

    def overall_wait(self) -> float:
        """As for Pace; CLOSED_S where there is no share."""
        wait = super().overall_wait()
        return wait if self.now() < self._shared_until else max(wait, CLOSED_S)

    def take(self, chat_id: int, count: int = 1) -> None:
        """As for Pace."""
        self._taken += count
        super().take(chat_id, count)

    def use(self) -> Use:
        """What was done with the share, and learnt, since it was allotted."""
        now = self.now()
        used = self._taken / max(SHORTEST_S, now - self._counted_from)
        share = 1 / self._overall.usual
        recently = sum(at > now - 1 for at in self._refused.values())
        slowing = self._overall.every / self._overall.usual / self._slowness
        return Use(self.rate if used >= BUSY * share else used, slowing, recently, max(0.0, self._silent_until - now))

    def allot(self, share: Share, until: float) -> None:
        """From now on this share is ours, until that time of the clock `now`."""
        now, usual = self.now(), 1 / max(LEAST, share.rate)
        self._overall.change(now, usual, usual * share.slowness)
        if share.quiet_s:
            self._overall.free_at = max(self._overall.free_at, now + share.quiet_s + self._overall.every)
        self._slowness = share.slowness
        self._shared_until = until if share.rate > LEAST else -math.inf
        self._taken, self._counted_from = 0, now

    def _refuse_all(self, now: float, seconds: float) -> None:
        super()._refuse_all(now, seconds)
        self._silent_until = now + seconds
        self.hurry()
