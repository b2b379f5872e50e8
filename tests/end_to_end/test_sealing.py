"""`dozor seal`, and a product whose session and token are encrypted."""

import asyncio
import re
from pathlib import Path

import pytest

from sandbox.pointing import bot_token
from tests.end_to_end.test_command_line import dozor
from tests.running import running, until


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings with a key file that is yet to be made."""
    path = tmp_path / "config.toml"
    path.write_text(
        f'[security]\nkey_file = "{tmp_path / "key"}"\n[[telegram.accounts]]\nsession = "{tmp_path / "a.session"}"\n'
    )
    path.chmod(0o600)
    return path


def test_seal_makes_a_key_for_its_owner_only_and_encrypts_sessions(config: Path) -> None:
    ran = dozor("seal", "--config", str(config))
    key = config.parent / "key"
    assert (ran.returncode, key.stat().st_mode & 0o777) == (0, 0o600)
    assert "a.session: encrypted" in ran.stdout
    assert dozor("seal", "--config", str(config)).stdout.count("new key") == 0
    assert "was not encrypted" in dozor("seal", "--undo", "--config", str(config)).stdout


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_key_that_everybody_can_read_or_change_is_refused(config: Path, mode: int) -> None:
    dozor("seal", "--config", str(config))
    (config.parent / "key").chmod(mode)
    for command in ("seal", "run"):
        ran = dozor(command, "--config", str(config))
        assert ran.returncode == 1
        assert f"chmod 600 {config.parent / 'key'}" in ran.stderr


@pytest.mark.parametrize(("setting", "says"), [("", "no [security] key"), ('key = "nonsense"', "dozor seal")])
def test_a_sealed_secret_without_the_right_key_is_one_sentence(tmp_path: Path, setting: str, says: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[security]\n{setting}\n[bot]\ntoken = "sealed:gAAAA"\n')
    ran = dozor("search", "баку", "--config", str(config))
    assert ran.returncode == 1
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


async def test_the_product_runs_with_an_encrypted_session_and_token(config: Path, tmp_path: Path) -> None:
    token = bot_token(tmp_path)
    dozor("seal", "--config", str(config))
    sealed = dozor("seal", "--secret", "--config", str(config), stdin=f"{token}\n").stdout.strip()
    assert re.fullmatch(r"sealed:[\w=-]+", sealed)
    settings = {"DOZOR_SECURITY__KEY_FILE": str(tmp_path / "key"), "DOZOR_BOT__TOKEN": sealed}
    async with running(tmp_path, settings=settings) as run:
        channel = run.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        await run.watch(channel)
        await run.subscribe({run.admin.id: ["посольство"]})
        before = run.sandbox.chats.chats[run.admin.id].last_id
        run.sandbox.world.publish(channel, "У посольства снова люди")
        await until(lambda: run.sandbox.chats.chats[run.admin.id].last_id > before)
        assert not (tmp_path / "main.session").read_bytes().startswith(b"SQLite")
        await run.stop()
        ran = await asyncio.to_thread(dozor, "check", "--config", str(tmp_path / "config.toml"))
        assert "main.session is encrypted and there is no [security] key" in " ".join(ran.stdout.split())
