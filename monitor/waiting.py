"""Waiting for something to happen, but not for ever."""

import asyncio
from contextlib import suppress


async def happened(event: asyncio.Event, seconds: float) -> bool:
    """Wait until the event is set, for so long at most; whether it is.

    Before Python 3.12 `asyncio.wait_for` forgets a cancellation in whose moment the event is set: who loops round it never ends.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
