"""What can become of a message that was claimed, and what each outcome makes of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.models import DeliveryState

MAX_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=5)
MAX_BACKOFF = timedelta(minutes=30)
REVIVED = timedelta(days=7)
"""What is older is no news any more when a chat opens again."""
BARRED = "may not write: "
"""Before what Telegram said of a chat in which we lack the right to write."""
BAR_WAITS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took the message; `message_id` is None where its answer could not be read, `lost_thread` is one that is gone.

    `files`: {post id: file_id} of the pictures that it took with it.
    """

    message_id: int | None
    lost_thread: int = 0
    files: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snoozed:
    """We were asked to wait, or have to; this is no failure and spends no attempt. Without a `reason` nothing else waits behind it.

    `lost` are posts whose pictures Telegram does not know any more by their file_id.
    """

    until: datetime
    reason: str | None = "asked to wait"
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that a reader is owed once for each `once`: `key` in the locales, filled with `params`."""

    once: str
    key: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """Its reader does not want to hear of it now: it comes with what else is held, in one message at `until`.

    `everything`: so does all else that is due for the reader. `because` tells the reader why, where he did not ask for it.
    """

    until: datetime
    everything: bool
    because: Said | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work; try again later."""

    error: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether Telegram took it: try again, marked as what may be a repeat."""

    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The chat is closed to us: blocked, deleted, kicked. What it is owed waits until it opens again."""

    error: str


@dataclass(frozen=True, slots=True)
class Barred:
    """We are in the chat and may not write there: tried again ever more seldom, since nobody may tell us when we may.

    It spends no attempt, and within a week ends as what a closed chat is owed.
    """

    error: str


@dataclass(frozen=True, slots=True)
class Moot:
    """The message to be edited is no longer there, or no longer editable: nothing is owed any more."""

    error: str


@dataclass(frozen=True, slots=True)
class Buried:
    """Telegram will never take it: a dead letter, for an admin to look at and send again."""

    error: str


Outcome = Sent | Snoozed | Held | Failed | Unsure | Refused | Barred | Moot | Buried


def values_after(outcome: Outcome, attempts: int, now: datetime, made_at: datetime) -> dict[str, Any]:
    """The columns that the outcome changes; `attempts` is how many had failed before, `made_at` when it was first owed."""
    match outcome:
        case Sent(message_id):
            return {
                "state": DeliveryState.SENT,
                "message_id": message_id,
                "begun_at": None,
                "error": None,
                "settled_at": now,
            }
        case Snoozed(until, reason):
            return {"state": DeliveryState.DUE, "due_at": until, "claim": None, "begun_at": None, "error": reason}
        case Held():
            return {"state": DeliveryState.HELD, "claim": None, "begun_at": None, "error": None}
        case Refused(error):
            return {"state": DeliveryState.REFUSED, "claim": None, "begun_at": None, "error": error}
        case Barred(error):
            return _after_bar(error, now - made_at, now)
        case Moot(error):
            return {"state": DeliveryState.REFUSED, "begun_at": None, "error": error, "settled_at": now}
        case Buried(error):
            return {"state": DeliveryState.DEAD, "attempts": attempts + 1, "error": error, "settled_at": now}
        case Failed(error):
            return {**_after_failure(attempts + 1, error, now), "begun_at": None}
        case Unsure(error):
            return _after_failure(attempts + 1, error, now)


def _after_failure(attempts: int, error: str, now: datetime) -> dict[str, Any]:
    if attempts >= MAX_ATTEMPTS:
        return {"state": DeliveryState.DEAD, "attempts": attempts, "error": error, "settled_at": now}
    backoff = min(FIRST_BACKOFF * 2 ** (attempts - 1), MAX_BACKOFF)
    return {"state": DeliveryState.DUE, "attempts": attempts, "error": error, "due_at": now + backoff, "claim": None}


def _after_bar(error: str, age: timedelta, now: datetime) -> dict[str, Any]:
    if age >= REVIVED:
        return values_after(Moot(BARRED + error), 0, now, now)
    wait = next((wait for wait in BAR_WAITS if age < wait), BAR_WAITS[-1])
    return values_after(Snoozed(now + wait, BARRED + error), 0, now, now)
