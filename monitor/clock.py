"""The time that everything goes by, whatever the machine's clock shows.

It is the database's where several processes share one, so that all have the same; on SQLite it is the machine's, put right by what
Telegram's servers say.
"""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time; this machine's, less `ahead`, until `set` tells the database's, from which on the machine only counts the seconds."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._base: datetime | None = None
        self._at = 0.0

    def __call__(self) -> datetime:
        if self._base is None:
            return datetime.now(UTC) - self.ahead
        return self._base + timedelta(seconds=time.monotonic() - self._at)

    def set(self, theirs: datetime, asked_at: float) -> None:
        """The database answered `theirs` to a question of that time, by time.monotonic()."""
        self._at = (asked_at + time.monotonic()) / 2
        self._base = theirs
