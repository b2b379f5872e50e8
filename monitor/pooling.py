"""A pool whose waiting in vain is an error of the database, like any other for which it cannot be used just now."""

from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import AsyncAdaptedQueuePool

POOL_TIMEOUT_S = 60


class PatientPool(AsyncAdaptedQueuePool):
    """Raises OperationalError where no connection gets free in time: whoever survives a database that is away survives this."""

    __module__ = AsyncAdaptedQueuePool.__module__  # what it logs is SQLAlchemy's, heard from warnings on

    def _do_get(self) -> Any:
        try:
            return super()._do_get()
        except PoolTimeoutError as error:
            raise OperationalError(None, None, error) from error

    def _close_connection(self, connection: Any, *, terminate: bool = False) -> None:
        """As what is given up: two seconds for a PostgreSQL that may not answer."""
        super()._close_connection(connection, terminate=True)
