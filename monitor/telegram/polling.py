"""Reading channels without being a member: nothing of them is pushed, so each is looked at in its turn."""

import asyncio
from typing import NoReturn

from monitor.telegram.puller import Puller


class Polls:
    """Looks at each polled channel every `every_s`, or as often as `per_minute` requests allow, evenly spread."""

    def __init__(self, puller: Puller, *, every_s: float, per_minute: float) -> None:
        self._puller = puller
        self._every_s = every_s
        self._least_s = 60 / per_minute
        self._last = 0

    async def run(self) -> NoReturn:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(max(self._least_s, self._every_s / max(1, len(self._puller.polled))))
            if self._puller.polled:
                later = [each for each in self._puller.polled if each > self._last]
                self._last = min(later or self._puller.polled)
                self._puller.ask(self._last)
