"""Outbox: numbers, orders and wraps what the server says in one MTProto session."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

CONTAINER = 0x73F1F8DC
COUNT_MAXIMUM = 100
BYTES_MAXIMUM = 1_000_000


class Outbox:
    """Messages of one session that wait for the end of the loop's turn, then leave in as few containers as possible."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last_id = 0
        self._content = 0
        self._waiting: list[tuple[int, int, bytes]] = []

    def put(self, body: bytes, *, answer: bool, content: bool = True) -> None:
        """Queues a message. Its id ends in 1 if it answers, in 3 if it is a push; content is numbered."""
        self._waiting.append((self._message_id(1 if answer else 3), self._seq_no(content), body))

    def drain(self) -> Iterator[tuple[int, int, bytes]]:
        """Everything queued, as (message id, seq no, body) ready for an envelope."""
        waiting, self._waiting = self._waiting, []
        batch: list[tuple[int, int, bytes]] = []
        size = 0
        for message in waiting:
            if batch and (len(batch) == COUNT_MAXIMUM or size + len(message[2]) > BYTES_MAXIMUM):
                yield self._wrap(batch)
                batch, size = [], 0
            batch.append(message)
            size += len(message[2]) + 16
        if batch:
            yield self._wrap(batch)

    def _wrap(self, batch: list[tuple[int, int, bytes]]) -> tuple[int, int, bytes]:
        if len(batch) == 1:
            return batch[0]
        parts = [struct.pack("<II", CONTAINER, len(batch))]
        for message_id, seq_no, body in batch:
            parts += [struct.pack("<qii", message_id, seq_no, len(body)), body]
        return self._message_id(1), self._seq_no(content=False), b"".join(parts)

    def _message_id(self, ending: int) -> int:
        number = int(self._now() * 2**32) & ~3 | ending
        if number <= self._last_id:
            number = (self._last_id & ~3) + 4 | ending
        self._last_id = number
        return number

    def _seq_no(self, content: bool) -> int:
        number = self._content * 2 + content
        self._content += content
        return number
