"""What `deploy/postgresql.sql` grants is enough to run, and not enough to change the schema."""

import asyncio
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from bot.schedule import Schedule
from monitor import budget, claims, outbox
from monitor.budget import Use
from monitor.chat_paces import Limits
from monitor.database import create_engine, create_sessions
from monitor.outcomes import Sent
from tests.conftest import NOW
from tests.fleet import fleet
from tests.monitor.arrivals import arrival, arrive, subscribe, watch
from tests.postgres import Postgres, start_postgres
from tests.running import until

ROLES = Path(__file__).parents[2] / "deploy" / "postgresql.sql"


DENIED = re.compile("permission denied|must be owner")
FORBIDDEN = [
    "DROP TABLE posts",
    "TRUNCATE posts",
    "CREATE TABLE more (id int)",
    "CREATE ROLE more",
    "ALTER TABLE posts ADD more int",
]


async def given(server: Postgres) -> str:
    """The application's url of a database with the two roles, which the owner has brought to the newest schema."""
    url = make_url(server.new_database())
    connection = await asyncpg.connect(url.render_as_string())
    await connection.execute(ROLES.read_text())
    await connection.close()
    environment = {**os.environ, "DOZOR_DATABASE__URL": url.set(username="dozor_owner").render_as_string()}
    config = server.data.parent / "config.toml"
    config.touch()
    command = [sys.executable, "-m", "bot", "migrate", "--config", str(config)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0
    return url.set(username="dozor_app").render_as_string()


async def test_the_applications_role_is_enough_for_posts_alerts_and_the_schedule(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:  # roles belong to the whole server
        engine = create_engine(await given(server))
        sessions = create_sessions(engine)
        await watch(sessions)
        await subscribe(sessions, "посольство")
        assert (await arrive(sessions, arrival(1, "У посольства тихо"))).owed == 1
        async with sessions.begin() as session:
            await budget.beat(session, "relay", 42, 30, Use(30))
            (parcel,) = await claims.claim(session, "relay", NOW, 10, joined_from=4, limits=Limits())
            await outbox.settle_sent(session, [(parcel, Sent(1))], NOW)
        later = NOW + timedelta(days=100)
        schedule = Schedule(sessions, keep=timedelta(days=90), clock=lambda: later)
        await schedule._forget_old()
        await schedule._remove_old_posts()
        async with sessions() as session:
            assert await session.scalar(text("SELECT count(*) FROM posts")) == 0
        for statement in FORBIDDEN:
            async with engine.connect() as connection:
                with pytest.raises(ProgrammingError, match=DENIED):
                    await connection.execute(text(statement))
        await engine.dispose()


@pytest.mark.timeout(300)
async def test_the_product_runs_with_the_applications_role(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        async with fleet(tmp_path, await given(server)) as ships:
            for role in ("listener", "relay", "schedule"):
                await ships.start(role, role)
            await ships.ready()
            channel = ships.sandbox.world.add_channel("rian_ru", "РИА")
            reader = ships.sandbox.chats.add_person("Reader")
            await ships.subscribe([reader], "посольство")
            await ships.watch(channel)
            ships.sandbox.world.publish(channel, "У посольства снова люди")
            messages = ships.sandbox.chats.chats[reader.id].messages
            await until(lambda: any("посольства" in str(each.get("text")) for each in messages.values()))
