"""What people type when they mean a channel."""

import pytest
from telethon import errors

from monitor.telegram.joining import (
    ChannelId,
    ChannelNotFoundError,
    ChannelPrivateError,
    Invite,
    TooManyChannelsError,
    Username,
    channel_error,
    parse_target,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("@rian_ru", Username("rian_ru")),
        (" rian_ru ", Username("rian_ru")),
        ("https://t.me/rian_ru", Username("rian_ru")),
        ("t.me/s/rian_ru", Username("rian_ru")),
        ("https://t.me/rian_ru/1234?single", Username("rian_ru")),
        ("https://t.me/+AbC-d_1", Invite("AbC-d_1")),
        ("t.me/joinchat/AbCd", Invite("AbCd")),
        ("-1001234567", ChannelId(1234567)),
        ("1234567", ChannelId(1234567)),
    ],
)
def test_a_channel_may_be_named_in_every_usual_way(typed: str, meant: Username | Invite | ChannelId) -> None:
    assert parse_target(typed) == meant


@pytest.mark.parametrize("typed", ["", "@", "not a channel", "https://example.org/x", "@1abc", "t.me/", "@" + "a" * 40])
def test_what_names_no_channel_is_refused_before_telegram_is_asked(typed: str) -> None:
    with pytest.raises(ChannelNotFoundError):
        parse_target(typed)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (errors.UsernameNotOccupiedError(None), ChannelNotFoundError),
        (errors.ChannelPrivateError(None), ChannelPrivateError),
        (errors.ChannelsTooMuchError(None), TooManyChannelsError),
    ],
)
def test_an_error_of_telegram_says_what_is_wrong_with_the_channel(error: Exception, meaning: type[Exception]) -> None:
    translated = channel_error(error, "@name")
    assert isinstance(translated, meaning)
    assert translated.params == {"target": "@name"}


def test_an_error_that_is_not_about_the_channel_stays_itself() -> None:
    error = errors.ServerError(None, "INTERNAL", 500)
    assert channel_error(error, "@name") is error
