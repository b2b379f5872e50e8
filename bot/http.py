"""The optional HTTP server: what other parts offer over HTTP, on one port."""

import asyncio
import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from monitor.errors import MonitorError

logger = logging.getLogger(__name__)

PATIENCE_S = 5  # for requests under way at the end


class HttpPortError(MonitorError):
    """The HTTP server cannot listen there: change [http] host or port."""

    code = "http_port"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Nothing can listen at {host}:{port}: change [http] host or port.", host=host, port=str(port))


def is_fault(record: logging.LogRecord) -> bool:
    """Whether it is one of ours: what is no HTTP anybody may send, and would so fill the log and be told to the admins."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError)


logger.addFilter(is_fault)


class HttpServer:
    """Serves `routes` at `host`:`port` until `stop()`, which lets requests under way end. Port 0: any that is free."""

    def __init__(self, host: str, port: int, routes: Iterable[web.RouteDef]) -> None:
        self._host = host
        self._port = port
        self._routes = list(routes)
        self._stopping = asyncio.Event()
        self.port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """Where it listens, once it does."""

    def stop(self) -> None:
        """End `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until stopped. Raises HttpPortError. Requests are not logged: secret links would stand in the log."""
        app = web.Application()
        app.add_routes(self._routes)
        runner = web.AppRunner(app, access_log=None, logger=logger, shutdown_timeout=PATIENCE_S)
        await runner.setup()
        try:
            await self._listen(runner)
            await self._stopping.wait()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except (OSError, OverflowError):
            raise HttpPortError(self._host, self._port) from None
        self.port.set_result(runner.addresses[0][1])
