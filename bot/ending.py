"""Ending in time: what is asked to stop gets a while to finish, then it is cancelled, and at last the process leaves.

Nothing is lost by that: what was under way is in the database, as after a kill. An orchestrator that waits longer than `LIMIT_S`
never has to kill.
"""

import asyncio
import logging
import os
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)

PATIENCE_S = 7.0
LIMIT_S = 9.5


async def finish_in_time(
    work: Coroutine[Any, Any, None], stopping: asyncio.Event, *, patience_s: float = PATIENCE_S
) -> None:
    """Do the work; what of it has not ended `patience_s` after `stopping` was set is cancelled, which is no error."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        _, late = await asyncio.wait({working}, timeout=patience_s if stopping.is_set() else None)
        if late:
            logger.warning(
                "not everything ended in time, the rest is taken up at the next start: seconds=%s", patience_s
            )
        else:
            working.result()
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)


def leave() -> None:
    """End the process as it is: something cannot even be cancelled, a transaction whose database does not answer for example."""
    logger.critical("something does not end at all, leaving it: seconds=%s", LIMIT_S)
    logging.shutdown()
    os._exit(1)
