"""`dozor check`: a line for each thing that has to work; secrets are never shown."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aiogram.exceptions import TelegramNetworkError, TelegramUnauthorizedError
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import clock
from bot.cli.opening import opened
from bot.delivery_bot import BadTokenError, create_bot
from bot.files import exposed
from bot.listening import client_for
from bot.log_filter import scrub
from bot.secrecy import secrets_of
from bot.settings import AccountSettings, Settings, chosen_file, load
from monitor import coverage, expiry, migration
from monitor.account_lock import AccountInUseError, account_lock
from monitor.coverage import Covered
from monitor.database import create_sessions, reach
from monitor.errors import MonitorError
from monitor.models import Account
from monitor.telegram import accounts
from monitor.telegram.client import connect

MARKS = {True: "[red]✗[/red]", False: "[green]✓[/green]", None: "[yellow]![/yellow]"}
NO_ADMINS = (
    "none, so nobody may watch a channel: send /start to the bot, and put the user that its log names into [bot] admins"
)
Check = tuple[str, Callable[[], Awaitable[str]]]


async def check(path: Path | None) -> int:
    """Run all checks and print a line each; 1 if one failed."""
    console = Console(highlight=False)
    failed = 0
    secrets = _known_secrets(path)
    async for name, problem, detail in _results(path):
        console.print(MARKS[problem], escape(f"{name}: {scrub(detail, secrets)}"), soft_wrap=True)
        failed += bool(problem)
    await _show_channels(path, console)
    return 1 if failed else 0


def _known_secrets(path: Path | None) -> list[str]:
    with suppress(MonitorError):  # it is told of as the first thing that was looked at
        return secrets_of(load(path))
    return []


async def _show_channels(path: Path | None, console: Console) -> None:
    """How each channel is covered; nothing where the database has said already what is wrong with it."""
    with suppress(Exception):
        settings = load(path)
        async with opened(settings) as engine, create_sessions(engine)() as session:
            watched = await coverage.report(session)
        if watched:
            console.print(_table(watched))


def _table(watched: Sequence[Covered]) -> Table:
    table = Table("channel", "account", "behind", "last post", "compared", "by push", "without", "", box=SIMPLE)
    for each in watched:
        channel = each.channel
        name = f"@{channel.username}" if channel.username else channel.title
        figures = (
            str(each.behind),
            _when(each.last),
            _when(channel.checked_at),
            str(channel.pushed),
            str(channel.found),
        )
        table.add_row(escape(name), each.account or "[red]none[/red]", *figures, ", ".join(_remarks(each)))
    return table


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _remarks(covered: Covered) -> Iterator[str]:
    if covered.channel.silent_since is not None:
        yield "silent"
    if covered.behind:
        yield "gap being filled"
    if covered.history is not None:
        yield f"old posts: {covered.history.posts} so far"
    if covered.polled:
        yield "polled"
    if covered.channel.aliases:
        yield f"also {', '.join(f'@{name}' for name in covered.channel.aliases)}"


async def _results(path: Path | None) -> AsyncIterator[tuple[str, bool | None, str]]:
    """(what was looked at, whether it fails or None for a warning, what there is to say of it)."""
    try:
        settings = load(path)
    except MonitorError as error:
        yield "configuration", True, str(error)
        return
    yield "configuration", False, "read"
    for sentence in exposed(settings, chosen_file(path)):
        yield "files", None, sentence
    if not settings.bot.admins:
        yield "admins", None, NO_ADMINS
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
    return [
        ("database", lambda: _database(settings)),
        *mtproto,
        ("bot", lambda: _bot(settings)),
        ("clock", lambda: _clock(settings)),
    ]


async def _database(settings: Settings) -> str:
    async with opened(settings) as engine:
        await reach(engine)
        if await migration.version(engine) is None:
            return f"{engine.dialect.name}, empty: the first `dozor run` sets it up"
        current = await migration.is_current(engine)
        if not current:
            raise MonitorError("The schema is not the newest one: run `dozor migrate`.")
        archive = await _archive(engine, settings.storage.keep_days)
    return f"{engine.dialect.name}, schema {migration.newest()}; {archive}"


async def _archive(engine: AsyncEngine, keep_days: int) -> str:
    """Of which time posts are there, and how long they are kept."""
    async with create_sessions(engine)() as session:
        span = await expiry.span(session)
    kept = f"kept for {keep_days} days" if keep_days else "kept for ever"
    return f"posts of {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}, {kept}" if span else f"no posts yet; they are {kept}"


async def _account(settings: Settings, account: AccountSettings) -> str:
    """A session that is in use is not used a second time; what its listener has last written down is said."""
    async with opened(settings) as engine:
        try:
            async with account_lock(engine, account.name, account.session):
                return await _signed_in(settings, account)
        except AccountInUseError:
            async with create_sessions(engine)() as session:
                return _listens(await session.get(Account, account.name))


async def _signed_in(settings: Settings, account: AccountSettings) -> str:
    client = client_for(settings, account)
    await connect(client)
    try:
        person = await accounts.whoami(client)
        clock.require_right(-client.clock_lag)
    finally:
        await client.disconnect()
    return f"signed in as {person.name}"


def _listens(known: Account | None) -> str:
    if known is None:
        return "another process listens with it"
    waits = "".join(f"; Telegram lets it make no {name} until {until}" for name, until in (known.waits or {}).items())
    return f"another process listens with it, last seen at {known.seen_at:%H:%M:%S} UTC{waits}"


async def _clock(settings: Settings) -> str:
    ahead = await clock.lead(settings.bot.api_url)
    if ahead is None:
        return "the Bot API does not tell the time"
    clock.require_right(ahead)
    return "right to a minute"


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
