"""Prometheus metrics over HTTP: what this process has counted, and what the database says.

Every process on one database tells the same of the database: take the highest, not the sum (deploy/grafana.json does).
While the database does not answer, a process tells what it has counted itself.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import readings
from monitor.database import Sessions
from monitor.meter import WAYS, Meter
from monitor.readings import Readings

logger = logging.getLogger(__name__)

PATIENCE_S = 4  # for the database; giving up its connection takes two more at most, and Prometheus waits for ten


class _State(Collector):
    """Readings as metrics."""

    def __init__(self, state: Readings) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """The metrics that the database gives."""
        yield from _channels(self._state)
        yield from _queue(self._state)
        yield from _accounts(self._state)


def metrics_route(
    sessions: Sessions, meter: Meter, token: str | None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> web.RouteDef:
    """Where metrics are read; with a `token` only by who sends it (Authorization: Bearer, RFC 6750)."""

    async def serve(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if token is not None and not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"}, text="A token is needed.\n")
        state = await _read(sessions, clock())
        body = await asyncio.to_thread(_render, create_registries(meter, state, tasks=len(asyncio.all_tasks())))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return web.get("/metrics", serve)


async def _read(sessions: Sessions, now: datetime) -> Readings | None:
    """What the database says; None if it does not answer."""
    try:
        async with asyncio.timeout(PATIENCE_S), sessions() as session:
            return await readings.read(session, now)
    except Exception as error:  # each driver has its own
        logger.warning("the database says nothing for the metrics: error=%s", type(error).__name__)
        return None


def create_registries(meter: Meter, state: Readings | None, *, tasks: int) -> list[CollectorRegistry]:
    """What the process has counted, what the system says of it, how many asyncio tasks it has, and the state if it is known."""
    told = CollectorRegistry()
    ProcessCollector(registry=told)
    Gauge("dozor_tasks", "What this process is at: tasks of asyncio, ready and waiting.", registry=told).set(tasks)
    up = Gauge("dozor_database_up", "Whether the database tells this process what stands in it.", registry=told)
    up.set(state is not None)
    if state is not None:
        told.register(_State(state))
    return [meter.registry, told]


def _render(registries: Iterable[CollectorRegistry]) -> bytes:
    return b"".join(map(generate_latest, registries))


def _channels(state: Readings) -> Iterator[Metric]:
    yield _gauges(
        "channels", "Watched channels, and those of them in a state.", "state",
        watched=state.watched, behind=state.behind, silent=state.silent, orphan=state.orphans,
    )  # fmt: skip
    lag = GaugeMetricFamily("dozor_channel_lag_posts", "Message ids that a channel is behind by.", labels=["channel"])
    came = CounterMetricFamily(
        "dozor_channel_posts", "Posts of a channel by how they came; push missed those that were fetched.",
        labels=["channel", "way"],
    )  # fmt: skip
    push, fetch = WAYS
    for each in state.channels:
        lag.add_metric([each.name], each.behind)
        came.add_metric([each.name, push], each.pushed)
        came.add_metric([each.name, fetch], each.missed)
    yield from (lag, came)
    yield CounterMetricFamily("dozor_push_misses", "Posts that push missed, of all watched channels.", state.missed)


def _queue(state: Readings) -> Iterator[Metric]:
    yield _gauges("queue_messages", "Messages in the outbox.", "state", **state.queue)
    yield GaugeMetricFamily("dozor_queue_age_seconds", "For how long the oldest message has been due.", state.late_s)
    yield GaugeMetricFamily("dozor_fanouts", "Posts and topics still to be enqueued page by page.", state.fanouts)


def _accounts(state: Readings) -> Iterator[Metric]:
    seen = GaugeMetricFamily("dozor_account_seen_timestamp_seconds", "When it last was heard of.", labels=["account"])
    troubled = GaugeMetricFamily("dozor_account_troubled", "Whether it needs a person.", labels=["account"])
    for account in state.accounts:
        seen.add_metric([account.name], account.seen_at.timestamp())
        troubled.add_metric([account.name], float(account.problem is not None))
    yield from (seen, troubled)


def _gauges(name: str, words: str, label: str, **values: int) -> Metric:
    gauge = GaugeMetricFamily(f"dozor_{name}", words, labels=[label])
    for value, number in values.items():
        gauge.add_metric([value], number)
    return gauge
