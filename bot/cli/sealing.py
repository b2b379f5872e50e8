"""`dozor seal`: encrypts the session files, or a secret for the settings, with the key of [security]."""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass

from bot.settings import AccountSettings, Settings, load
from monitor.errors import MonitorError
from monitor.sealing import Seal, make_key


def add_seal(parser: ArgumentParser) -> None:
    """Arguments of `dozor seal`."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--undo", action="store_true", help="make the session files plain again")
    choice.add_argument(
        "--secret", action="store_true", help="ask for a secret and print it as it may stand in config.toml"
    )
    parser.set_defaults(run=_seal)


def _seal(options: Namespace) -> None:
    from bot.secrecy import seal_secret

    settings = load(options.config)
    seal = _key(settings, make=not options.undo)
    if options.secret:
        secret = getpass("The secret: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
        sys.stdout.write(f"{seal_secret(seal, secret)}\n")
        return
    for account in settings.telegram.accounts:
        sys.stdout.write(f"{account.session}: {_change(account, seal, undo=options.undo)}\n")


def _key(settings: Settings, *, make: bool) -> Seal:
    """What encrypts with the key of the settings; a key file that is not there is made first."""
    from bot.secrecy import seal_of

    file = settings.security.key_file
    if make and settings.security.key is None and file is not None and not file.exists():
        make_key(file)
        sys.stdout.write(
            f"{file} holds a new key. Keep a copy of it elsewhere: without it the accounts must sign in again.\n"
        )
    seal = seal_of(settings.security)
    if seal is None:
        raise MonitorError("There is no key: set [security] key_file to a file that `dozor seal` shall make.")
    return seal


def _change(account: AccountSettings, seal: Seal, *, undo: bool) -> str:
    """Encrypt an account's session, or make it plain; not while a process listens with it."""
    from monitor.account_lock import file_lock
    from monitor.telegram.sessions import open_session, unseal

    with file_lock(account.session, account.name):
        if undo:
            return "plain" if unseal(account.session, seal) else "was not encrypted"
        open_session(account.session, seal)
        return "encrypted"
