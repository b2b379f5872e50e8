"""How fast a listener goes in these tests, and waiting for what it does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from monitor.telegram.listener import Listener
from monitor.telegram.timing import Timing
from sandbox.mtproto.server import Server

QUICK = Timing(
    ping_s=0.05,
    health_s=0.1,
    poll_s=0.1,
    sweep_s=0.3,
    watch_s=0.05,
    first_retry_s=0.05,
    last_retry_s=0.2,
    history_per_minute=60_000,
    joins_per_hour=3_600_000,
    adopt_s=0.3,
    refused_s=0.3,
)
"""Nothing here waits for Telegram's sake."""

PATIENT = Timing(
    ping_s=60,
    health_s=60,
    sweep_s=600,
    watch_s=60,
    first_retry_s=0.05,
    last_retry_s=0.2,
    history_per_minute=60_000,
    joins_per_hour=3_600_000,
)
"""Neither the sweep nor the health check helps: what arrives was pushed, or pulled because of a push."""

Listening = Callable[..., AbstractAsyncContextManager[Listener]]


async def eventually(condition: Callable[[], Awaitable[bool]], tries: int = 1200) -> None:
    """Wait until the condition holds."""
    for _ in range(tries):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


async def watch(telegram: Server, listener: Listener, target: str) -> None:
    """Watch a channel, and wait until its first pull has looked: what comes later it does not bring."""

    def looked() -> int:
        return telegram.calls.count("messages.getHistory")

    before = looked()

    async def settled() -> bool:
        return looked() >= before + 2

    await listener.wishes.watch(target)
    await eventually(settled)
