"""Packets over TCP, and clients that misbehave."""

import asyncio
import logging
import os
import random
import struct
from collections.abc import Awaitable, Callable

import pytest
from telethon import TelegramClient
from telethon.crypto import AESModeCTR

from sandbox.mtproto.envelope import Envelope, seal
from sandbox.mtproto.transport import ABRIDGED, INTERMEDIATE, PADDED
from sandbox.telegram import Sandbox
from sandbox.world import Account

Connect = Callable[..., Awaitable[TelegramClient]]
REQ_PQ_MULTI = 0xBE7E8EF1
RES_PQ = 0x05162463


class Obfuscated:
    """A client's side of the obfuscated transport."""

    def __init__(self, framing: bytes) -> None:
        header = bytearray(os.urandom(64))
        header[:8] = b"\x01" * 8
        header[56:60] = framing
        backwards = bytes(header[55:7:-1])
        self._encryptor = AESModeCTR(bytes(header[8:40]), bytes(header[40:56]))
        self._decryptor = AESModeCTR(backwards[:32], backwards[32:48])
        self.header = bytes(header[:56]) + self._encryptor.encrypt(bytes(header))[56:]

    def encrypt(self, data: bytes) -> bytes:
        return bytes(self._encryptor.encrypt(data))

    def decrypt(self, data: bytes) -> bytes:
        return bytes(self._decryptor.encrypt(data))


def first_request() -> bytes:
    body = struct.pack("<I", REQ_PQ_MULTI) + b"nonce of 16 byte"
    return struct.pack("<qqi", 0, 4, len(body)) + body


@pytest.mark.parametrize(("framing", "padding"), [(INTERMEDIATE, b""), (PADDED, b""), (PADDED, b"fifteen of them")])
async def test_an_obfuscated_client_is_answered_in_its_framing(
    sandbox: Sandbox, framing: bytes, padding: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.mtproto_port)
    client, packet = Obfuscated(framing), first_request() + padding
    writer.write(client.header + client.encrypt(struct.pack("<I", len(packet)) + packet))
    (length,) = struct.unpack("<I", client.decrypt(await reader.readexactly(4)))
    answer = client.decrypt(await reader.readexactly(length))
    assert struct.unpack_from("<I", answer, 20)[0] == RES_PQ
    assert answer[24:40] == b"nonce of 16 byte"
    writer.close()
    await writer.wait_closed()


async def test_padding_behind_an_encrypted_packet_is_ignored(sandbox: Sandbox, account: Account) -> None:
    key = sandbox.mtproto.keyring.add(os.urandom(256), account.id)
    ping = struct.pack("<Iq", 0x7ABE77EC, 77)
    message_id = int(sandbox.mtproto.now() * 2**32) & ~3
    packet = seal_as_client(key.data, key.id, Envelope(key.salt, 1, message_id, 0, ping)) + b"fifteen of them"
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.mtproto_port)
    writer.write(PADDED + struct.pack("<I", len(packet)) + packet)
    (length,) = struct.unpack("<I", await reader.readexactly(4))
    assert (await reader.readexactly(length))[:8] == struct.pack("<q", key.id)
    writer.close()
    await writer.wait_closed()


async def test_garbage_ends_its_own_connection_only(
    sandbox: Sandbox, account: Account, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect(account)
    chance = random.Random(7)
    key = sandbox.mtproto.keyring.add(os.urandom(256), account.id)
    with caplog.at_level(logging.WARNING, "asyncio"):
        for size in (0, 1, 3, 7, 23, 24, 25, 40, 64, 100, 1000):
            await send_and_abort(sandbox, ABRIDGED[:1] + chance.randbytes(size))
            await send_and_abort(sandbox, chance.randbytes(size))
            plain = bytes(20) + chance.randbytes(size)
            await send_and_abort(sandbox, INTERMEDIATE + struct.pack("<I", len(plain)) + plain)
            known = struct.pack("<q", key.id) + chance.randbytes(16 + size)
            await send_and_abort(sandbox, INTERMEDIATE + struct.pack("<I", len(known)) + known)
            now = int(sandbox.mtproto.now() * 2**32) & ~3
            inner = seal_as_client(key.data, key.id, Envelope(key.salt, 1, now, 1, chance.randbytes(size)))
            await send_and_abort(sandbox, INTERMEDIATE + struct.pack("<I", len(inner)) + inner)
        assert (await client.get_me()).first_name == "Ann"
    assert not [record for record in caplog.records if record.name == "asyncio"]


async def send_and_abort(sandbox: Sandbox, data: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", sandbox.mtproto_port)
    writer.write(data)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    writer.transport.abort()


def seal_as_client(auth_key: bytes, key_id: int, envelope: Envelope) -> bytes:
    """The client's half of the key stands 8 bytes before the server's."""
    return seal(bytes(8) + auth_key, key_id, envelope)
