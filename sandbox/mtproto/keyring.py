"""Keyring: the server's RSA key and the authorisation keys of its clients; in a file where they outlive a restart."""

from __future__ import annotations

import functools
import json
import math
import os
import secrets
import struct
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from pathlib import Path

import rsa
from telethon.tl import TLObject


@dataclass(slots=True, eq=False)
class AuthKey:
    """What a client and the server agreed on. `pending` waits for a second factor; `delivered` is pts per channel.

    `ended` is the error that says why the session is over, until somebody signs in with the key again.
    """

    data: bytes
    account_id: int | None = None
    pending: int | None = None
    login_token: bytes | None = None
    ended: str | None = None
    delivered: dict[int, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The key's identifier as it stands in packets, signed."""
        return int(struct.unpack("<q", sha1(self.data).digest()[-8:])[0])

    @property
    def salt(self) -> int:
        """The one server salt this key has."""
        return int(struct.unpack("<q", sha256(self.data).digest()[:8])[0])


EXPONENT = 65537
SIEVE = math.prod(
    number for number in range(3, 2000, 2) if all(number % odd for odd in range(3, 45, 2) if odd < number)
)


def _prime() -> int:
    """A random prime of 1,024 bits. The sieve and Fermat's test spare seconds of the library's way."""
    while True:
        number = secrets.randbits(1024) | 3 << 1022 | 1
        if math.gcd(number, SIEVE) == 1 and number % EXPONENT != 1 and pow(2, number - 1, number) == 1:
            return number


@functools.cache
def process_key() -> rsa.PrivateKey:
    """An RSA-2048 key made once a process."""
    p, q = _prime(), _prime()
    return rsa.PrivateKey(p * q, EXPONENT, pow(EXPONENT, -1, (p - 1) * (q - 1)), p, q)


class Keyring:
    """All keys. With `state` (a directory) they are written down after each change and read at the start."""

    def __init__(self, state: Path | None = None) -> None:
        self._file = state / "keys.json" if state else None
        self._keys: dict[int, AuthKey] = {}
        self.private = process_key() if self._file is None or not self._file.exists() else self._read(self._file)
        self.secret = sha256(self.private.save_pkcs1("DER")).digest()
        if self._file is not None:
            self._save()

    @property
    def public_pem(self) -> str:
        """The public key as PKCS#1 PEM."""
        return str(rsa.PublicKey(self.private.n, self.private.e).save_pkcs1().decode())

    @property
    def fingerprint(self) -> int:
        """The public key's fingerprint, signed."""
        number = self.private.n.to_bytes(256, "big")
        exponent = self.private.e.to_bytes(3, "big")
        packed = TLObject.serialize_bytes(number) + TLObject.serialize_bytes(exponent)
        return int(struct.unpack("<q", sha1(packed).digest()[-8:])[0])

    def add(self, data: bytes, account_id: int | None = None) -> AuthKey:
        """Remembers a new key."""
        key = AuthKey(data, account_id)
        self._keys[key.id] = key
        self._save()
        return key

    def get(self, key_id: int) -> AuthKey | None:
        """The key of an identifier, None if unknown."""
        return self._keys.get(key_id)

    def authorise(self, key: AuthKey, account_id: int | None) -> None:
        """Signs a key in, or out with None."""
        key.account_id, key.pending, key.login_token, key.ended = account_id, None, None, None
        self._save()

    def revoke(self, account_id: int, why: str) -> None:
        """Ends every session of an account; `why` is the error that its clients get from now on."""
        for key in self.of(account_id):
            key.account_id, key.ended = None, why
        self._save()

    def of(self, account_id: int) -> list[AuthKey]:
        """The keys that are signed in to an account."""
        return [key for key in self._keys.values() if key.account_id == account_id]

    def by_token(self, token: bytes) -> AuthKey | None:
        """The key that shows this login token."""
        return next((key for key in self._keys.values() if key.login_token == token), None)

    def _read(self, file: Path) -> rsa.PrivateKey:
        stored = json.loads(file.read_text())
        for item in stored["keys"]:
            key = AuthKey(bytes.fromhex(item["data"]), item["account_id"], ended=item.get("ended"))
            self._keys[key.id] = key
        return rsa.PrivateKey.load_pkcs1(stored["rsa"].encode())

    def _save(self) -> None:
        if self._file is None:
            return
        keys = [
            {"data": key.data.hex(), "account_id": key.account_id, "ended": key.ended} for key in self._keys.values()
        ]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"rsa": self.private.save_pkcs1().decode(), "keys": keys}, file)
        fresh.replace(self._file)
