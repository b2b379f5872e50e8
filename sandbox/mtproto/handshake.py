"""Handshake: the server's side of the Diffie-Hellman exchange that makes an authorisation key."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha1, sha256
from typing import Any

import rsa
from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.tl import functions, types

from sandbox.mtproto.envelope import BLOCK
from sandbox.mtproto.keyring import AuthKey, Keyring
from sandbox.mtproto.prime import DH_PRIME, GENERATOR

P, Q = 1_229_739_323, 1_402_015_859  # any two primes of 4 bytes whose product stays under 2^63


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


class Handshake:
    """The exchange of one connection. `answer` takes each plain request in turn; `key` stands after the last."""

    def __init__(self, keyring: Keyring, now: Callable[[], float] = time.time) -> None:
        self._keyring = keyring
        self._now = now
        self._server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        self._new_nonce = 0
        self._a = int.from_bytes(os.urandom(256), "big")
        self.key: AuthKey | None = None

    def answer(self, request: Any) -> Any:
        """The answer to one step. ValueError for a step that is wrong."""
        if isinstance(request, functions.ReqPqRequest | functions.ReqPqMultiRequest):
            fingerprints = [self._keyring.fingerprint]
            return types.ResPQ(request.nonce, self._server_nonce, _bytes(P * Q), fingerprints)
        if isinstance(request, functions.ReqDHParamsRequest):
            return self._offer(request)
        if isinstance(request, functions.SetClientDHParamsRequest):
            return self._agree(request)
        raise ValueError(f"{type(request).__name__} is no step of the handshake")

    def _offer(self, request: Any) -> Any:
        inner = BinaryReader(self._decrypt(request.encrypted_data)).tgread_object()
        if inner.server_nonce != self._server_nonce:
            raise ValueError("foreign nonce")
        self._new_nonce = inner.new_nonce
        g_a = _bytes(pow(GENERATOR, self._a, DH_PRIME))
        offer = bytes(
            types.ServerDHInnerData(
                request.nonce, self._server_nonce, GENERATOR, _bytes(DH_PRIME), g_a, int(self._now())
            )
        )
        hashed = sha1(offer).digest() + offer
        hashed += os.urandom(-len(hashed) % 16)
        return types.ServerDHParamsOk(request.nonce, self._server_nonce, bytes(AES.encrypt_ige(hashed, *self._aes())))

    def _agree(self, request: Any) -> Any:
        if len(request.encrypted_data) % BLOCK:
            raise ValueError("no whole blocks")
        plain = AES.decrypt_ige(request.encrypted_data, *self._aes())
        inner = BinaryReader(plain[20:]).tgread_object()
        if inner.server_nonce != self._server_nonce:
            raise ValueError("foreign nonce")
        shared = pow(int.from_bytes(inner.g_b, "big"), self._a, DH_PRIME).to_bytes(256, "big")
        self.key = self._keyring.add(shared)
        new_nonce = self._new_nonce.to_bytes(32, "little", signed=True)
        proof = sha1(new_nonce + b"\x01" + sha1(shared).digest()[:8]).digest()[4:20]
        return types.DhGenOk(request.nonce, self._server_nonce, int.from_bytes(proof, "little", signed=True))

    def _aes(self) -> tuple[bytes, bytes]:
        key, iv = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return key, iv

    def _decrypt(self, data: bytes) -> bytes:
        key = self._keyring.private
        plain = rsa.core.decrypt_int(int.from_bytes(data, "big"), key.d, key.n).to_bytes(256, "big")
        # The older padding leaves the first byte zero and starts with the SHA-1 of an object of unknown length.
        if plain[0] == 0 and self._is_inner_data(plain[21:25]):
            return bytes(plain[21:])
        temporary = bytes(x ^ y for x, y in zip(plain[:32], sha256(plain[32:]).digest(), strict=True))
        padded = AES.decrypt_ige(plain[32:], temporary, bytes(32))[:192][::-1]
        if not self._is_inner_data(padded[:4]):
            raise ValueError("undecipherable inner data")
        return bytes(padded)

    @staticmethod
    def _is_inner_data(constructor: bytes) -> bool:
        known = (types.PQInnerData, types.PQInnerDataDc, types.PQInnerDataTemp, types.PQInnerDataTempDc)
        return int.from_bytes(constructor, "little") in {kind.CONSTRUCTOR_ID for kind in known}
