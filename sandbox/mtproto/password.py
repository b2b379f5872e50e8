"""Password: the server's side of the secure remote password protocol, Telegram's second factor."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any

from telethon.password import compute_hash
from telethon.tl import types

from sandbox.mtproto.prime import DH_PRIME, GENERATOR

_P = DH_PRIME.to_bytes(256, "big")
_G = GENERATOR.to_bytes(256, "big")
_K = int.from_bytes(sha256(_P + _G).digest(), "big")


class Password:
    """One challenge for one password. It never sees what the client typed, only a proof of it."""

    def __init__(self, password: str) -> None:
        self._algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            os.urandom(8), os.urandom(16), GENERATOR, _P
        )
        self.id = int.from_bytes(os.urandom(7), "big")
        x = int.from_bytes(compute_hash(self._algorithm, password), "big")
        self._verifier = pow(GENERATOR, x, DH_PRIME)
        self._b = int.from_bytes(os.urandom(256), "big")
        self._public = (_K * self._verifier + pow(GENERATOR, self._b, DH_PRIME)) % DH_PRIME

    def challenge(self) -> Any:
        """What account.getPassword answers."""
        return types.account.Password(
            self._algorithm,
            types.SecurePasswordKdfAlgoUnknown(),
            os.urandom(16),
            has_password=True,
            current_algo=self._algorithm,
            srp_B=self._public.to_bytes(256, "big"),
            srp_id=self.id,
        )

    def proves(self, check: Any) -> bool:
        """Whether an InputCheckPasswordSRP shows knowledge of the password."""
        a = int.from_bytes(check.A, "big")
        if check.srp_id != self.id or not 1 < a < DH_PRIME - 1:
            return False
        a_bytes, b_bytes = a.to_bytes(256, "big"), self._public.to_bytes(256, "big")
        u = int.from_bytes(sha256(a_bytes + b_bytes).digest(), "big")
        shared = pow(a * pow(self._verifier, u, DH_PRIME), self._b, DH_PRIME)
        mixed = bytes(x ^ y for x, y in zip(sha256(_P).digest(), sha256(_G).digest(), strict=True))
        salts = sha256(self._algorithm.salt1).digest() + sha256(self._algorithm.salt2).digest()
        key = sha256(shared.to_bytes(256, "big")).digest()
        return bool(sha256(mixed + salts + a_bytes + b_bytes + key).digest() == check.M1)
