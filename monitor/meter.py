"""What one process counts and times while it works; `monitor.readings` says what stands in the database.

Whoever serves the registry shows it (prometheus.io/docs/practices/naming: seconds, `_total`). Nothing that a person wrote, no chat and
no secret is ever a label.
"""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from monitor.claims import Parcel
from monitor.ingest import Ingested
from monitor.models import DeliveryKind
from monitor.outcomes import Barred, Buried, Failed, Held, Moot, Outcome, Refused, Sent, Snoozed, Unreached, Unsure

SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
LONG = (*SHORT, 300, 1800, 7200)
OUTCOMES: Mapping[type[Outcome], str] = {
    Sent: "sent", Snoozed: "snoozed", Held: "held", Failed: "failed", Unreached: "unreached", Unsure: "unsure",
    Refused: "refused", Barred: "barred", Moot: "moot", Buried: "buried",
}  # fmt: skip
WAYS = ("push", "fetch")
SIDES = ("account", "bot")


class Meter:
    """Its counters begin at zero with the process; all of them stand in `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._stored = self._counter("posts_stored", "Posts stored, by how they came.", "way", WAYS)
        self._edited = self._count("posts_edited", "Stored posts whose content has changed.")
        self._matched = self._count("posts_matched", "New or changed posts that match a topic.")
        self._owed = self._count("alerts_owed", "Alerts enqueued where posts were stored.")
        self._sends = self._counter("sends", "Messages by outcome.", "outcome", tuple(OUTCOMES.values()))
        self._floods = self._counter("flood_waits", "Times Telegram asked to wait, by whom.", "side", SIDES)
        self._flooded = self._counter("flood_wait_seconds", "For how long it asked.", "side", SIDES)
        self._away = Gauge(
            "dozor_telegram_away", "Whether nothing is sent until Telegram answers.", registry=self.registry
        )
        self._push = self._histogram("push_stored_seconds", "From a push to its commit.", SHORT)
        self._alert = self._histogram("stored_alert_seconds", "From a post's commit to its alert.", LONG)
        self._handled = self._histogram("handled_seconds", "A command with its transaction.", SHORT)

    def ingested(self, done: Ingested, *, pushed: bool) -> None:
        """A transaction of posts was committed."""
        self._stored[WAYS[not pushed]].inc(done.new)
        self._edited.inc(done.edited)
        self._matched.inc(done.matched)
        self._owed.inc(done.owed)

    def push_stored(self, seconds: float) -> None:
        """A push was stored so long after it came."""
        self._push.observe(seconds)

    def settled(self, parcel: Parcel, outcome: Outcome, now: float) -> None:
        """What became of a message was written down, at `now` (seconds since 1970)."""
        self._sends[OUTCOMES[type(outcome)]].inc()
        if isinstance(outcome, Sent):
            for delivery in parcel.deliveries:
                if delivery.kind == DeliveryKind.ALERT:
                    self._alert.observe(max(0.0, now - delivery.created_at.timestamp()))

    def flooded(self, side: str, seconds: float) -> None:
        """Telegram asked the `side` (of SIDES) to wait."""
        self._floods[side].inc()
        self._flooded[side].inc(seconds)

    def away(self, is_away: bool) -> None:
        """Telegram does not answer this process's messages, or answers them again."""
        self._away.set(is_away)

    def handled(self, seconds: float) -> None:
        """A command was handled."""
        self._handled.observe(seconds)

    def _count(self, name: str, words: str) -> Counter:
        return Counter(f"dozor_{name}", words, registry=self.registry)

    def _counter(self, name: str, words: str, label: str, values: Sequence[str]) -> dict[str, Counter]:
        """A counter for each value of the label, at zero: what has not happened is told from what is not counted."""
        counter = Counter(f"dozor_{name}", words, [label], registry=self.registry)
        return {value: counter.labels(value) for value in values}

    def _histogram(self, name: str, words: str, buckets: Sequence[float]) -> Histogram:
        return Histogram(f"dozor_{name}", words, buckets=buckets, registry=self.registry)
