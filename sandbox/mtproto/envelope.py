"""The encrypted envelope of MTProto 2.0, seen from the server."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from hashlib import sha256

from telethon.crypto import AES

BLOCK = 16  # bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """One decrypted packet: the outer message and whom it belongs to."""

    salt: int
    session_id: int
    message_id: int
    seq_no: int
    body: bytes


def key_and_iv(auth_key: bytes, msg_key: bytes, x: int) -> tuple[bytes, bytes]:
    """The AES key and IV of one packet; `x` is 0 from the client, 8 from the server (core.telegram.org/mtproto/description)."""
    a = sha256(msg_key + auth_key[x : x + 36]).digest()
    b = sha256(auth_key[x + 40 : x + 76] + msg_key).digest()
    return a[:8] + b[8:24] + a[24:32], b[:8] + a[8:24] + b[24:32]


def unseal(auth_key: bytes, packet: bytes) -> Envelope:
    """Decrypts what a client sent. ValueError if the message key does not fit."""
    msg_key = packet[8:24]
    end = len(packet) - (len(packet) - 24) % BLOCK  # what is left over is padding of the transport
    plain = AES.decrypt_ige(packet[24:end], *key_and_iv(auth_key, msg_key, 0))
    if sha256(auth_key[88:120] + plain).digest()[8:24] != msg_key:
        raise ValueError("the message key does not fit")
    salt, session_id, message_id, seq_no, length = struct.unpack_from("<qqqii", plain)
    return Envelope(salt, session_id, message_id, seq_no, plain[32 : 32 + length])


def seal(auth_key: bytes, key_id: int, envelope: Envelope) -> bytes:
    """Encrypts for a client."""
    head = struct.pack(
        "<qqqii", envelope.salt, envelope.session_id, envelope.message_id, envelope.seq_no, len(envelope.body)
    )
    plain = head + envelope.body
    plain += os.urandom(-(len(plain) + 12) % 16 + 12)
    msg_key = sha256(auth_key[96:128] + plain).digest()[8:24]
    return struct.pack("<q", key_id) + msg_key + bytes(AES.encrypt_ige(plain, *key_and_iv(auth_key, msg_key, 8)))
