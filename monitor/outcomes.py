"""What can become of a message that was claimed, and what each outcome makes of its rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.models import DeliveryState

MAX_ATTEMPTS = 8
SILENT_WAITS: tuple[timedelta, ...] = (timedelta(seconds=5), timedelta(seconds=20), timedelta(minutes=5))
"""Before each repeat of what was not answered. One of independent requests in twenty may be: with fewer, alerts would be given up."""
MAX_UNANSWERED = len(SILENT_WAITS) + 1
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_UNREACHED_BACKOFF = timedelta(minutes=3)
UNREACHED_FOR = timedelta(days=1)
"""What could not be brought to Telegram for so long is given up."""
REVIVED = timedelta(days=7)
"""What is older is no news any more when a chat opens again."""
UNTRIED: dict[str, Any] = {"attempts": 0, "unanswered": 0, "unreached_since": None}
"""The columns of what gets all its attempts again."""
BARRED = "may not write: "
"""Before what Telegram said of a chat in which we lack the right to write."""
BAR_WAITS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took the message; `message_id` is None where its answer could not be read, `lost_thread` is one that is gone.

    `files`: {post id: file_id} of the pictures that it took with it. `versions`: {delivery id: Post.version} of what it shows first.
    `deleted`: ids of the deliveries whose posts it shows as deleted. `repeats`: of those whose posts it names as saying the same.
    `rich`: it was taken as a rich message.
    """

    message_id: int | None
    lost_thread: int = 0
    files: Mapping[int, str] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)
    deleted: Collection[int] = ()
    repeats: tuple[int, ...] = ()
    rich: bool = False


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
    """Telegram said something about this message that we do not know; try again later.

    `perhaps`: it may have been taken all the same, so the next one is marked as what may be a repeat.
    """

    error: str
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class Unreached:
    """It did not come to Telegram, or Telegram is out of order: this is no fault of the message and spends no attempt.

    `perhaps`: it may have been taken all the same, so the next one is marked as what may be a repeat.
    """

    error: str
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """It left, and there was no answer: try again, marked as what may be a repeat."""

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


Answered = Sent | Snoozed | Held | Failed | Refused | Barred | Moot | Buried
Outcome = Answered | Unsure | Unreached


def is_doubtful(outcome: Outcome) -> bool:
    """Whether the message may have arrived all the same."""
    return isinstance(outcome, Unsure) or (isinstance(outcome, Failed | Unreached) and outcome.perhaps)


def values_after(
    outcome: Outcome,
    attempts: int,
    now: datetime,
    made_at: datetime,
    unreached_since: datetime | None = None,
    unanswered: int = 0,
) -> dict[str, Any]:
    """The columns that the outcome changes; `attempts` is how many had failed before, `made_at` when it was first owed.

    `unreached_since` and `unanswered` are as in the row.
    """
    if isinstance(outcome, Unsure):
        return _after_silence(unanswered + 1, outcome.error, now) | {"unreached_since": None}
    if isinstance(outcome, Unreached):
        return _after_outage(outcome, unreached_since or now, now)
    return _values(outcome, attempts, now, made_at) | {"unreached_since": None}


def _values(outcome: Answered, attempts: int, now: datetime, made_at: datetime) -> dict[str, Any]:
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
            return {"state": DeliveryState.HELD, "due_at": now, "claim": None, "begun_at": None, "error": None}
        case Refused(error):
            return {"state": DeliveryState.REFUSED, "claim": None, "begun_at": None, "error": error}
        case Barred(error):
            return _after_bar(error, now - made_at, now)
        case Moot(error):
            return {"state": DeliveryState.REFUSED, "begun_at": None, "error": error, "settled_at": now}
        case Buried(error):
            return _given_up(error, now) | {"attempts": attempts + 1}
        case Failed(error, perhaps):
            return _after_failure(attempts + 1, error, now) | ({} if perhaps else {"begun_at": None})


def _after_failure(attempts: int, error: str, now: datetime) -> dict[str, Any]:
    if attempts >= MAX_ATTEMPTS:
        return _given_up(error, now) | {"attempts": attempts}
    return _owed_again(now + FIRST_BACKOFF * 2 ** (attempts - 1), error) | {"attempts": attempts}


def _after_bar(error: str, age: timedelta, now: datetime) -> dict[str, Any]:
    if age >= REVIVED:
        return values_after(Moot(BARRED + error), 0, now, now)
    wait = next((wait for wait in BAR_WAITS if age < wait), BAR_WAITS[-1])
    return values_after(Snoozed(now + wait, BARRED + error), 0, now, now)


def _after_silence(unanswered: int, error: str, now: datetime) -> dict[str, Any]:
    if unanswered >= MAX_UNANSWERED:
        return _given_up(f"perhaps delivered: {error}", now) | {"unanswered": unanswered}
    return _owed_again(now + SILENT_WAITS[unanswered - 1], error) | {"unanswered": unanswered}


def _after_outage(outcome: Unreached, since: datetime, now: datetime) -> dict[str, Any]:
    """Wait for as long again as it has been waiting."""
    doubt = {} if outcome.perhaps else {"begun_at": None}
    if now - since >= UNREACHED_FOR:
        return _given_up(outcome.error, now) | doubt
    backoff = min(max(FIRST_BACKOFF, now - since), LONGEST_UNREACHED_BACKOFF)
    return _owed_again(now + backoff, outcome.error) | {"unreached_since": since, **doubt}


def _owed_again(at: datetime, error: str) -> dict[str, Any]:
    return {"state": DeliveryState.DUE, "due_at": at, "claim": None, "error": error}


def _given_up(error: str, now: datetime) -> dict[str, Any]:
    return {"state": DeliveryState.DEAD, "error": error, "settled_at": now}
