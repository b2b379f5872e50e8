"""How many connections to PostgreSQL each use of the database takes, and for how long one of its statements may take.

Uses have pools of their own, so that none takes from another: however many people ask something at once, messages leave and posts are
stored. On SQLite, which has one writer, all share one file's connections.
"""

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.middlewares import AT_ONCE
from monitor.database import Sessions, create_engine, create_sessions
from monitor.limits import Limits
from monitor.postgresql import Pool


class Use(StrEnum):
    """What the database is used for: by every process, or by a role."""

    PROCESS = "process"
    LISTENER = "listener"
    RELAY = "relay"
    CROWD = "crowd"
    COMMANDS = "commands"
    FILES = "files"
    SCHEDULE = "schedule"


POOLS: Mapping[Use, Pool] = {
    # The beat, without which nothing is sent, and the alarm write; probes, metrics and feeds read.
    Use.PROCESS: Pool(writing=2, reading=2, limit_s=10),
    # A few rows by their keys in each statement. What a relay has sent it must write down before it is taken for gone (GONE_S).
    Use.LISTENER: Pool(writing=2, reading=1, limit_s=30),
    Use.RELAY: Pool(writing=3, reading=1, limit_s=20),
    # Pages of thousands of rows, in files those of a search: on a slow machine some take tens of seconds.
    Use.CROWD: Pool(writing=1, reading=1, limit_s=120),
    Use.FILES: Pool(writing=1, reading=2, limit_s=120),
    # One of each for every handler, and for what goes before and after handlers. Somebody waits for the answer.
    Use.COMMANDS: Pool(writing=AT_ONCE + 1, reading=AT_ONCE + 1, limit_s=60),
    # Forgets, counts and removes in a whole archive, and nobody waits for it.
    Use.SCHEDULE: Pool(writing=1, reading=1, limit_s=600),
}
USES: Mapping[str, tuple[Use, ...]] = {
    "listener": (Use.LISTENER,),
    "commands": (Use.COMMANDS, Use.FILES),
    "relay": (Use.RELAY, Use.CROWD),
    "schedule": (Use.SCHEDULE,),
}
"""What each role uses the database for."""


def most(roles: Iterable[str], accounts: int = 0) -> int:
    """How many connections a process with these roles, which listens with so many accounts, has at most."""
    chosen = set(roles)
    pools = [POOLS[Use.PROCESS], *(POOLS[use] for role in chosen for use in USES[role])]
    locks = 1 + ("schedule" in chosen) + (accounts if "listener" in chosen else 0)  # the first is the line
    return locks + sum(pool.writing + pool.reading for pool in pools)


class Connections:
    """The sessions of each use. Those of PostgreSQL are closed with the stack; `engine` is what a program starts with."""

    def __init__(self, engine: AsyncEngine, limits: Limits, stack: AsyncExitStack) -> None:
        self._engine = engine
        self._limits = limits
        self._stack = stack
        self._shared = create_sessions(engine, limits) if engine.dialect.name == "sqlite" else None

    def of(self, use: Use) -> Sessions:
        """New ones on PostgreSQL."""
        if self._shared is not None:
            return self._shared
        url = self._engine.url.render_as_string(hide_password=False)
        engine = create_engine(url, POOLS[use])
        self._stack.push_async_callback(engine.dispose)
        return create_sessions(engine, self._limits, POOLS[use])
