"""Encryption of what lies on the disk, with one key: Fernet, which is AES-128-CBC with HMAC-SHA256 (github.com/fernet/spec)."""

import shlex
import stat
from pathlib import Path

from monitor.errors import MonitorError
from monitor.private import write_private


class BadKeyError(MonitorError):
    """[security] key or key_file is no key that `dozor seal` makes."""

    code = "bad_key"


class WrongKeyError(MonitorError):
    """Something is encrypted with another key than [security] key or key_file, or there is none."""

    code = "wrong_key"

    def __init__(self, what: str, *, given: bool = True) -> None:
        why = "with another key than" if given else "and there is no"
        super().__init__(f"{what} is encrypted {why} [security] key or key_file.", what=what)


class Seal:
    """Encrypts and decrypts with a key. Raises BadKeyError."""

    def __init__(self, key: str) -> None:
        from cryptography.fernet import Fernet  # 9 MB of memory that only who has a key spends

        try:
            self._fernet = Fernet(key.strip())
        except ValueError:
            raise BadKeyError from None

    def close(self, data: bytes) -> bytes:
        """The data, encrypted; ASCII."""
        return self._fernet.encrypt(data)

    def open(self, sealed: bytes, what: str) -> bytes:
        """What was encrypted. Raises WrongKeyError, which names it as `what`."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise WrongKeyError(what) from None


def make_key(file: Path) -> None:
    """Write a new key to a new file, for its owner only."""
    from cryptography.fernet import Fernet

    write_private(file, Fernet.generate_key() + b"\n")


def read_key(file: Path) -> str:
    """The key of a file. Raises BadKeyError, also where everybody can read or change it: so does ssh."""
    try:
        if file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise BadKeyError(
                f"Everybody on this machine can read or change the key: chmod 600 {shlex.quote(str(file))}"
            )
        return file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise BadKeyError(f"The key cannot be read: {file} (`dozor seal` makes one).") from None
