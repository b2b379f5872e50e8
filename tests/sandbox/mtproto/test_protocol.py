"""MTProto byte by byte: what unmodified clients rarely do, and what they rely on without showing it."""

import asyncio
import gzip
import os
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from telethon.crypto import AES
from telethon.extensions import BinaryReader
from telethon.tl import TLObject, functions, types

from sandbox.mtproto.envelope import Envelope, key_and_iv, seal
from sandbox.mtproto.keyring import AuthKey
from sandbox.mtproto.outbox import CONTAINER
from sandbox.mtproto.transport import INTERMEDIATE
from sandbox.telegram import Sandbox
from sandbox.world import Account

RPC_RESULT, GZIP = 0xF35C6D01, 0x3072CFA1
Answer = tuple[int, int, Any]


class Raw:
    """A client that says exactly what it is told to. Answers are (message id, seq no, object)."""

    def __init__(
        self, sandbox: Sandbox, key: AuthKey, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sandbox, self._key, self._reader, self._writer = sandbox, key, reader, writer
        self._waiting: list[Answer] = []
        self.count = 0

    def message_id(self, seconds: float = 0, ending: int = 0) -> int:
        self.count += 1
        return (int((self._sandbox.mtproto.now() + seconds) * 2**32) & ~3) + 4 * self.count | ending

    def send(self, body: bytes, message_id: int, salt: int | None = None) -> None:
        salt = self._key.salt if salt is None else salt
        envelope = Envelope(salt, 1, message_id, 1, body)
        packet = seal(bytes(8) + self._key.data, self._key.id, envelope)
        self._writer.write(struct.pack("<I", len(packet)) + packet)

    async def hear(self, kind: type) -> Answer:
        """The next message of a kind; what comes before is passed over."""
        while True:
            while self._waiting:
                if isinstance((found := self._waiting.pop(0))[2], kind):
                    return found
            (length,) = struct.unpack("<I", await self._reader.readexactly(4))
            self._waiting += self._opened(await self._reader.readexactly(length))

    def _opened(self, packet: bytes) -> Iterator[Answer]:
        plain = AES.decrypt_ige(packet[24:], *key_and_iv(self._key.data, packet[8:24], 8))
        message_id, seq_no, length = struct.unpack_from("<qii", plain, 16)
        body = plain[32 : 32 + length]
        if struct.unpack_from("<I", body)[0] != CONTAINER:
            yield message_id, seq_no, _read(body)
            return
        position = 8
        for _ in range(struct.unpack_from("<I", body, 4)[0]):
            number, seq, size = struct.unpack_from("<qii", body, position)
            yield number, seq, _read(body[position + 16 : position + 16 + size])
            position += 16 + size


def _read(body: bytes) -> Any:
    if struct.unpack_from("<I", body)[0] == RPC_RESULT:
        body = body[12:]
    return BinaryReader(body).tgread_object()


def contained(*messages: tuple[int, bytes]) -> bytes:
    parts = [struct.pack("<qii", number, 1, len(body)) + body for number, body in messages]
    return struct.pack("<II", CONTAINER, len(parts)) + b"".join(parts)


@pytest.fixture
async def raw(sandbox: Sandbox, account: Account) -> AsyncIterator[Raw]:
    key = sandbox.mtproto.keyring.add(os.urandom(256), account.id)
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.mtproto_port)
    writer.write(INTERMEDIATE)
    yield Raw(sandbox, key, reader, writer)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(("seconds", "ending", "code"), [(0, 1, 18), (-400, 0, 16), (60, 0, 17)])
async def test_a_message_id_that_cannot_be_is_refused(raw: Raw, seconds: int, ending: int, code: int) -> None:
    wrong = raw.message_id(seconds, ending)
    raw.send(bytes(functions.PingRequest(1)), wrong)
    _, _, notice = await raw.hear(types.BadMsgNotification)
    assert (notice.bad_msg_id, notice.error_code) == (wrong, code)


async def test_a_wrong_salt_is_answered_with_the_right_one_and_the_container_is_named(raw: Raw) -> None:
    outer = raw.message_id()
    raw.send(contained((raw.message_id(), bytes(functions.PingRequest(1)))), outer, salt=0)
    _, _, notice = await raw.hear(types.BadServerSalt)
    assert (notice.bad_msg_id, notice.error_code, notice.new_server_salt) == (outer, 48, raw._key.salt)


async def test_an_unknown_constructor_hides_no_neighbour(raw: Raw) -> None:
    ping = raw.message_id()
    unknown = struct.pack("<I", 0x12345678) + b"what is this"
    raw.send(contained((raw.message_id(), unknown), (ping, bytes(functions.PingRequest(77)))), raw.message_id())
    number, seq, pong = await raw.hear(types.Pong)
    assert (pong.msg_id, pong.ping_id, number % 4, seq % 2) == (ping, 77, 1, 0)


async def test_a_session_is_announced_once_and_its_content_is_numbered(sandbox: Sandbox, raw: Raw) -> None:
    raw.send(bytes(functions.updates.GetStateRequest()), raw.message_id())
    created = await raw.hear(types.NewSessionCreated)
    answered = await raw.hear(types.updates.State)
    sandbox.world.publish("news", "text")
    pushed = await raw.hear(types.Updates)
    assert [number % 4 for number, _, _ in (created, answered, pushed)] == [3, 1, 3]
    assert [seq for _, seq, _ in (created, answered, pushed)] == [1, 3, 5]
    assert created[0] < answered[0] < pushed[0]


async def test_acks_are_taken_in_silence_and_a_packed_request_is_unpacked(raw: Raw) -> None:
    packed = struct.pack("<I", GZIP) + TLObject.serialize_bytes(gzip.compress(bytes(functions.help.GetConfigRequest())))
    acks = bytes(types.MsgsAck([1, 2, 3]))
    raw.send(contained((raw.message_id(), acks), (raw.message_id(), packed)), raw.message_id())
    _, seq, config = await raw.hear(types.Config)
    assert (config.this_dc, [option.port for option in config.dc_options]) == (2, [raw._sandbox.mtproto_port])
    assert seq == 3


async def test_a_connection_that_stops_pinging_is_closed(raw: Raw) -> None:
    raw.send(bytes(functions.PingDelayDisconnectRequest(5, 0)), raw.message_id())
    await raw.hear(types.Pong)
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await raw.hear(types.Pong)


async def test_config_alone_brings_no_updates(sandbox: Sandbox, raw: Raw) -> None:
    raw.send(bytes(functions.help.GetConfigRequest()), raw.message_id())
    await raw.hear(types.Config)
    quiet = functions.InvokeWithoutUpdatesRequest(functions.updates.GetStateRequest())
    raw.send(bytes(quiet), raw.message_id())
    await raw.hear(types.updates.State)
    sandbox.world.publish("news", "not heard")
    raw.send(bytes(functions.updates.GetStateRequest()), raw.message_id())
    await raw.hear(types.updates.State)
    sandbox.world.publish("news", "heard")
    _, _, update = await raw.hear(types.Updates)
    assert update.updates[0].message.message == "heard"


async def test_an_unknown_key_is_told_so_by_the_transport(sandbox: Sandbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sandbox.mtproto_port)
    writer.write(INTERMEDIATE + struct.pack("<I", 40) + os.urandom(40))
    assert struct.unpack("<Ii", await reader.readexactly(8)) == (4, -404)
    writer.close()
    await writer.wait_closed()
