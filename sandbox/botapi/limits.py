"""Telegram's limits on what a bot sends, to be switched on (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.botapi.refusal import RefusalError
from sandbox.people import Bot, Chat


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at `rate` a second, up to `size`."""

    rate: float
    size: float
    tokens: float = field(init=False)
    since: float | None = None

    def __post_init__(self) -> None:
        self.tokens = self.size

    def wait(self, now: float) -> float:
        """Seconds until there is a token, 0 if there is one."""
        if self.since is not None:
            self.tokens = min(self.size, self.tokens + (now - self.since) * self.rate)
        self.since = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class Limits:
    """30 messages a second in all, one a second in a chat with a small burst, 20 a minute in a group; off until `on` is set."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.on = False
        self.refused = 0
        """How many messages were answered 429."""
        self._clock = clock
        self._overall: defaultdict[int, Bucket] = defaultdict(lambda: Bucket(30, 30))
        self._paid: defaultdict[int, Bucket] = defaultdict(lambda: Bucket(1000, 1000))
        self._chats: defaultdict[tuple[int, int], Bucket] = defaultdict(lambda: Bucket(1, 3))
        self._groups: defaultdict[tuple[int, int], Bucket] = defaultdict(lambda: Bucket(20 / 60, 20))

    def take(self, bot: Bot, chat: Chat, count: int = 1, paid: bool = False) -> None:
        """Count a bot's messages to a chat. Raises RefusalError 429 with `retry_after` in whole seconds.

        What is paid for (`allow_paid_broadcast`) may be 1,000 a second in all; an album passes if its first message does.
        """
        if not self.on:
            return
        one = (self._chats if chat.is_private else self._groups)[bot.id, chat.id]
        buckets = [(self._paid if paid else self._overall)[bot.id], one]
        now = self._clock()
        longest = max(bucket.wait(now) for bucket in buckets)
        if longest > 0:
            self.refused += 1
            seconds = math.ceil(longest)
            raise RefusalError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for bucket in buckets:
            bucket.tokens -= count
