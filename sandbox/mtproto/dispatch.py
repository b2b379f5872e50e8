"""Dispatch: takes each message of a client to its handler and the answer back."""

from __future__ import annotations

import gzip
import logging
import struct
from typing import TYPE_CHECKING, Any

from telethon.tl import TLObject, functions, types
from telethon.tl.core import GzipPacked

from sandbox.mtproto.call import Call
from sandbox.mtproto.refusal import Refusal
from sandbox.mtproto.requests import handlers

if TYPE_CHECKING:
    from sandbox.mtproto.connection import Connection

logger = logging.getLogger(__name__)

RPC_RESULT, VECTOR, TRUE, FALSE = 0xF35C6D01, 0x1CB5C415, 0x997275B5, 0xBC799737
PACKED_FROM = 16_384  # bytes of an answer worth packing
WRAPPERS = (
    functions.InvokeWithLayerRequest,
    functions.InitConnectionRequest,
    functions.InvokeWithoutUpdatesRequest,
    functions.InvokeAfterMsgRequest,
    functions.InvokeAfterMsgsRequest,
)
QUIET = (types.MsgsAck, types.MsgsStateReq, types.MsgResendReq, types.HttpWait, functions.RpcDropAnswerRequest)
HANDLERS = handlers()


def method_name(request: Any) -> str:
    """A request's name as documentation has it: messages.getHistory."""
    name = type(request).__name__.removesuffix("Request")
    space = type(request).__module__.rpartition(".")[2]
    method = name[:1].lower() + name[1:]
    return method if space == "functions" else f"{space}.{method}"


class Dispatch:
    """The requests of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._server = connection.server

    def take(self, message_id: int, message: Any) -> None:
        """Handles one message; `message` None is one of an unknown constructor."""
        if isinstance(message, QUIET) or self._is_service(message_id, message):
            return
        updates = True
        while isinstance(message, WRAPPERS):
            updates = updates and not isinstance(message, functions.InvokeWithoutUpdatesRequest)
            message = message.query
        if self._strikes(method_name(message)):
            return
        try:
            result = self._result(message)
        except Refusal as refusal:
            result = types.RpcError(refusal.code, refusal.message)
        except Exception:
            # One handler's mistake must look to the client as Telegram's own would, and to the developer as a traceback.
            logger.exception("%s failed", method_name(message))
            result = types.RpcError(500, "INTERNAL")
        # help.getConfig alone comes from connections that want no updates, such as those of downloads.
        if updates and not isinstance(message, functions.help.GetConfigRequest):
            self._connection.listening = True
        self._answer(message_id, _packed(result))

    def _is_service(self, message_id: int, message: Any) -> bool:
        if isinstance(message, functions.PingRequest | functions.PingDelayDisconnectRequest):
            self._connection.send(bytes(types.Pong(message_id, message.ping_id)), answer=True, content=False)
            if isinstance(message, functions.PingDelayDisconnectRequest):
                self._connection.close_after(message.disconnect_delay)
            return True
        if isinstance(message, functions.GetFutureSaltsRequest):
            salts = types.FutureSalts(message_id, int(self._server.now()), [])
            self._connection.send(bytes(salts), answer=True)
            return True
        if isinstance(message, functions.DestroySessionRequest):
            self._connection.send(bytes(types.DestroySessionNone(message.session_id)), answer=True)
            return True
        return False

    def _strikes(self, method: str) -> bool:
        """Whether a fault takes the request away without an answer."""
        if self._server.faults.take("cut_connection", method):
            self._connection.cut()
            return True
        return self._server.faults.take("no_answer", method) is not None

    def _result(self, request: Any) -> Any:
        handler = HANDLERS.get(type(request))
        key = self._connection.key
        if handler is None or key is None:
            logger.warning("no handler for %s", type(request).__name__)
            raise Refusal(400, "INPUT_METHOD_INVALID")
        self._server.calls.append(method := method_name(request))
        flood = self._server.faults.take("flood_wait", method)
        if flood:
            raise Refusal(420, f"FLOOD_WAIT_{flood.detail.get('seconds', 1)}")
        error = self._server.faults.take("rpc_error", method)
        if error:
            raise Refusal(error.detail.get("code", 400), error.detail.get("message", "UNKNOWN"))
        return handler(Call(self._server, key), request)

    def _answer(self, message_id: int, body: bytes) -> None:
        if len(body) >= PACKED_FROM:
            packed = TLObject.serialize_bytes(gzip.compress(body, compresslevel=1))
            body = struct.pack("<I", GzipPacked.CONSTRUCTOR_ID) + packed
        self._connection.send(struct.pack("<Iq", RPC_RESULT, message_id) + body, answer=True)


def _packed(result: Any) -> bytes:
    """A result as bytes. A list is a vector of objects."""
    if isinstance(result, bool):
        return struct.pack("<I", TRUE if result else FALSE)
    if isinstance(result, list):
        return struct.pack("<II", VECTOR, len(result)) + b"".join(map(bytes, result))
    return bytes(result)
