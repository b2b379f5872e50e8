"""How fast a listener goes."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Timing:
    """What the listener does by the clock, in seconds; `history_per_minute` counts requests for old messages.

    The defaults suit Telegram: it slows getHistory at about ten in half a minute, and it releases updates that it held
    back when the client sends something, which is what pings are good for besides. Where nothing happens, an account
    makes one request a minute: a sweep, else one that only asks whether the session still stands. A sweep comes a little
    later than the third of these would (see `jittered`), so that no two are ever less than `health_s` apart.
    """

    ping_s: float = 15
    health_s: float = 60
    answer_s: float = 30
    sweep_s: float = 182
    poll_s: float = 60
    recheck_s: float = 30
    watch_s: float = 2
    first_retry_s: float = 1
    last_retry_s: float = 300
    room_s: float = 2
    history_per_minute: float = 20
    joins_per_hour: float = 20
    adopt_s: float = 120
    refused_s: float = 3600
    beat_s: float = 60
    translate_s: float = 1
    translated_s: float = 12
    fetch_s: float = 1
    fetched_s: float = 60


def jittered(every_s: float, slot_s: float, random: Random) -> float:
    """Seconds until the next sweep: it takes the place of one or the other request that comes every `slot_s`, and is a little late.

    So accounts that began together do not sweep together, none sweeps like a clock, and none asks more often for it.
    """
    slot_s = min(slot_s, every_s / 3)
    return every_s + random.choice((-slot_s, 0, slot_s)) + late(slot_s, random)


def late(slot_s: float, random: Random) -> float:
    """By how many seconds a request is late that comes every `slot_s`: less than what `Health` waits for it."""
    return random.uniform(0, slot_s / 20)
