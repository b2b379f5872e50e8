"""Two processes on one SQLite file, or with one session, whatever they call it: the second says so and stops."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from tests.databases import new_postgres, new_sqlite
from tests.fleet import Fleet, fleet

ROLES = ("listener", "commands", "relay", "schedule")
DATABASE = "Another process with the role {role} uses the database {file} already: stop it first."
ACCOUNT = "Another process listens with the account main already: stop it first."


async def refused(ships: Fleet, *roles: str, **settings: str) -> str:
    """What a second process says, which ends by itself."""
    async with asyncio.timeout(60):
        code, said = await ships.run("run", *roles, **settings)
    assert code == 1, said
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


@pytest.mark.timeout(300)
async def test_a_second_process_on_the_same_file_says_so_and_stops(tmp_path: Path) -> None:
    file, link, folder = tmp_path / "dozor.db", tmp_path / "link.db", tmp_path / "elsewhere"
    link.symlink_to(file)
    folder.symlink_to(tmp_path)
    async with fleet(tmp_path, f"sqlite:///{file}") as ships:
        await ships.start("first", *ROLES)
        await ships.ready()
        for role, roles, path in (
            ("commands", (), file),
            ("commands", (), link),
            ("relay", ("relay",), folder / file.name),
        ):
            said = await refused(ships, *roles, DOZOR_DATABASE__URL=f"sqlite:///{path}")
            assert said.endswith(DATABASE.format(role=role, file=file))
        accounts = json.dumps([{"name": "main", "session": str(folder / "main")}])
        assert (await refused(ships, "listener", DOZOR_TELEGRAM__ACCOUNTS=accounts)).endswith(ACCOUNT)
        assert ships.processes["first"].returncode is None
        assert await ships.end("first", signal.SIGTERM) == 0
        await ships.start("second", "relay", DOZOR_DATABASE__URL=f"sqlite:///{link}")
        await ships.ready()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_nobody_signs_in_with_a_session_that_a_process_listens_with(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    on_sqlite = kind == "sqlite"
    url = new_sqlite(tmp_path / "dozor.db") if on_sqlite else new_postgres(request.getfixturevalue("postgres"))
    async with fleet(tmp_path, url) as ships:
        await ships.start("listener", "listener")
        await ships.ready()
        session = tmp_path / "main.session"
        if kind == "postgresql":  # on another machine
            session = tmp_path / "other" / "main.session"
        accounts = json.dumps([{"name": "main", "session": str(session)}])
        assert await ships.run("login", DOZOR_TELEGRAM__ACCOUNTS=accounts) == (1, f"dozor: {ACCOUNT}\n")
        assert ships.processes["listener"].returncode is None
        await ships.end("listener", signal.SIGTERM)
        assert await ships.run("login") == (0, "Account main is signed in as Reader.\n")
