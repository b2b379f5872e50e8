"""Signing in against a server that asks for a code, a password, or a scan."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telethon import TelegramClient

from monitor.telegram.accounts import (
    NotSignedInError,
    WrongCodeError,
    WrongPasswordError,
    sign_in_by_code,
    sign_in_by_qr,
    whoami,
)
from monitor.telegram.client import Endpoint, create_client
from sandbox.mtproto.requests.auth import LOGIN_CODE
from sandbox.mtproto.server import Server
from sandbox.world import Account

PHONE = "+99450000002"


@pytest.fixture
def newcomer(telegram: Server) -> Account:
    return telegram.world.add_account(PHONE, "Newcomer", password="swordfish")


@pytest.fixture
async def client(endpoint: Endpoint, tmp_path: Path) -> AsyncIterator[TelegramClient]:
    client = create_client(tmp_path / "new.session", 1, "hash", endpoint)
    await client.connect()
    yield client
    await client.disconnect()


def answer(text: str):  # type: ignore[no-untyped-def]
    async def ask() -> str:
        return text

    return ask


def token_of(url: str) -> bytes:
    token = url.partition("token=")[2]
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


async def test_nobody_is_signed_in_at_first(client: TelegramClient, newcomer: Account) -> None:
    with pytest.raises(NotSignedInError):
        await whoami(client)


async def test_a_code_and_a_password_sign_in(telegram: Server, client: TelegramClient, newcomer: Account) -> None:
    async def ask_code() -> str:
        return LOGIN_CODE

    person = await sign_in_by_code(client, PHONE, ask_code, answer("swordfish"))
    assert (person.id, person.name) == (newcomer.id, "Newcomer")
    assert await whoami(client) == person


async def test_a_wrong_code_is_refused(client: TelegramClient, newcomer: Account) -> None:
    with pytest.raises(WrongCodeError):
        await sign_in_by_code(client, PHONE, answer("00000"), answer("swordfish"))


async def test_a_wrong_password_is_refused(telegram: Server, client: TelegramClient, newcomer: Account) -> None:
    async def ask_code() -> str:
        return LOGIN_CODE

    with pytest.raises(WrongPasswordError):
        await sign_in_by_code(client, PHONE, ask_code, answer("wrong"))


async def test_a_scanned_code_signs_in(telegram: Server, client: TelegramClient, newcomer: Account) -> None:
    async def show(url: str) -> None:
        assert url.startswith("tg://login?token=")
        telegram.accept_login(token_of(url), newcomer)

    person = await sign_in_by_qr(client, show, answer("swordfish"))
    assert person.id == newcomer.id
