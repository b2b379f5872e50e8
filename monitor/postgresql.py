"""Connections to PostgreSQL that are given up where nobody answers any more.

A network that swallows packets ends no connection: whoever waits for an answer would wait for ever, and the server would keep the
locks of one who is gone. So both sides ask the other's system now and then whether it is there, which costs a long statement nothing;
and since something between them may say yes and pass nothing on, statements have a limit, too.
"""

import socket
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from monitor.pooling import POOL_TIMEOUT_S, PatientPool

DRIVER = "postgresql+asyncpg"
CONNECT_S = 10.0
PING_S = 5.0
CHECK_S = 5.0
"""How often who has a lock asks whether he still has it, and for how long he waits for the answer: see `monitor.advisory`."""
GONE_S = 30
"""Who was to ask and did not for so long has lost his locks: longer than it takes him to know it himself."""
_LONGEST_IDLE_S = 60.0
_SERVER = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""The server drops a client after 15 s of silence: later than the client gives up, who then holds no lock that another has."""
_CLIENT = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""Options of the client's socket, as far as its system has them (man 7 tcp): 10 s of silence end the connection."""
_FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Pool:
    """How many connections there may be at once to write and to read, and how many seconds a statement may take; None: any.

    A transaction in which nothing is said for as long, but no longer than a minute, is ended by the server.
    """

    writing: int = 5
    reading: int = 5
    limit_s: float | None = None


UNLIMITED = Pool()


def create(url: URL, size: int, limit_s: float | None, **options: Any) -> AsyncEngine:
    """An engine with a pool of `size` connections; none is kept for the next use where `size` is 0.

    A statement that is not answered in `limit_s` raises OperationalError, and its connection is given up.
    """
    if size:
        options = {"poolclass": PatientPool, "pool_size": size, "max_overflow": 0, **options}
        options.setdefault("pool_timeout", POOL_TIMEOUT_S)
    else:
        options["poolclass"] = NullPool
    arguments = {"timeout": CONNECT_S, "command_timeout": limit_s, "server_settings": _settings(limit_s)}
    engine = create_async_engine(url, connect_args=arguments, **options)
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "checkout", _ping)
    event.listen(engine.sync_engine, "handle_error", _give_up)
    return engine


def _settings(limit_s: float | None) -> dict[str, str]:
    if limit_s is None:
        return _SERVER
    return {**_SERVER, "idle_in_transaction_session_timeout": str(int(min(limit_s, _LONGEST_IDLE_S) * 1000))}


def _connect(dialect: Any, _record: Any, args: Any, parameters: Any) -> Any:
    """asyncpg's connecting raises what SQLAlchemy does not know as errors of a database that is away."""
    from asyncpg import InterfaceError, InternalClientError, PostgresError

    try:
        return dialect.connect(*args, **parameters)
    except (OSError, TimeoutError, PostgresError, InterfaceError, InternalClientError) as error:
        raise dialect.loaded_dbapi.OperationalError(str(error) or type(error).__name__) from error


def _prepare(connection: Any, record: Any) -> None:
    record.info[_FRESH] = True
    keep_alive(connection.driver_connection._transport.get_extra_info("socket"))


def keep_alive(sock: socket.socket) -> None:
    """Have the system end the connection when the other side's does not answer."""
    if sock.family == socket.AF_UNIX:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _CLIENT.items():
        if (option := getattr(socket, name, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def _ping(connection: Any, record: Any, _proxy: Any) -> None:
    """Whoever takes a connection gets one that answers. SQLAlchemy's `pool_pre_ping` asks three times, and waits for ever."""
    from asyncpg import InterfaceError, InternalClientError, PostgresError

    if record.info.pop(_FRESH, False):
        return
    try:
        connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=PING_S))
    except (OSError, InterfaceError, InternalClientError, PostgresError) as error:
        raise InvalidatePoolError("a connection does not answer") from error


def _give_up(context: ExceptionContext) -> OperationalError | None:
    """What asyncpg tells of as of the program's mistakes: no answer in time, and statements while the server ends the connection."""
    from asyncpg import InternalClientError

    error = context.original_exception
    reason: OSError
    if isinstance(error, TimeoutError):
        reason = TimeoutError("the database has not answered in time")
    elif isinstance(error.__cause__, InternalClientError):
        reason = ConnectionAbortedError("the database is ending the connection")
    else:
        return None
    context.is_disconnect = True
    return OperationalError(context.statement, context.parameters, reason, connection_invalidated=True)
