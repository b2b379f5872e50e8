"""The running product on machines whose clocks are an hour off: it says so, and nothing comes early, late or twice."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.database import create_engine, create_sessions
from monitor.models import Delivery, Post
from sandbox.telegram import Sandbox
from tests.databases import new_postgres
from tests.fleet import fleet
from tests.postgres import Postgres
from tests.running import running, until

AHEAD, BEHIND = ("tests.shifted", "3600"), ("tests.shifted", "-3600")


def hear(sandbox: Sandbox) -> Counter[str]:
    """How often each word was said by the bot."""
    heard: Counter[str] = Counter()

    def note(kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            heard.update(re.findall(r"\w+", str(message.get("text"))))

    sandbox.chats.subscribe(note)
    return heard


async def moments(url: str) -> list[datetime]:
    """When posts were stored, and when deliveries were made and fell due."""
    engine = create_engine(url)
    async with create_sessions(engine)() as session:
        stored = list(await session.scalars(select(Post.stored_at)))
        for row in await session.execute(select(Delivery.created_at, Delivery.due_at, Delivery.settled_at)):
            stored += [moment for moment in row if moment is not None]
    await engine.dispose()
    return stored


@pytest.mark.timeout(300)
@pytest.mark.parametrize("program", [AHEAD, BEHIND])
async def test_alone_it_goes_by_telegrams_time_and_tells_the_admins(tmp_path: Path, program: tuple[str, ...]) -> None:
    begun = datetime.now(UTC)
    async with running(tmp_path, program=program) as run:
        heard = hear(run.sandbox)
        channel = run.sandbox.world.add_channel("rian_ru", "РИА")
        await run.watch(channel)
        await run.subscribe({run.admin.id: ["баку"]})
        run.sandbox.world.publish(channel, "В Баку первая новость")
        await until(lambda: heard["первая"] == 1 and heard["clock"] > 0, 120)
    assert heard["первая"] == 1
    times = await moments(f"sqlite:///{tmp_path / 'dozor.db'}")
    assert times
    assert all(begun - timedelta(minutes=2) < each < datetime.now(UTC) + timedelta(minutes=15) for each in times)


@pytest.mark.timeout(300)
async def test_among_several_all_go_by_the_databases_time(tmp_path: Path, postgres: Postgres) -> None:
    begun = datetime.now(UTC)
    url = new_postgres(postgres)
    async with fleet(tmp_path, url, DOZOR_TELEGRAM__SWEEP_SECONDS="1") as ships:
        people = [ships.sandbox.chats.add_person(f"Reader {number}") for number in range(3)]
        await ships.subscribe(people, "посольство")
        heard = hear(ships.sandbox)
        for name, role, program in (
            ("listener", "listener", AHEAD),
            ("ahead", "relay", AHEAD),
            ("behind", "relay", BEHIND),
            ("right", "relay", ("bot",)),
        ):
            ships.program = program
            await ships.start(name, role)
        await ships.ready()
        channel = ships.sandbox.world.add_channel("rian_ru", "РИА")
        await ships.watch(channel)
        for number in range(10):
            ships.sandbox.world.publish(channel, f"У посольства снова люди, номер{number}")
        await until(lambda: all(heard[f"номер{number}"] >= len(people) for number in range(10)), 120)
    assert {heard[f"номер{number}"] for number in range(10)} == {len(people)}
    times = await moments(url)
    assert all(begun - timedelta(minutes=2) < each < datetime.now(UTC) + timedelta(minutes=15) for each in times)
