"""What is counted and timed, and how it is read over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count

import aiohttp
import pytest
from aiogram import Bot
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import metrics
from bot.floods import FloodCount
from bot.pace import Pace
from bot.relay import OutboxRelay
from bot.serving import create_http_server
from bot.settings import BotSettings, HttpSettings
from monitor.database import Sessions, create_engine, create_sessions
from monitor.meter import Meter
from monitor.store import Store
from monitor.topics import StandingTopics
from tests.bot.telegram import TOKEN, ScriptedTelegram
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, subscribe, watch

SECRET = "a-token-for-metrics"
Samples = dict[tuple[str, ...], float]


@pytest.fixture
def meter() -> Meter:
    return Meter()


@asynccontextmanager
async def serving(
    sessions: Sessions, meter: Meter, waits_for: Callable[[], list[str]] = list, **settings: object
) -> AsyncIterator[str]:
    """The HTTP server with these settings; its address."""
    http = HttpSettings.model_validate({"port": 0, **settings})
    server = create_http_server(http, sessions, bot=BotSettings(), meter=meter, waits_for=waits_for)
    assert server is not None
    task = asyncio.create_task(server.run())
    try:
        yield f"http://127.0.0.1:{await server.port}"
    finally:
        server.stop()
        await task


async def get(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def scrape(sessions: Sessions, meter: Meter) -> Samples:
    """{(name, label value …): value} of everything that is served."""
    async with serving(sessions, meter, metrics=True) as url:
        status, body = await get(f"{url}/metrics")
    assert status == 200
    families = text_string_to_metric_families(body)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_a_post_is_followed_from_its_push_to_its_alert(sqlite_sessions: Sessions, meter: Meter) -> None:
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "посольство")
    store = Store(sqlite_sessions, StandingTopics(), meter=meter, clock=lambda: NOW)
    await store.posts([arrival(1, "У посольства тихо"), arrival(2, "Погода")], pushed=True)
    await store.posts([arrival(3, "Пропущено")])
    telegram = ScriptedTelegram()
    bot = Bot(TOKEN, session=telegram)
    bot.session.middleware(FloodCount(meter))
    telegram.failures["sendMessage"] = [
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 3}})
    ]
    ticks = count()  # each look at the clock finds it a second later
    clock = lambda: NOW + timedelta(seconds=next(ticks))  # noqa: E731
    pace = Pace(overall=1e6, chat=1e6, group=1e6, now=lambda: clock().timestamp())
    relay = OutboxRelay(bot, sqlite_sessions, pace, clock=clock, meter=meter)
    assert sum([await relay.deliver_due() for _ in range(5)]) == 2
    seen = await scrape(sqlite_sessions, meter)
    assert (seen["dozor_posts_stored_total", "push"], seen["dozor_posts_stored_total", "fetch"]) == (2, 1)
    assert (seen["dozor_posts_matched_total",], seen["dozor_alerts_owed_total",]) == (1, 1)
    assert (seen["dozor_sends_total", "snoozed"], seen["dozor_sends_total", "sent"]) == (1, 1)
    assert (seen["dozor_flood_waits_total", "bot"], seen["dozor_flood_waits_total", "account"]) == (1, 0)
    assert seen["dozor_flood_wait_seconds_total", "bot"] == 3
    assert seen["dozor_stored_alert_seconds_count",] == 1
    assert seen["dozor_stored_alert_seconds_sum",] > 3
    assert (seen["dozor_channel_posts_total", "ostorozhno_novosti", "push"], seen["dozor_push_misses_total",]) == (2, 1)


async def test_a_database_that_is_away_leaves_what_the_process_counted(
    sqlite_sessions: Sessions, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sessions, "__call__", _away)
    seen = await scrape(sqlite_sessions, meter)
    assert (seen["dozor_database_up",], seen["dozor_sends_total", "sent"]) == (0, 0)
    assert seen["process_resident_memory_bytes",] > 0
    assert "dozor_queue_age_seconds" not in {name for name, *_ in seen}, "what is not known is not told"


async def test_a_database_that_accepts_and_says_nothing_is_not_waited_for(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = create_engine(f"postgresql://dozor@127.0.0.1:{silent.getsockname()[1]}/dozor")
        seen = await asyncio.wait_for(scrape(create_sessions(engine), meter), timeout=30)
        await engine.dispose()
    assert seen["dozor_database_up",] == 0


async def test_a_table_that_is_in_use_is_told_of_again_when_it_is_free(
    postgres_sessions: Sessions, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "PATIENCE_S", 0.2)
    async with postgres_sessions.begin() as session:
        await session.execute(text("LOCK TABLE channels IN ACCESS EXCLUSIVE MODE"))
        assert (await asyncio.wait_for(scrape(postgres_sessions, meter), timeout=30))["dozor_database_up",] == 0
    monkeypatch.undo()
    seen = await scrape(postgres_sessions, meter)
    assert (seen["dozor_database_up",], seen["dozor_channels", "watched"]) == (1, 0)


async def test_metrics_are_served_only_where_they_are_wanted(sqlite_sessions: Sessions, meter: Meter) -> None:
    async with serving(sqlite_sessions, meter) as url:
        assert (await get(f"{url}/metrics"))[0] == 404


async def test_with_a_token_metrics_are_for_who_has_it(sqlite_sessions: Sessions, meter: Meter) -> None:
    async with serving(sqlite_sessions, meter, metrics=True, metrics_token=SECRET) as url:
        assert (await get(f"{url}/metrics"))[0] == 401
        assert (await get(f"{url}/metrics", Authorization="Bearer wrong"))[0] == 401
        assert (await get(f"{url}/metrics", Authorization="Bearer чужой"))[0] == 401
        status, body = await get(f"{url}/metrics", Authorization=f"Bearer {SECRET}")
        assert (status, "dozor_sends_total" in body) == (200, True)
        assert SECRET not in body


async def test_whether_a_process_is_ready_is_told_from_whether_it_lives(
    sqlite_sessions: Sessions, meter: Meter
) -> None:
    missing = ["account main"]
    async with serving(sqlite_sessions, meter, waits_for=lambda: missing) as url:
        assert await get(f"{url}/healthz") == (200, "alive\n")
        assert await get(f"{url}/readyz") == (503, "waits for: account main\n")
        missing.clear()
        assert await get(f"{url}/readyz") == (200, "ready\n")


async def test_a_database_that_is_away_makes_a_process_not_ready(
    sqlite_sessions: Sessions, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(sqlite_sessions, meter) as url:
        monkeypatch.setattr(Sessions, "__call__", _away)
        assert await get(f"{url}/healthz") == (200, "alive\n")
        assert await get(f"{url}/readyz") == (503, "waits for: database\n")


def _away(*_: object) -> None:
    raise OSError("no route to the database")
