"""A clock that is off, against real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot import clock
from monitor.errors import MonitorError

NOW = datetime(2026, 7, 1, 9, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


DATES = [
    "Wed, 01 Jul 2026 09:00:00 GMT",
    "Wednesday, 01-Jul-26 09:00:00 GMT",
    "Wed Jul  1 09:00:00 2026",
]
"""The forms that a server may choose from (RFC 9110, 5.6.7)."""


@pytest.fixture(params=DATES[:1])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Answers with a redirect, as Telegram's does, and says that it is nine o'clock."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Date": request.param, "Location": "/nowhere"})

    application = web.Application()
    application.router.add_route("*", "/", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("ahead", [timedelta(0), HOUR, -HOUR])
async def test_the_lead_of_our_clock_is_told(server: str, ahead: timedelta) -> None:
    assert await clock.lead(server, lambda: NOW + ahead) == ahead


@pytest.mark.parametrize("server", DATES, indirect=True)
async def test_a_date_is_read_in_every_form(server: str) -> None:
    assert await clock.lead(server, lambda: NOW) == timedelta(0)


async def test_who_does_not_answer_does_not_tell_the_time() -> None:
    assert await clock.lead("http://127.0.0.1:1") is None
    assert await clock.lead("no url at all") is None


def test_a_clock_an_hour_off_is_one_sentence_with_what_to_do() -> None:
    with pytest.raises(MonitorError, match=r"1:00:00 ahead of Telegram's: set it \(timedatectl"):
        clock.require_right(HOUR)
    with pytest.raises(MonitorError, match="1:00:00 behind Telegram's"):
        clock.require_right(-HOUR)
    clock.require_right(timedelta(seconds=59))


@pytest.mark.parametrize(("ahead", "said"), [(HOUR, 1), (timedelta(seconds=30), 0)])
async def test_at_start_only_a_wrong_clock_is_logged(
    server: str, ahead: timedelta, said: int, caplog: pytest.LogCaptureFixture
) -> None:
    await clock.look(server, lambda: NOW + ahead)
    assert len(caplog.records) == said
