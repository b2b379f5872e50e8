"""A client points where it is told, and guards its session file."""

import stat
from pathlib import Path

import pytest
import rsa

from monitor.account_lock import SessionFolderError
from monitor.telegram.client import Endpoint, PublicKeyError, create_client


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_session_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    client = create_client(tmp_path / "accounts" / "news.session", 1, "hash")
    assert mode(tmp_path / "accounts" / "news.session") == 0o600
    client.session.close()


async def test_a_session_named_without_its_ending_is_the_same_file(tmp_path: Path) -> None:
    client = create_client(tmp_path / "news", 1, "hash")
    assert client.session.filename == str(tmp_path / "news.session")
    assert mode(tmp_path / "news.session") == 0o600
    client.session.close()


async def test_a_test_data_centre_is_set_once_and_remembered(tmp_path: Path) -> None:
    public, _ = rsa.newkeys(512)
    key = tmp_path / "key.pem"
    key.write_bytes(public.save_pkcs1())
    endpoint = Endpoint(2, "127.0.0.1", 4430, key)
    for _ in range(2):
        client = create_client(tmp_path / "news.session", 1, "hash", endpoint)
        session = client.session
        assert (session.dc_id, session.server_address, session.port) == (2, "127.0.0.1", 4430)
        session.save()
        session.close()


async def test_a_broken_key_is_said_in_one_sentence(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("not a key")
    with pytest.raises(PublicKeyError) as caught:
        create_client(tmp_path / "news.session", 1, "hash", Endpoint(2, "127.0.0.1", 1, key))
    assert caught.value.params == {"path": str(key)}


async def test_a_session_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionFolderError):
        create_client(tmp_path / "file" / "news.session", 1, "hash")
