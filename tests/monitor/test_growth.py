"""What is looked at now and then, or asked, does not cost more the more was stored, by the databases' own plans of each statement."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor import dead_letters, digest, health, readings, spikes
from monitor.database import Sessions
from monitor.models import Topic
from tests import plans
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

DAY = timedelta(days=1)


@pytest.fixture
async def long_plans(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Fails where a statement reads what grows, on either database."""
    await watch(sessions)
    await subscribe(sessions, "паром", chat_id=7)
    await arrive(sessions, arrival(1, "паром"))
    if sessions.engine.dialect.name == "sqlite":
        found = plans.record_on_sqlite(monkeypatch)
        yield
    else:
        async with plans.recorded_on_postgresql(sessions) as found:
            yield
    assert found == []


@pytest.mark.usefixtures("long_plans")
async def test_the_state_of_the_queue(sessions: Sessions) -> None:
    async with sessions() as session:
        await health.health(session, NOW)
        await readings.read(session, NOW)
        await digest.held_until(session, 1, NOW)
        await digest.forgotten(session, NOW)


@pytest.mark.usefixtures("long_plans")
async def test_what_was_given_up(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await dead_letters.dead_letters(session, 10)
        await dead_letters.tell(session, [7], NOW)
        await dead_letters.send_again(session, None, 7, NOW)
        await dead_letters.send_again(session, 1, 7, NOW)


@pytest.mark.usefixtures("long_plans")
async def test_spikes(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Topic).values(created_at=NOW - 30 * DAY))
    await arrive(sessions, *[arrival(number, "паром") for number in range(2, 10)])
    assert await spikes.watch(sessions, NOW + timedelta(minutes=10)) == 1
    assert await spikes.watch(sessions, NOW + DAY) == 0
