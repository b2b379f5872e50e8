"""Asks the process that draws, which is started when it is first needed and ended when it is needed no more."""

import asyncio
import sys
from contextlib import suppress

from bot.charts.chart import Chart
from monitor.errors import MonitorError

IDLE_S = 300
PATIENCE_S = 20


class ChartError(MonitorError):
    """The picture could not be drawn: try again later."""

    code = "chart"


class Painter:
    """Draws one chart at a time; the process lives `idle_s` seconds beyond the last one."""

    def __init__(self, *, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process that draws."""
        return self._process is not None

    async def prepare(self) -> None:
        """Start the process beside what a chart is made of; if that fails, `draw` says so."""
        if self._process is None and not self._turn.locked():
            async with self._turn:
                self._keep()
                with suppress(OSError):
                    await self._started()
                self._wait()

    async def draw(self, chart: Chart) -> bytes:
        """The chart as PNG. Raises ChartError."""
        async with self._turn:
            self._keep()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    picture = await self._ask(chart)
            except (OSError, EOFError, TimeoutError):
                self._end()
                raise ChartError from None
            except asyncio.CancelledError:  # what is under way would be taken for the next answer
                self._end()
                raise
            self._wait()
        if not picture:
            raise ChartError
        return picture

    async def close(self) -> None:
        """End the process."""
        process = self._process
        self._keep()
        self._end()
        if process is not None:
            await process.wait()

    async def _ask(self, chart: Chart) -> bytes:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(chart.dump())
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(4), "big")
        return await process.stdout.readexactly(size)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.charts.child"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for this process, which ends the other
            )
        return self._process

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._idle_s, self._end)

    def _keep(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process = None
