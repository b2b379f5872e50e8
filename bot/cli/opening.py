"""The database of the settings, for as long as a command needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.settings import Settings
from monitor.database import create_engine


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """An engine, closed at the end; whether the database can be reached is not asked."""
    engine = create_engine(settings.database.url.get_secret_value())
    try:
        yield engine
    finally:
        await engine.dispose()
