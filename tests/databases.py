"""Databases in the newest schema, each a copy of one that was brought to it once in this process."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor import migration
from monitor.database import create_engine
from tests.postgres import Postgres


def new_sqlite(file: Path) -> str:
    """A new database in this file, for its owner only; its url."""
    file.touch(mode=0o600)
    file.write_bytes(_sqlite())
    return f"sqlite:///{file}"


def new_postgres(server: Postgres) -> str:
    """A new database of this server; its url."""
    if server.template is None:
        url = server.new_database()
        _upgrade(url)
        server.template = url.rpartition("/")[2]
    return server.new_database(server.template)


@contextmanager
def temporary_postgres(server: Postgres) -> Iterator[str]:
    """The url of a new database of this server, which is dropped at the end."""
    url = new_postgres(server)
    yield url
    server.drop_database(url)


@cache
def _sqlite() -> bytes:
    with TemporaryDirectory(prefix="dozor-newest-") as folder:
        file = Path(folder, "newest.db")
        _upgrade(f"sqlite:///{file}")
        assert [file] == list(file.parent.iterdir())
        return file.read_bytes()


def _upgrade(url: str) -> None:
    """In a loop of its own: who asks may be in one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _upgrade_and_close(url)).result()


async def _upgrade_and_close(url: str) -> None:
    engine = create_engine(url)
    await migration.upgrade(engine)
    await engine.dispose()
