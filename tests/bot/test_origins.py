"""Whose updates are taken, by where they come from."""

from ipaddress import ip_network

import pytest
from aiogram.webhook.security import DEFAULT_TELEGRAM_NETWORKS

from bot.origins import Origins
from bot.settings import BotSettings

BY_DEFAULT = Origins(BotSettings().webhook_networks, BotSettings().webhook_proxies)
TELEGRAM, STRANGER = "149.154.167.220", "203.0.113.7"


def test_by_default_telegram_s_addresses_are_those_that_aiogram_knows() -> None:
    assert list(BotSettings().webhook_networks) == DEFAULT_TELEGRAM_NETWORKS


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        (TELEGRAM, []),
        ("91.108.7.255", []),
        (f"::ffff:{TELEGRAM}", []),
        ("127.0.0.1", []),
        ("::1", []),
        ("127.0.0.1", [TELEGRAM]),
        ("::ffff:127.0.0.1", [TELEGRAM]),
        ("172.18.0.1", [TELEGRAM]),
        ("fd00::2", [TELEGRAM]),
        ("10.0.0.5", [f"{STRANGER}, {TELEGRAM}"]),
        ("10.0.0.5", [STRANGER, TELEGRAM]),
        (TELEGRAM, [STRANGER]),
    ],
)
def test_telegram_is_heard(peer: str, forwarded: list[str]) -> None:
    assert BY_DEFAULT.admit(peer, forwarded)


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        (None, []),
        (STRANGER, []),
        ("2001:db8::1", []),
        ("149.154.176.0", []),
        ("172.18.0.1", []),
        (STRANGER, [TELEGRAM]),
        ("127.0.0.1", [STRANGER]),
        ("127.0.0.1", ["127.0.0.1"]),
        ("127.0.0.1", [f"{TELEGRAM}, {STRANGER}"]),
        ("127.0.0.1", [TELEGRAM, STRANGER]),
        ("127.0.0.1", [f"{TELEGRAM}, unknown"]),
        ("127.0.0.1", [""]),
        ("172.32.0.1", [TELEGRAM]),
    ],
)
def test_nobody_else_is(peer: str | None, forwarded: list[str]) -> None:
    assert not BY_DEFAULT.admit(peer, forwarded)


def test_a_proxy_and_a_bot_api_server_of_one_s_own_are_heard_where_they_are_named() -> None:
    origins = Origins([ip_network("203.0.113.7/32"), ip_network("2001:db8::/64")], [ip_network("198.51.100.0/24")])
    assert origins.admit("203.0.113.7")
    assert origins.admit("198.51.100.9", ["2001:db8::5"])
    assert not origins.admit(TELEGRAM)
    assert not origins.admit("172.18.0.1", ["203.0.113.7"]), "only the proxies that are named"


@pytest.mark.parametrize("peer", [None, STRANGER, "127.0.0.1"])
def test_without_networks_everybody_is(peer: str | None) -> None:
    assert Origins([], BotSettings().webhook_proxies).admit(peer, [STRANGER])
