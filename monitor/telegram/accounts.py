"""Signing an account in, and what Telegram says when it is not (any more).

The caller owns the terminal: it hands in functions that ask for a code or a password, or show an address to scan.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient, errors, functions, types

from monitor.accounts import LIMIT, PREMIUM_LIMIT
from monitor.errors import MonitorError

Ask = Callable[[], Awaitable[str]]
Show = Callable[[str], Awaitable[None]]

QR_CODES = 10
"""How many codes are shown before giving up; Telegram lets each live for about half a minute."""


class NotSignedInError(MonitorError):
    """The account is not signed in: run `dozor login`."""

    code = "not_signed_in"


class SessionRevokedError(MonitorError):
    """Telegram ended this session, or it was used from two places at once: sign in again."""

    code = "session_revoked"


class BannedError(MonitorError):
    """Telegram has banned or frozen this account."""

    code = "account_banned"


class WrongPhoneError(MonitorError):
    """Telegram does not know this phone number."""

    code = "wrong_phone"


class WrongCodeError(MonitorError):
    """The code is wrong or has expired."""

    code = "wrong_code"


class WrongPasswordError(MonitorError):
    """The password of two-step verification is wrong."""

    code = "wrong_password"


class LoginTimeoutError(MonitorError):
    """Nobody scanned the code in time."""

    code = "login_timeout"


class TooManyRequestsError(MonitorError):
    """Telegram asks to wait before the next attempt."""

    code = "too_many_requests"


@dataclass(frozen=True, slots=True)
class Person:
    """Who an account is."""

    id: int
    name: str
    username: str | None


async def whoami(client: TelegramClient) -> Person:
    """The person behind a connected client. Raises NotSignedInError, SessionRevokedError, BannedError."""
    try:
        users = await client(functions.users.GetUsersRequest([types.InputUserSelf()]))
    except errors.RPCError as error:
        raise account_error(error) from error
    return _person(users[0])


async def room(client: TelegramClient) -> int:
    """How many channels the account may be in. Raises Telethon's errors."""
    (user,) = await client(functions.users.GetUsersRequest([types.InputUserSelf()]))
    return PREMIUM_LIMIT if user.premium else LIMIT


async def sign_in_by_code(client: TelegramClient, phone: str, ask_code: Ask, ask_password: Ask) -> Person:
    """Sign a connected client in by the code that Telegram sends to the phone's other apps.

    Raises WrongPhoneError, WrongCodeError, WrongPasswordError, BannedError, TooManyRequestsError.
    """
    try:
        sent = await client.send_code_request(phone)
        code = await ask_code()
        try:
            user = await client.sign_in(phone, code.strip(), phone_code_hash=sent.phone_code_hash)
        except errors.SessionPasswordNeededError:
            user = await client.sign_in(password=await ask_password())
    except errors.RPCError as error:
        raise account_error(error) from error
    return _person(user)


async def sign_in_by_qr(client: TelegramClient, show: Show, ask_password: Ask) -> Person:
    """Sign a connected client in by an address that another of the person's apps scans; a new one is shown on expiry.

    Raises LoginTimeoutError, WrongPasswordError, BannedError, TooManyRequestsError.
    """
    try:
        try:
            user = await _scanned(client, show)
        except errors.SessionPasswordNeededError:
            user = await client.sign_in(password=await ask_password())
    except errors.RPCError as error:
        raise account_error(error) from error
    return _person(user)


async def _scanned(client: TelegramClient, show: Show) -> Any:
    login = await client.qr_login()
    for _ in range(QR_CODES):
        await show(login.url)
        try:
            return await login.wait()
        except TimeoutError:
            await login.recreate()
    raise LoginTimeoutError


def account_error(error: Exception) -> MonitorError | Exception:
    """What an error of Telegram means for the account; the error itself if it is not about the account."""
    for kinds, meaning in MEANINGS:
        if isinstance(error, kinds):
            return meaning()
    if isinstance(error, errors.FloodError):
        return TooManyRequestsError(seconds=error.seconds)
    return error


def fail_for_good(error: Exception) -> None:
    """Raise what needs a person before this account can listen again; return for all else."""
    meaning = account_error(error)
    if isinstance(meaning, MonitorError) and not isinstance(meaning, TooManyRequestsError):
        raise meaning from error


# The first that fits counts: the special cases stand before their families.
MEANINGS: tuple[tuple[tuple[type[Exception], ...], type[MonitorError]], ...] = (
    (
        (
            errors.UserDeactivatedBanError,
            errors.UserDeactivatedError,
            errors.PhoneNumberBannedError,
            errors.FrozenMethodInvalidError,
        ),
        BannedError,
    ),
    ((errors.PhoneNumberInvalidError, errors.PhoneNumberUnoccupiedError), WrongPhoneError),
    (
        (
            errors.PhoneCodeInvalidError,
            errors.PhoneCodeExpiredError,
            errors.PhoneCodeEmptyError,
            errors.PhoneCodeHashEmptyError,
        ),
        WrongCodeError,
    ),
    ((errors.PasswordHashInvalidError,), WrongPasswordError),
    ((errors.AuthKeyUnregisteredError, errors.SessionPasswordNeededError), NotSignedInError),
    ((errors.UnauthorizedError, errors.AuthKeyDuplicatedError, errors.AuthKeyNotFound), SessionRevokedError),
)


def _person(user: Any) -> Person:
    name = " ".join(part for part in (user.first_name, user.last_name) if part)
    return Person(id=user.id, name=name, username=user.username)
