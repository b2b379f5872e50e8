"""A way to a server on loopback that can stop passing anything on without a word, as a network that swallows packets does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Way:
    """`port` is where clients connect."""

    def __init__(self, to: int) -> None:
        self.port = 0
        self.is_open = True
        """Whether anything is passed on of what is connected from now on."""
        self.last: bytes | None = None
        """What this is in is the last that is passed on of its connection."""
        self._to = to
        self._open: set[object] = set()
        self._writers: list[asyncio.StreamWriter] = []

    def swallow(self) -> int:
        """Pass nothing more on of what is connected, not even its end; how many connections that are."""
        swallowed = len(self._open)
        self._open.clear()
        return swallowed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:  # it is being restarted
            writer.transport.abort()
            return
        self._writers.append(server_writer)
        mark = object()
        if self.is_open:
            self._open.add(mark)
        with suppress(asyncio.CancelledError):  # with the test, which asyncio would tell of as an error
            await asyncio.gather(self._pass(reader, server_writer, mark), self._pass(server_reader, writer, mark))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mark: object) -> None:
        with suppress(OSError):
            while content := await reader.read(1 << 16):
                if mark in self._open:
                    writer.write(content)
                if self.last is not None and self.last in content:
                    self.last = None
                    self._open.discard(mark)
        if mark in self._open:
            writer.close()

    def close(self) -> None:
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def way(to: int) -> AsyncIterator[Way]:
    """A way to this port of loopback."""
    made = Way(to)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.close()
        await asyncio.sleep(0)
