"""The bot as it runs, on real SQLite and a scripted Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiogram import Bot
from aiogram.utils.backoff import BackoffConfig

from bot.dispatcher import create_dispatcher
from bot.polling import Polling
from bot.settings import BotSettings
from monitor.database import Sessions, create_sessions
from monitor.limits import Limits
from tests.bot.telegram import TOKEN, Chat, ScriptedTelegram
from tests.conftest import NOW

ADMIN = 1
PROMPT = BackoffConfig(min_delay=0.001, max_delay=0.002, factor=1.5, jitter=0)

Running = Callable[..., AbstractAsyncContextManager[ScriptedTelegram]]


@pytest.fixture
def running(sqlite_sessions: Sessions) -> Running:
    """Start the bot with these settings; ends with it stopped cleanly."""

    @asynccontextmanager
    async def run(
        telegram: ScriptedTelegram | None = None,
        access: str = "open",
        feeds_url: str | None = None,
        limits: Limits | None = None,
    ) -> AsyncIterator[ScriptedTelegram]:
        telegram = telegram or ScriptedTelegram()
        bot = Bot(TOKEN, session=telegram)
        settings = BotSettings.model_validate({"admins": [ADMIN], "access": access})
        sessions = create_sessions(sqlite_sessions.engine, limits) if limits else sqlite_sessions
        dispatcher = create_dispatcher(sessions, settings, feeds_url=feeds_url, clock=lambda: NOW)
        polling = Polling(bot, dispatcher, backoff=PROMPT)
        task = asyncio.create_task(polling.run())
        try:
            yield telegram
        finally:
            polling.stop()
            await task

    return run


@pytest.fixture
async def telegram(running: Running) -> AsyncIterator[ScriptedTelegram]:
    """The bot runs and is open to everybody."""
    async with running() as scripted:
        yield scripted


@pytest.fixture
def reader(telegram: ScriptedTelegram) -> Chat:
    return Chat(telegram)


@pytest.fixture
def admin(telegram: ScriptedTelegram) -> Chat:
    return Chat(telegram, user=ADMIN)
