"""The running product on a database that cannot be written: it says so, goes on, and misses nothing in the end."""

import ctypes
import re
import resource
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import Running, running, until

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # linux/prctl.h, linux/capability.h
POST = '{"channel": "a", "id": 1, "date": "2024-01-01", "text": "one two"}\n'


def dozor(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line for a user whom the rights of files bind, root too."""
    command = [sys.executable, "-m", "bot", *arguments, "--config", str(folder / "config.toml")]
    bind = ctypes.CDLL(None).prctl
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: bind(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="root is bound by rights on Linux only")
@pytest.mark.parametrize("command", [("run", "schedule"), ("import", "posts.jsonl"), ("check",)])
def test_a_read_only_database_is_said_so_and_stays_as_it_is(tmp_path: Path, command: tuple[str, ...]) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    config = f'[database]\nurl = "sqlite:///{kept / "dozor.db"}"\n[bot]\ntoken = "42:TOKEN"\napi_url = "http://127.0.0.1:1"\n'
    (tmp_path / "config.toml").write_text(config)
    (tmp_path / "posts.jsonl").write_text(POST)
    posts = str(tmp_path / "posts.jsonl")
    assert "1 new" in dozor(tmp_path, "import", posts).stdout
    (kept / "dozor.db").chmod(0o400)
    kept.chmod(0o500)
    before = (kept / "dozor.db").read_bytes()
    ran = dozor(tmp_path, *(posts if word.endswith("jsonl") else word for word in command))
    kept.chmod(0o700)
    assert ran.returncode == 1
    assert "can only be read" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert (kept / "dozor.db").read_bytes() == before


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="nothing else limits the files of another process")
async def test_a_disk_that_is_full_for_a_while_costs_no_post_and_no_alert(tmp_path: Path) -> None:
    async with running(tmp_path, settings={"DOZOR_TELEGRAM__SWEEP_SECONDS": "1"}) as run:
        channel = run.sandbox.world.add_channel("rian_ru", "РИА")
        await run.watch(channel)
        await run.subscribe({run.admin.id: ["баку"]})
        heard = _hear(run)
        run.sandbox.world.publish(channel, "В Баку первая новость")
        await until(lambda: heard["первая"] == 1)
        run.limit_files(1)
        run.sandbox.world.publish(channel, "В Баку вторая новость")
        run.sandbox.chats.say(run.admin, "/subscribe посольство")
        await until(lambda: heard["full"] == 1)
        run.limit_files(resource.RLIM_INFINITY)
        run.sandbox.world.publish(channel, "В Баку третья новость")
        await until(lambda: heard["вторая"] >= 1 and heard["третья"] >= 1, 90)
    assert (heard["первая"], heard["вторая"], heard["третья"]) == (1, 1, 1)
    with closing(sqlite3.connect(tmp_path / "dozor.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM posts").fetchone() == (3,)


def _hear(run: Running) -> Counter[str]:
    heard: Counter[str] = Counter()

    def hear(kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            heard.update(re.findall(r"\w+", str(message.get("text"))))

    run.sandbox.chats.subscribe(hear)
    return heard
