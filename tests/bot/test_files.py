"""Files with secrets that everybody can read or change."""

from pathlib import Path

import pytest

from bot.files import exposed
from bot.settings import Settings, load
from monitor import migration
from monitor.database import create_engine

SECRETS = (
    '[bot]\ntoken = "7:hidden"',
    '[telegram]\napi_hash = "0123"',
    '[http]\nmetrics_token = "hidden"',
    '[[telegram.accounts]]\nproxy = "socks5://user:hidden@host:1"',
    '[database]\nurl = "postgresql://user:hidden@host/name"',
)


def settings_of(path: Path, text: str, mode: int) -> Settings:
    path.write_text(text)
    path.chmod(mode)
    return load(path)


@pytest.mark.parametrize("text", SECRETS)
def test_a_settings_file_with_a_secret_is_named_with_the_command_that_hides_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "my config.toml"
    settings = settings_of(path, text, 0o644)
    (sentence,) = exposed(settings, path)
    assert sentence.endswith(f"chmod 600 '{path}'")
    assert "hidden" not in sentence
    path.chmod(0o640)
    assert exposed(settings, path) == []


@pytest.mark.parametrize(
    ("mode", "rights"), [(0o604, "read"), (0o602, "change"), (0o666, "read and change"), (0o660, ""), (0o601, "")]
)
def test_what_everybody_can_do_is_said(tmp_path: Path, mode: int, rights: str) -> None:
    path = tmp_path / "config.toml"
    said = [f"{path} holds secrets, and everybody on this machine can {rights} it: chmod 600 {path}"] if rights else []
    assert exposed(settings_of(path, SECRETS[0], mode), path) == said


def test_a_settings_file_without_a_secret_may_be_read(tmp_path: Path) -> None:
    text = '[bot]\nadmins = [1]\ntoken = ""\n[database]\nurl = "sqlite:///x.db"\n[[telegram.accounts]]\nname = "main"\n'
    path = tmp_path / "config.toml"
    assert exposed(settings_of(path, text, 0o644), path) == []


@pytest.mark.parametrize("name", ["main.session", "main"])
def test_a_session_is_named_as_telethon_names_its_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "main.session"
    file.touch(0o644)
    file.chmod(0o644)
    settings = settings_of(tmp_path / "c.toml", f'[[telegram.accounts]]\nsession = "{tmp_path / name}"', 0o600)
    (sentence,) = exposed(settings, None)
    assert f"chmod 600 {file}" in sentence
    assert "account main" in sentence


async def test_a_new_database_is_for_its_owner_only_and_one_for_all_is_named(tmp_path: Path) -> None:
    file = tmp_path / "new" / "dozor.db"
    engine = create_engine(f"sqlite:///{file}")
    await migration.upgrade(engine)
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
    await engine.dispose()
    settings = settings_of(tmp_path / "c.toml", f'[database]\nurl = "sqlite:///{file}"', 0o600)
    assert exposed(settings, None) == []
    for path in (file, file.with_name("dozor.db-wal"), file.with_name("dozor.db-shm")):
        path.touch()
        path.chmod(0o602)
        assert [sentence.partition("chmod 600 ")[2] for sentence in exposed(settings, None)] == [str(path)]
        path.chmod(0o600)
