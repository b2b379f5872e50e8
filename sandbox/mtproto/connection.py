"""Connection: one client at the other end of a socket, from the first byte to the last."""

from __future__ import annotations

import asyncio
import gzip
import logging
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.core import GzipPacked

from sandbox.mtproto.dispatch import Dispatch
from sandbox.mtproto.envelope import Envelope, seal, unseal
from sandbox.mtproto.handshake import Handshake
from sandbox.mtproto.keyring import AuthKey
from sandbox.mtproto.outbox import CONTAINER, Outbox
from sandbox.mtproto.transport import Transport

if TYPE_CHECKING:
    from sandbox.mtproto.server import Server

logger = logging.getLogger(__name__)

UNKNOWN_KEY = struct.pack("<i", -404)
PAST, FUTURE = 300, 30  # seconds that a client's message ids may differ from the server's clock
UNSENT_MAXIMUM = 64 * 1024 * 1024


class Connection:
    """Handshake or session, then requests. `listening` once a request asked for updates."""

    def __init__(self, server: Server, transport: Transport) -> None:
        self.server = server
        self.transport = transport
        self.key: AuthKey | None = None
        self.listening = False
        self._session_id = 0
        self._announced = False
        self._outbox = Outbox(server.now)
        self._handshake = Handshake(server.keyring, server.now)
        self._dispatch = Dispatch(self)
        self._flush_due = False
        self._closing: asyncio.TimerHandle | None = None

    async def serve(self) -> None:
        """Reads packets until the client leaves or misbehaves."""
        try:
            await self.transport.detect()
            while True:
                self._take(await self.transport.read())
                await self.transport.writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError) as reason:
            logger.debug("connection ends: %s", reason)
        except Exception:
            # Whatever a client sends, broken bytes included, ends its own connection and nothing else.
            logger.debug("connection ends", exc_info=True)
        finally:
            self.close_after(None)

    def push(self, update: Any) -> None:
        """Tells a listening client of an update."""
        self.send(bytes(update), answer=False)

    def send(self, body: bytes, *, answer: bool, content: bool = True) -> None:
        """Queues a message; all of one turn of the loop leave together."""
        self._outbox.put(body, answer=answer, content=content)
        if not self._flush_due:
            self._flush_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def cut(self) -> None:
        """Resets the TCP connection."""
        self.transport.writer.transport.abort()

    def close_after(self, seconds: float | None) -> None:
        """Arms the timer that closes the connection, or takes it away with None."""
        if self._closing:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(seconds, self.cut) if seconds is not None else None

    def _take(self, packet: bytes) -> None:
        if len(packet) < 24:
            raise ValueError("a packet too short")
        key_id = struct.unpack_from("<q", packet)[0]
        if key_id == 0:
            self._shake_hands(packet)
            return
        key = self.server.keyring.get(key_id)
        if key is None:
            self.transport.write(UNKNOWN_KEY)
            return
        self.key = key
        self._open(unseal(key.data, packet))

    def _shake_hands(self, packet: bytes) -> None:
        request = BinaryReader(packet[20:]).tgread_object()
        if isinstance(request, types.MsgsAck):
            return
        answer = bytes(self._handshake.answer(request))
        message_id = int(self.server.now() * 2**32) & ~3 | 1
        self.transport.write(struct.pack("<qqi", 0, message_id, len(answer)) + answer)

    def _open(self, envelope: Envelope) -> None:
        if self._session_id != envelope.session_id:
            self._session_id, self._outbox = envelope.session_id, Outbox(self.server.now)
            self._announced = False
        complaint = self._complaint(envelope)
        if complaint is not None:
            self.send(bytes(complaint), answer=True, content=False)
            return
        if not self._announced:
            self._announced = True
            created = types.NewSessionCreated(envelope.message_id, envelope.session_id, self._key.salt)
            self.send(bytes(created), answer=False)
        for message_id, body in _messages(envelope):
            self._dispatch.take(message_id, _decode(body))

    def _complaint(self, envelope: Envelope) -> Any:
        """What is wrong with the envelope, None if nothing."""
        code = None
        age = self.server.now() - (envelope.message_id >> 32)
        if envelope.message_id % 4:
            code = 18
        elif age > PAST or age < -FUTURE:
            code = 16 if age > PAST else 17
        if code is not None:
            return types.BadMsgNotification(envelope.message_id, envelope.seq_no, code)
        if envelope.salt != self._key.salt:
            return types.BadServerSalt(envelope.message_id, envelope.seq_no, 48, self._key.salt)
        return None

    @property
    def _key(self) -> AuthKey:
        if self.key is None:
            raise ValueError("no key yet")
        return self.key

    def _flush(self) -> None:
        self._flush_due = False
        writer = self.transport.writer
        if self.key is None or writer.transport.is_closing():
            return
        for message_id, seq_no, body in self._outbox.drain():
            envelope = Envelope(self.key.salt, self._session_id, message_id, seq_no, body)
            self.transport.write(seal(self.key.data, self.key.id, envelope))
        if writer.transport.get_write_buffer_size() > UNSENT_MAXIMUM:
            self.cut()


def _messages(envelope: Envelope) -> Iterator[tuple[int, bytes]]:
    """The messages inside, by their lengths: an unknown constructor must not hide its neighbours."""
    body = envelope.body
    if struct.unpack_from("<I", body)[0] != CONTAINER:
        yield envelope.message_id, body
        return
    position = 8
    for _ in range(struct.unpack_from("<I", body, 4)[0]):
        message_id, _, length = struct.unpack_from("<qii", body, position)
        position += 16
        yield message_id, body[position : position + length]
        position += length


def _decode(body: bytes) -> Any:
    """The object in a message, unpacked; None where its constructor is unknown."""
    if struct.unpack_from("<I", body)[0] == GzipPacked.CONSTRUCTOR_ID:
        body = gzip.decompress(BinaryReader(body[4:]).tgread_bytes())
    try:
        return BinaryReader(body).tgread_object()
    except TypeNotFoundError:
        return None
