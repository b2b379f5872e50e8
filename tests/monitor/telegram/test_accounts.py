"""What Telegram's errors mean for an account."""

import pytest
from telethon import errors

from monitor.errors import MonitorError
from monitor.telegram.accounts import (
    BannedError,
    NotSignedInError,
    SessionRevokedError,
    TooManyRequestsError,
    WrongCodeError,
    WrongPasswordError,
    WrongPhoneError,
    account_error,
    fail_for_good,
)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (errors.UserDeactivatedBanError(None), BannedError),
        (errors.PhoneNumberBannedError(None), BannedError),
        (errors.PhoneNumberInvalidError(None), WrongPhoneError),
        (errors.PhoneCodeExpiredError(None), WrongCodeError),
        (errors.PasswordHashInvalidError(None), WrongPasswordError),
        (errors.AuthKeyUnregisteredError(None), NotSignedInError),
        (errors.SessionRevokedError(None), SessionRevokedError),
        (errors.SessionExpiredError(None), SessionRevokedError),
        (errors.AuthKeyDuplicatedError(None), SessionRevokedError),
        (errors.FloodWaitError(None, 30), TooManyRequestsError),
    ],
)
def test_an_error_of_telegram_becomes_what_a_person_can_act_on(error: Exception, meaning: type[MonitorError]) -> None:
    assert type(account_error(error)) is meaning


def test_an_error_of_the_server_says_nothing_about_the_account() -> None:
    error = errors.ServerError(None, "INTERNAL", 500)
    assert account_error(error) is error


@pytest.mark.parametrize("passing", [errors.FloodWaitError(None, 30), errors.ServerError(None, "X", 500), OSError()])
def test_what_passes_by_itself_does_not_stop_a_listener(passing: Exception) -> None:
    fail_for_good(passing)


def test_a_revoked_session_stops_a_listener() -> None:
    with pytest.raises(SessionRevokedError):
        fail_for_good(errors.SessionRevokedError(None))
