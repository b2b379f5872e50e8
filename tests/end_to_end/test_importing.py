"""An import that is killed leaves nothing behind but what it has stored, and goes on from there."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

POSTS = 12_000
DEADLINE_S = 90


def command(config: Path, file: Path) -> list[str]:
    return [sys.executable, "-m", "bot", "import", str(file), "--config", str(config)]


def readers(pid: int) -> list[int]:
    """Processes that read for the import `pid`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            line = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == pid and "spawn_main" in line:
            found.append(int(folder.name))
    return found


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "dozor.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM posts").fetchone()
    return int(count)


def wait_until(condition: object) -> None:
    last = time.monotonic() + DEADLINE_S
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < last
        time.sleep(0.05)


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="one core: nobody else reads"
)
def test_a_killed_import_leaves_no_process_behind_and_goes_on_where_it_was(tmp_path: Path) -> None:
    file, config = tmp_path / "posts.jsonl", tmp_path / "config.toml"
    config.write_text(f'[database]\nurl = "sqlite:///{tmp_path / "dozor.db"}"\n')
    with file.open("w") as lines:
        for number in range(1, POSTS + 1):
            post = {"channel": "news", "id": number, "date": "2024-01-01", "text": f"Запись номер {number}"}
            lines.write(json.dumps(post) + "\n")
    running = subprocess.Popen(command(config, file), stderr=subprocess.DEVNULL)
    wait_until(lambda: readers(running.pid) and stored(tmp_path) >= 3_000)
    theirs = readers(running.pid)
    running.kill()
    running.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in theirs))
    again = subprocess.run(command(config, file), capture_output=True, text=True, check=True)
    new, known = map(int, re.findall(r"(\d+) (?:new|known already)", again.stdout))
    assert new + known == POSTS
    assert known >= 3_000
    assert stored(tmp_path) == POSTS
