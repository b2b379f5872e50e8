"""Transport: MTProto packets over TCP: full, abridged, intermediate and padded intermediate, also obfuscated."""

from __future__ import annotations

import asyncio
import os
import struct
import zlib
from hashlib import sha256

from telethon.crypto import AESModeCTR

MAXIMUM_PACKET = 2 * 1024 * 1024
ABRIDGED, INTERMEDIATE, PADDED, FULL = b"\xef\xef\xef\xef", b"\xee\xee\xee\xee", b"\xdd\xdd\xdd\xdd", b"full"


class Transport:
    """Packets in and out. The client's first bytes choose the framing.

    With a `secret` of 16 bytes it answers as an MTProxy does (core.telegram.org/mtproto/mtproto-transports): to those who know it.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: bytes = b"") -> None:
        self._secret = secret
        self._reader = reader
        self.writer = writer
        self._framing = FULL
        self._ahead = b""
        self._decrypt: AESModeCTR | None = None
        self._encrypt: AESModeCTR | None = None
        self._sent = 0

    async def detect(self) -> None:
        """Reads as much as tells the framing. IncompleteReadError if the client leaves."""
        first = await self._reader.readexactly(1)
        if first == ABRIDGED[:1]:
            self._framing = ABRIDGED
            return
        first += await self._reader.readexactly(3)
        if first in (INTERMEDIATE, PADDED):
            self._framing = first
            return
        first += await self._reader.readexactly(4)
        if first[4:8] == b"\0\0\0\0":
            self._ahead = first  # length and packet number 0 of the full framing
            return
        self._begin_obfuscation(first + await self._reader.readexactly(56))

    def _begin_obfuscation(self, header: bytes) -> None:
        backwards = header[55:7:-1]
        self._decrypt = AESModeCTR(self._mixed(header[8:40]), header[40:56])
        self._encrypt = AESModeCTR(self._mixed(backwards[:32]), backwards[32:48])
        self._framing = self._decrypt.encrypt(header)[56:60]

    def _mixed(self, key: bytes) -> bytes:
        return sha256(key + self._secret).digest() if self._secret else key

    async def read(self) -> bytes:
        """The next packet. ConnectionError for a packet that is broken or larger than 2 MB."""
        if self._framing == ABRIDGED:
            length = (await self._exactly(1))[0] & 0x7F
            if length == 0x7F:
                length = int.from_bytes(await self._exactly(3), "little")
            return await self._exactly(self._checked(length * 4))
        length = int.from_bytes(await self._exactly(4), "little") & 0x7FFFFFFF
        if self._framing != FULL:
            packet = await self._exactly(self._checked(length))
            return packet[: len(packet) // 4 * 4] if self._framing == PADDED else packet
        rest = await self._exactly(self._checked(length - 4))
        if struct.unpack("<I", rest[-4:])[0] != zlib.crc32(struct.pack("<I", length) + rest[:-4]):
            raise ConnectionError("broken checksum")
        return rest[4:-4]

    def write(self, packet: bytes) -> None:
        """Queues one packet for sending."""
        framed = self._frame(packet)
        self.writer.write(self._encrypt.encrypt(framed) if self._encrypt else framed)

    def _frame(self, packet: bytes) -> bytes:
        if self._framing == ABRIDGED:
            words = len(packet) // 4
            return (bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")) + packet
        if self._framing == INTERMEDIATE:
            return struct.pack("<I", len(packet)) + packet
        if self._framing == PADDED:
            padded = packet + os.urandom(len(packet) % 3)
            return struct.pack("<I", len(padded)) + padded
        framed = struct.pack("<II", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return framed + struct.pack("<I", zlib.crc32(framed))

    async def _exactly(self, count: int) -> bytes:
        ahead, self._ahead = self._ahead[:count], self._ahead[count:]
        data = ahead + await self._reader.readexactly(count - len(ahead))
        return self._decrypt.encrypt(data) if self._decrypt else data

    @staticmethod
    def _checked(length: int) -> int:
        if not 4 <= length <= MAXIMUM_PACKET:
            raise ConnectionError(f"a packet of {length} bytes")
        return length
