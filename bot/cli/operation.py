"""`dozor run`, `login`, `check`, `migrate`, `demo`: running the product."""

import asyncio
import logging
import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass
from typing import Any

from bot.cli.archive import complete_index
from bot.cli.keeping import copy_from
from bot.cli.opening import opened
from bot.secrecy import seal_of, secrets_of
from bot.settings import AccountSettings, Settings, chosen_file, load
from monitor import migration
from monitor.account_lock import account_lock
from monitor.database import create_sessions, reach
from monitor.errors import MonitorError
from monitor.telegram import accounts
from monitor.telegram.client import connect

ROLES = ("listener", "commands", "relay", "schedule")


class UnknownAccountError(MonitorError):
    """There is no such account in the settings: add it under [[telegram.accounts]]."""

    code = "unknown_account"


def add_run(parser: ArgumentParser) -> None:
    """Arguments of `dozor run`."""
    parser.add_argument("roles", nargs="*", metavar="ROLE", help=f"{', '.join(ROLES)} (default: all)")
    parser.add_argument("--account", metavar="NAME", help="listen with this account only")
    parser.add_argument(
        "--wait",
        action="store_true",
        help="where another process does the same, and only one may, take its place when it ends: for upgrades",
    )
    parser.set_defaults(run=_run)


def add_login(parser: ArgumentParser) -> None:
    """Arguments of `dozor login`."""
    parser.add_argument("--qr", action="store_true", help="scan a code with the Telegram app instead of typing one")
    parser.add_argument("--account", metavar="NAME", help="which account (default: the first)")
    parser.set_defaults(run=lambda options: asyncio.run(_login(load(options.config), options.account, options.qr)))


def add_check(parser: ArgumentParser) -> None:
    """Arguments of `dozor check`."""
    parser.set_defaults(run=_check)


def add_migrate(parser: ArgumentParser) -> None:
    """Arguments of `dozor migrate`."""
    parser.add_argument(
        "--from", dest="source", metavar="URL", help="copy this SQLite database (sqlite:///FILE) into it"
    )
    parser.set_defaults(run=lambda options: asyncio.run(_migrate(load(options.config), options.source)))


def add_demo(parser: ArgumentParser) -> None:
    """Arguments of `dozor demo`."""
    parser.add_argument("--once", action="store_true", help="play the story through and exit 0 if every alert arrived")
    parser.add_argument(
        "--say", metavar="TEXT", help="say this to the bot of a demo that is running, and show its answer"
    )
    parser.set_defaults(run=_demo)


def _run(options: Namespace) -> int:
    from bot import lean

    lean.import_aiogram()
    from bot import app
    from bot.files import exposed
    from bot.log_filter import configure_logging

    unknown = [role for role in options.roles if role not in ROLES]
    if unknown:
        raise MonitorError(f"There is no role {unknown[0]}: choose from {', '.join(ROLES)}.")
    settings = load(options.config)
    configure_logging(settings.log.level, settings.log.format, secrets_of(settings))
    seal_of(settings.security)  # what is wrong with the key is said before anything begins
    for sentence in exposed(settings, chosen_file(options.config)):
        logging.getLogger(__name__).warning("%s", sentence)
    chosen = _with_account(settings, options.account)
    asyncio.run(app.run(chosen, [app.Role(role) for role in options.roles or ROLES], waits=options.wait))
    return 0


def _demo(options: Namespace) -> int:
    from bot.cli import demo

    return asyncio.run(demo.say(options.say) if options.say else demo.play(once=options.once))


def _check(options: Namespace) -> int:
    from bot.cli import health

    return asyncio.run(health.check(options.config))


async def _migrate(settings: Settings, source: str | None) -> None:
    if source is not None:
        await copy_from(settings, source)
        return
    async with opened(settings) as engine:
        await reach(engine)
        changed = await migration.upgrade(engine)
        await complete_index(create_sessions(engine))
    sys.stdout.write(f"The schema {'is now' if changed else 'was already'} at version {migration.newest()}.\n")


async def _login(settings: Settings, name: str | None, by_qr: bool) -> None:
    """Sign in, unless a process uses the session already: used from two places, Telegram ends it for good."""
    from bot.listening import client_for

    account = _account(settings, name)
    async with opened(settings) as engine:
        await reach(engine)
        async with account_lock(engine, account.name, account.session):
            client = client_for(settings, account)
            await connect(client)
            try:
                person = await _sign_in(client, account, by_qr)
            finally:
                await client.disconnect()
    sys.stdout.write(f"Account {account.name} is signed in as {person.name}.\n")


async def _sign_in(client: Any, account: AccountSettings, by_qr: bool) -> accounts.Person:
    try:
        return await accounts.whoami(client)
    except accounts.NotSignedInError:
        logging.getLogger(__name__).debug("signing in")
    if by_qr:
        return await accounts.sign_in_by_qr(client, _show_qr, _ask_password)
    phone = account.phone or await _ask("Phone number, with +: ")
    return await accounts.sign_in_by_code(client, phone, lambda: _ask("Code that Telegram sent you: "), _ask_password)


async def _show_qr(url: str) -> None:
    import qrcode
    from rich.console import Console

    console = Console()
    console.print("In the Telegram app: Settings → Devices → Link Desktop Device, and scan:")
    code = qrcode.QRCode(border=1)
    code.add_data(url)
    code.print_ascii(out=console.file, invert=True)
    console.print(url)


async def _ask(question: str) -> str:
    return (await asyncio.to_thread(input, question)).strip()


async def _ask_password() -> str:
    return await asyncio.to_thread(getpass, "Password of two-step verification: ")


def _account(settings: Settings, name: str | None) -> AccountSettings:
    for account in settings.telegram.accounts:
        if name in (None, account.name):
            return account
    wanted = f"account {name}" if name else "account"
    raise UnknownAccountError(f"There is no {wanted} in the settings: add it under [[telegram.accounts]].")


def _with_account(settings: Settings, name: str | None) -> Settings:
    if name is None:
        return settings
    telegram = settings.telegram.model_copy(update={"accounts": (_account(settings, name),)})
    return settings.model_copy(update={"telegram": telegram})
