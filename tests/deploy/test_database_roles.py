"""What `deploy/postgresql.sql` grants is enough to run, and not enough to change the schema."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ProgrammingError

from bot.schedule import Schedule
from monitor import budget, claims, migration, outbox
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


PASSWORDS = ROLES.with_name("passwords.sql")
REFUSED = (
    "dozor: The database is to be changed, and this role of PostgreSQL's may not: run `dozor migrate` as the owner of the"
    " database.\n"
)
DENIED = re.compile("permission denied|must be owner")
FORBIDDEN = [
    "DROP TABLE posts",
    "TRUNCATE posts",
    "CREATE TABLE more (id int)",
    "CREATE ROLE more",
    "ALTER TABLE posts ADD more int",
]


async def made(server: Postgres) -> URL:
    """An empty database with the two roles."""
    url = make_url(server.new_database())
    connection = await asyncpg.connect(url.render_as_string())
    await connection.execute(ROLES.read_text())
    await connection.close()
    return url


async def dozor(server: Postgres, url: URL, *arguments: str) -> tuple[int | None, str]:
    """Run the command line on this database: its exit code, and what it said."""
    config = server.data.parent / "config.toml"
    config.touch()
    chosen = {"DOZOR_DATABASE__URL": url.render_as_string(hide_password=False), "DOZOR_BOT__TOKEN": "42:TOKEN"}
    environment = {**os.environ, **chosen, "DOZOR_BOT__API_URL": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "bot", *arguments, "--config", str(config)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


async def given(server: Postgres) -> str:
    """The application's url of a database with the two roles, which the owner has brought to the newest schema."""
    url = await made(server)
    code, said = await dozor(server, url.set(username="dozor_owner"), "migrate")
    assert code == 0, said
    return url.set(username="dozor_app").render_as_string()


async def change(url: URL, do: Callable[[Connection], object]) -> None:
    """Change the database as its owner."""
    engine = create_engine(url.set(username="dozor_owner").render_as_string())
    async with engine.begin() as connection:
        await connection.run_sync(do)
    await engine.dispose()


async def test_who_may_not_change_the_database_is_told_who_may(tmp_path: Path) -> None:
    with start_postgres(tmp_path) as server:
        url = await made(server)
        app = url.set(username="dozor_app")
        assert await dozor(server, app, "run", "schedule") == (1, REFUSED)
        await change(url, lambda connection: migration.upgrade_to(connection, "0027"))
        for command in (("run", "schedule"), ("migrate",)):
            assert await dozor(server, app, *command) == (1, REFUSED)
        assert (await dozor(server, url.set(username="dozor_owner"), "migrate"))[0] == 0
        await change(url, lambda connection: connection.execute(text("UPDATE index_state SET keys_version = 0")))
        assert await dozor(server, app, "run", "schedule") == (1, REFUSED)
        assert (await dozor(server, url.set(username="dozor_owner"), "migrate"))[0] == 0
        assert await dozor(server, app, "search", "баку") == (0, "")


async def test_the_container_gives_each_role_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = {"owner": "an owner's ' word", "app": "an \\ app's"}
    for role, password in passwords.items():
        monkeypatch.setenv(f"POSTGRES_{role.upper()}_PASSWORD", password)
    with start_postgres(tmp_path) as server:
        url = make_url(server.new_database())
        for path in (ROLES, PASSWORDS):
            file = shutil.copy(path, server.data.parent)
            server.run("psql", "--quiet", "--dbname", url.render_as_string(), "--file", file)
        rules = "host all dozor 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (server.data / "pg_hba.conf").write_text(rules)
        server.run("psql", "--quiet", "--dbname", url.render_as_string(), "--command", "SELECT pg_reload_conf()")
        for role, password in passwords.items():
            mine = url.set(username=f"dozor_{role}", password=password)
            code, said = await dozor(server, mine, "migrate")
            assert code == 0, said
            (other,) = set(passwords.values()) - {password}
            code, said = await dozor(server, mine.set(password=other), "migrate")
            assert code == 1
            assert "password authentication failed" in said


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
