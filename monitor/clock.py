"""The time as all processes on one PostgreSQL have it: that of the database, whatever their machines' clocks show."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time; this machine's until `set` tells the database's, from which on the machine only counts the seconds."""

    def __init__(self) -> None:
        self._base: datetime | None = None
        self._at = 0.0

    def __call__(self) -> datetime:
        if self._base is None:
            return datetime.now(UTC)
        return self._base + timedelta(seconds=time.monotonic() - self._at)

    def set(self, theirs: datetime, asked_at: float) -> None:
        """The database answered `theirs` to a question of that time, by time.monotonic()."""
        self._at = (asked_at + time.monotonic()) / 2
        self._base = theirs
