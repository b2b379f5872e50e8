"""What two processes store at the same moment: one of them is refused, and looks at it anew."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

Result = TypeVar("Result")

ATTEMPTS = 6
_DEADLOCK = "40P01"  # postgresql.org/docs/current/errcodes-appendix.html


async def among_rivals(store: Callable[[], Awaitable[Result]]) -> Result:
    """What `store`, a transaction of its own, returns; again where another was first.

    That stored the same post, or one of the same second; or the two waited for one another, as who tells the story of a post does for
    who edits it, and PostgreSQL ended this one. Raises the DBAPIError where that does not end.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return await store()
        except DBAPIError as error:
            if not _is_of_rivals(error):
                raise
    return await store()


def _is_of_rivals(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == _DEADLOCK
