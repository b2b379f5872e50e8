"""Signed-in session files, so that a client needs no login."""

from __future__ import annotations

import os
from pathlib import Path

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession

from sandbox.entities import Account
from sandbox.mtproto.requests.settings import DC_ID
from sandbox.mtproto.server import Server


def write_session(server: Server, account: Account, path: Path) -> Path:
    """Writes a Telethon session file of `account` for a running server; returns its path. An old file is replaced."""
    data = os.urandom(256)
    server.keyring.add(data, account.id)
    path = path if path.suffix == ".session" else path.with_name(path.name + ".session")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    session = SQLiteSession(str(path))
    session.set_dc(DC_ID, "127.0.0.1", server.port)
    session.auth_key = AuthKey(data)
    session.save()
    session.close()
    path.chmod(0o600)
    return path
