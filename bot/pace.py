"""How fast Telegram lets us speak, learnt from its refusals (core.telegram.org/bots/faq, "My bot is hitting limits").

A message overall, to a person and to a group may follow the one before after a while each. A refusal doubles the while of whoever
was refused, every message that is taken shortens it again by a fiftieth; what is true of all together is learnt more slowly. The
well-kept limiters (aiolimiter, pyrate-limiter) cannot be asked when a message may go without taking its place, do not learn, and let
no answer overtake what waits.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.chat_paces import Limits

LONG_S = 60.0
"""Such a long wait may be one chat's alone (a group in slow mode), or the bot's as a whole: then the next chats hear it too."""
SLOWEST_S = 60.0
CROWD = 3
"""So many chats refused within a second mean that we are too fast for all of them together."""
AHEAD = 20
"""Answers may go so many messages before their time: Telegram bears short bursts."""
KEPT = 10_000
"""Chats remembered; of more, those are forgotten that are free anyhow."""


@dataclass(slots=True)
class Gait:
    """Messages `every` so many seconds, of which `burst` may come at once. `free_at` is when the last one has been waited off."""

    every: float
    burst: int
    growth: float = 2.0
    recovery: float = 0.98
    usual: float = field(init=False)
    free_at: float = 0.0

    def __post_init__(self) -> None:
        self.usual = self.every

    def wait(self, now: float, ahead: int = 0) -> float:
        """Seconds until the next message may go; `ahead` more may have gone early."""
        return max(0.0, self.free_at - (self.burst - 1 + ahead) * self.every - now)

    def take(self, now: float) -> None:
        """A message goes; every one that goes is a sign that the pace can be borne."""
        self.every = max(self.usual, self.every * self.recovery)
        self.free_at = max(self.free_at, now) + self.every

    def change(self, now: float, usual: float, every: float) -> None:
        """Another pace from now on: what has gone early is waited off at the new one."""
        self.free_at = now + max(0.0, self.free_at - now) / self.every * every
        self.usual, self.every = usual, every

    def refuse(self, now: float, seconds: float) -> None:
        """Telegram asked for so many seconds of silence."""
        self.every = min(SLOWEST_S, self.every * self.growth)
        self.free_at = max(self.free_at, now + seconds + (self.burst - 1) * self.every)


class Pace:
    """Says how long a message to a chat has to wait, by the clock `now`, in seconds.

    `overall` and `chat` are messages a second, `group` a minute. Groups have negative ids.
    """

    def __init__(
        self, *, overall: float = 30, chat: float = 1, group: float = 20, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.now = now
        self.limits = Limits(person_s=1 / chat, group_s=60 / group)
        self._overall = Gait(1 / overall, burst=2, growth=1.25, recovery=0.999)
        self._chats: dict[int, Gait] = {}
        self._refused: dict[int, float] = {}
        self._refused_long: dict[int, float] = {}
        """Chats that asked for a long wait, one after the other, and when."""

    def chat_wait(self, chat_id: int) -> float:
        """Seconds until this chat may be written to, 0 for at once."""
        gait = self._chats.get(chat_id)
        return gait.wait(self.now()) if gait is not None else 0.0

    def overall_wait(self) -> float:
        """Seconds until any chat may be."""
        return self._overall.wait(self.now())

    def answer_wait(self, chat_id: int) -> float:
        """Seconds that an answer has to wait: it may go a few messages before its time, for which the next ones wait longer."""
        now = self.now()
        gait = self._chats.get(chat_id)
        return max(self._overall.wait(now, AHEAD), gait.wait(now, ahead=1) if gait is not None else 0.0)

    def take(self, chat_id: int, count: int = 1) -> None:
        """A message goes to this chat, or so many at once: each part of an album is one."""
        for _ in range(count):
            self._overall.take(self.now())
            self._gait(chat_id).take(self.now())

    def refuse(self, chat_id: int, seconds: float) -> None:
        """A message to this chat was answered with a wait of so many seconds."""
        now = self.now()
        if seconds >= LONG_S:
            self._refuse_long(chat_id, now, seconds)
            return
        self._refused = {chat: at for chat, at in self._refused.items() if at > now - 1} | {chat_id: now}
        if len(self._refused) >= CROWD:
            self._refused.clear()
            self._refuse_all(now, seconds)
        else:
            self._gait(chat_id).refuse(now, seconds)

    def bear(self) -> None:
        """A message was taken: the bot as a whole is not asked to wait."""
        self._refused_long.clear()

    def _refuse_long(self, chat_id: int, now: float, seconds: float) -> None:
        """The chat waits; so do all if the next one is refused like it, or the next two where all are groups and may be slow."""
        self._refused_long = {chat: at for chat, at in self._refused_long.items() if at > now - LONG_S} | {chat_id: now}
        self._gait(chat_id).refuse(now, seconds)
        if len(self._refused_long) >= (2 if max(self._refused_long) > 0 else CROWD):
            self._refused_long.clear()
            self._refuse_all(now, seconds)

    def _refuse_all(self, now: float, seconds: float) -> None:
        self._overall.refuse(now, seconds)

    def _gait(self, chat_id: int) -> Gait:
        if len(self._chats) >= KEPT:
            self._chats = {chat: gait for chat, gait in self._chats.items() if gait.free_at > self.now()}
        if chat_id not in self._chats:
            self._chats[chat_id] = Gait(self.limits.every(chat_id), self.limits.burst(chat_id))
        return self._chats[chat_id]
