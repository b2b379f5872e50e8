"""An account's session on the disk: Telethon's own file, or, with a key, an encrypted one in the same place.

The encrypted one holds Telethon's StringSession: the data centre and the key to the account. The access hashes of channels are not in
it, and are learnt anew with the first sweep.
"""

import sqlite3
from pathlib import Path
from typing import Any

from telethon.sessions import MemorySession, SQLiteSession, StringSession

from monitor.account_lock import SessionFolderError, session_file
from monitor.errors import MonitorError
from monitor.private import write_private
from monitor.sealing import Seal, WrongKeyError

_SEALED = b"dozor-sealed-session-1\n"


class SessionFileError(MonitorError):
    """The session file is none: move it away and sign in again with `dozor login`."""

    code = "session_file"


class SealedSession(StringSession):  # type: ignore[misc]  # Telethon has no types
    """A session whose file is encrypted; it is written whenever what is in it has changed."""

    def __init__(self, path: Path, seal: Seal, string: str = "") -> None:
        super().__init__(string)
        self._path = path
        self._seal = seal
        self._written = string

    def save(self) -> str:
        """Write it if it has changed; Telethon calls this often."""
        string: str = super().save()
        if string and string != self._written:
            write_private(self._path, _SEALED + self._seal.close(string.encode()))
            self._written = string
        return string

    def delete(self) -> None:
        """The account has signed out."""
        self._path.unlink(missing_ok=True)

    def clone(self, to_instance: Any = None) -> Any:
        """A session of the same account for another connection, which is not kept."""
        return to_instance or MemorySession()


def open_session(path: Path, seal: Seal | None) -> str | SealedSession:
    """What Telethon takes for a session: the name of its own file, or, with a key, an encrypted session.

    A plain file is encrypted then. Raises SessionFolderError, SessionFileError, WrongKeyError.
    """
    file = _prepared(path)
    sealed = _read_sealed(file)
    if seal is None:
        if sealed is not None:
            raise WrongKeyError(str(file), given=False)
        return str(file)
    if sealed is not None:
        return SealedSession(file, seal, seal.open(sealed, str(file)).decode())
    session = SealedSession(file, seal)
    _read_plain(file, session)
    session.save()
    return session


def unseal(path: Path, seal: Seal) -> bool:
    """Turn an encrypted session back into Telethon's own file; False if it is not encrypted. Raises WrongKeyError."""
    file = _prepared(path)
    sealed = _read_sealed(file)
    if sealed is None:
        return False
    known = SealedSession(file, seal, seal.open(sealed, str(file)).decode())
    fresh = _prepared(file.with_name(f"{file.stem}.new.session"))
    plain = SQLiteSession(str(fresh))
    plain.set_dc(known.dc_id, known.server_address, known.port)
    plain.auth_key = known.auth_key
    plain.save()
    plain.close()
    fresh.replace(file)
    return True


def _prepared(path: Path) -> Path:
    """The session's file as Telethon would name it, made for its owner only if it is missing."""
    file = session_file(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # it holds the key to the whole account
    except OSError as error:
        raise SessionFolderError(folder=str(file.parent)) from error
    return file


def _read_sealed(file: Path) -> bytes | None:
    content = file.read_bytes()
    return content.removeprefix(_SEALED) if content.startswith(_SEALED) else None


def _read_plain(file: Path, into: SealedSession) -> None:
    if not file.stat().st_size:
        return
    try:
        plain = SQLiteSession(str(file))
        into.set_dc(plain.dc_id, plain.server_address, plain.port)
        into.auth_key = plain.auth_key
        plain.close()
    except sqlite3.DatabaseError:
        raise SessionFileError(path=str(file)) from None
