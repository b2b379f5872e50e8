"""Session files, plain and encrypted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from monitor.sealing import Seal, WrongKeyError
from monitor.telegram import accounts
from monitor.telegram.client import Endpoint, PromptClient, connect, create_client
from monitor.telegram.sessions import SealedSession, SessionFileError, open_session, unseal
from sandbox.world import Account

FILE = "reader.session"


@pytest.fixture
def seal() -> Seal:
    return Seal(Fernet.generate_key().decode())


@pytest.fixture
def file(signed_in: Callable[[], PromptClient], tmp_path: Path) -> Path:
    """A plain file of Telethon's, signed in."""
    assert signed_in is not None
    return tmp_path / FILE


def content(file: Path) -> bytes:
    return file.read_bytes()


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


async def name_of(file: Path, endpoint: Endpoint, seal: Seal | None) -> str:
    """Who the session belongs to, as Telegram says."""
    client = create_client(file, 1, "hash", endpoint, seal=seal)
    await connect(client)
    try:
        return (await accounts.whoami(client)).name
    finally:
        await client.disconnect()


async def test_a_plain_session_is_encrypted_once_and_goes_on_working(
    file: Path, endpoint: Endpoint, seal: Seal, account: Account
) -> None:
    plain = content(file)
    assert await name_of(file, endpoint, None) == account.first_name
    assert await name_of(file, endpoint, seal) == account.first_name
    sealed = content(file)
    assert not sealed.startswith(b"SQLite")
    assert plain[100:] not in sealed
    assert mode(file) == 0o600
    assert await name_of(file, endpoint, seal) == account.first_name
    assert content(file) == sealed


async def test_the_key_to_the_account_is_not_in_an_encrypted_file(file: Path, seal: Seal) -> None:
    session = open_session(file, seal)
    assert isinstance(session, SealedSession)
    assert session.auth_key is not None
    assert session.auth_key.key not in content(file)


async def test_without_the_key_or_with_another_one_nothing_is_opened_or_lost(file: Path, seal: Seal) -> None:
    open_session(file, seal)
    sealed = content(file)
    with pytest.raises(WrongKeyError, match="there is no"):
        open_session(file, None)
    with pytest.raises(WrongKeyError, match="another key"):
        open_session(file, Seal(Fernet.generate_key().decode()))
    assert content(file) == sealed


async def test_an_encrypted_session_becomes_plain_again(
    file: Path, endpoint: Endpoint, seal: Seal, account: Account
) -> None:
    open_session(file, seal)
    assert unseal(file, seal) is True
    assert content(file).startswith(b"SQLite")
    assert mode(file) == 0o600
    assert await name_of(file, endpoint, None) == account.first_name
    assert unseal(file, seal) is False


async def test_a_new_session_is_encrypted_from_its_first_moment(tmp_path: Path, endpoint: Endpoint, seal: Seal) -> None:
    client = create_client(tmp_path / "new", 1, "hash", endpoint, seal=seal)
    await connect(client)
    with pytest.raises(accounts.NotSignedInError):
        await accounts.whoami(client)
    await client.disconnect()
    assert client.session.auth_key.key not in (content := (tmp_path / "new.session").read_bytes())
    assert content.startswith(b"dozor-sealed-session-1\n")


async def test_a_file_that_is_no_session_is_left_alone(tmp_path: Path, seal: Seal) -> None:
    file = tmp_path / FILE
    file.write_text("a letter to somebody, rather long, so that it could be taken for a database" * 100)
    for _ in range(2):
        with pytest.raises(SessionFileError):
            open_session(file, seal)
    assert file.read_text().startswith("a letter")
