"""`dozor check`: a line for each thing that has to work; secrets are never shown."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiogram.exceptions import TelegramNetworkError, TelegramUnauthorizedError
from rich.console import Console
from rich.markup import escape

from bot.delivery_bot import BadTokenError, create_bot
from bot.listening import client_for
from bot.log_filter import scrub
from bot.settings import AccountSettings, Settings, load
from monitor import migration
from monitor.database import create_engine, reach
from monitor.errors import MonitorError
from monitor.telegram import accounts
from monitor.telegram.client import connect

Check = tuple[str, Callable[[], Awaitable[str]]]


async def check(path: Path | None) -> int:
    """Run all checks and print a line each; 1 if one failed."""
    console = Console(highlight=False)
    failed = 0
    async for name, problem, detail in _results(path):
        mark = "[red]✗[/red]" if problem else "[green]✓[/green]"
        console.print(mark, escape(f"{name}: {scrub(detail)}"), soft_wrap=True)
        failed += problem
    return 1 if failed else 0


async def _results(path: Path | None) -> AsyncIterator[tuple[str, bool, str]]:
    try:
        settings = load(path)
    except MonitorError as error:
        yield "configuration", True, str(error)
        return
    yield "configuration", False, "read"
    for name, run in _checks(settings):
        try:
            yield name, False, await run()
        except Exception as error:
            yield name, True, (str(error) or type(error).__name__).splitlines()[0]


def _checks(settings: Settings) -> list[Check]:
    mtproto: list[Check] = [
        (f"account {account.name}", lambda account=account: _account(settings, account))  # type: ignore[misc]
        for account in settings.telegram.accounts
    ]
    return [("database", lambda: _database(settings)), *mtproto, ("bot", lambda: _bot(settings))]


async def _database(settings: Settings) -> str:
    engine = create_engine(settings.database.url.get_secret_value())
    try:
        await reach(engine)
        current = await migration.is_current(engine)
    finally:
        await engine.dispose()
    if not current:
        raise MonitorError("The schema is not the newest one: run `dozor migrate`.")
    return f"{engine.dialect.name}, schema {migration.newest()}"


async def _account(settings: Settings, account: AccountSettings) -> str:
    client = client_for(settings.telegram, account)
    await connect(client)
    try:
        person = await accounts.whoami(client)
    finally:
        await client.disconnect()
    return f"signed in as {person.name}"


async def _bot(settings: Settings) -> str:
    bot = create_bot(settings.bot)
    try:
        return f"@{(await bot.me()).username}"
    except TelegramUnauthorizedError:
        raise BadTokenError from None
    except TelegramNetworkError:
        raise MonitorError(f"The Bot API at {settings.bot.api_url} cannot be reached: check the network.") from None
    finally:
        await bot.session.close()
