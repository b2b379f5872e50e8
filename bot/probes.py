"""`/healthz`: the process answers. `/readyz`: it can do its work, or what it waits for."""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web
from sqlalchemy import text

from monitor.database import Sessions

PATIENCE_S = 2


def probe_routes(sessions: Sessions, waits_for: Callable[[], Iterable[str]]) -> list[web.RouteDef]:
    """Where an orchestrator asks; `waits_for` names what this process has not got yet."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_: web.Request) -> web.Response:
        missing = [*waits_for(), *([] if await _answers(sessions) else ["database"])]
        if missing:
            return web.Response(status=503, text=f"waits for: {', '.join(missing)}\n")
        return web.Response(text="ready\n")

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


async def _answers(sessions: Sessions) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_S), sessions() as session:
            await session.execute(text("SELECT 1"))
    except Exception:  # each driver has its own
        return False
    return True
