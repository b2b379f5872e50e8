"""Every role as processes of their own on one PostgreSQL: several where there may be several, and one where there must be one."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select, text

from monitor.advisory import Space, key_of
from monitor.models import Channel, Delivery, Sender
from tests.databases import new_postgres
from tests.fleet import Fleet, fleet, free_port
from tests.postgres import Postgres
from tests.running import until

READERS = 90
SCHEDULE = text(
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space"
    " AND objid::bigint = (CAST(:key AS bigint) & 4294967295)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def balancer(port: int, behind: list[int]) -> AsyncIterator[Counter[int]]:
    """What stands before the webhooks: each request goes to the next of these ports; how many each has answered."""
    turns, answered = cycle(behind), Counter[int]()

    async def forward(request: web.Request) -> web.Response:
        to = next(turns)
        body, headers = await request.read(), dict(request.headers)
        url = f"http://127.0.0.1:{to}{request.path}"
        async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
            answered[to] += answer.status == 200
            return web.Response(status=answer.status, body=await answer.read())

    application = web.Application()
    application.router.add_post("/{path:.*}", forward)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield answered
    await runner.cleanup()


async def schedulers(ships: Fleet) -> set[int]:
    """The database's sides of who has the schedule."""
    async with ships.sessions() as session:
        return set(await session.scalars(SCHEDULE, key_of(Space.TASK, "schedule")))


async def rows(ships: Fleet, statement: object) -> list[object]:
    async with ships.sessions() as session:
        return list(await session.scalars(statement))  # type: ignore[call-overload]


def sent_times(ships: Fleet) -> list[float]:
    """When each alert was sent, as it happens."""
    times: list[float] = []

    def note(kind: str, message: dict[str, object]) -> None:
        if kind == "message" and "посольства" in str(message.get("text")):
            times.append(time.monotonic())

    ships.sandbox.chats.subscribe(note)
    return times


@pytest.mark.timeout(300)
async def test_roles_work_as_processes_of_their_own(tmp_path: Path, postgres: Postgres) -> None:
    port = free_port()
    async with fleet(tmp_path, new_postgres(postgres), DOZOR_TELEGRAM__SWEEP_SECONDS="1") as ships:
        hook = f"http://127.0.0.1:{port}/telegram"
        roles = {
            "listener": "listener",
            "relay1": "relay",
            "relay2": "relay",
            "clock1": "schedule",
            "clock2": "schedule",
        }
        for name, role in roles.items():
            await ships.start(name, role)
        for name in ("commands1", "commands2"):
            await ships.start(name, "commands", DOZOR_BOT__WEBHOOK_URL=hook)
        await ships.ready()
        async with balancer(port, [ships.ports["commands1"], ships.ports["commands2"]]) as answered:
            await commands_are_answered_by_both(ships, answered)
        await alerts_leave_at_one_pace(ships)
        await one_has_the_schedule(ships)
        await an_account_has_one_listener(ships)
        codes = await asyncio.gather(*(ships.end(name, signal.SIGTERM) for name in list(ships.processes)))
        assert set(codes) == {0}
        assert await rows(ships, select(Sender.name)) == []


async def commands_are_answered_by_both(ships: Fleet, answered: Counter[int]) -> None:
    channel = ships.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
    ships.sandbox.chats.say(ships.admin, f"/watch @{channel.username}")
    ships.sandbox.chats.say(ships.admin, "/topics")
    await until(lambda: bool(channel.members) and min(answered.values(), default=0) > 0 and len(answered) == 2)
    async with asyncio.timeout(30):
        while not await rows(ships, select(Channel.id).where(Channel.watched)):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.05)


async def alerts_leave_at_one_pace(ships: Fleet) -> None:
    """Two relays together keep what Telegram allows one bot, and both are at work."""
    people = [ships.sandbox.chats.add_person(f"Reader {number}") for number in range(READERS)]
    await ships.subscribe(people, "посольство")
    ships.sandbox.bot_api.limits.on = True
    times = sent_times(ships)
    (channel,) = ships.sandbox.world.channels.values()
    for number in range(2):
        ships.sandbox.world.publish(channel, f"У посольства снова люди, {number}")
    await until(lambda: len(times) >= 2 * READERS, 60)
    assert len(times) == 2 * READERS
    assert ships.sandbox.bot_api.limits.refused == 0
    relays = Counter(await rows(ships, select(Delivery.claim).where(Delivery.post_id.is_not(None))))
    assert len(relays) == 2


async def one_has_the_schedule(ships: Fleet) -> None:
    before = await schedulers(ships)
    assert len(before) == 1
    await ships.start("clock3", "schedule")
    await ships.ready("clock3")
    await ships.end("clock1", signal.SIGKILL)
    await ships.end("clock2", signal.SIGKILL)
    async with asyncio.timeout(60):
        while await schedulers(ships) in (set(), before):  # noqa: ASYNC110 -- another process takes it
            await asyncio.sleep(0.1)


async def an_account_has_one_listener(ships: Fleet) -> None:
    await ships.start("rival", "listener")
    assert await ships.processes.pop("rival").wait() == 1
