"""What two processes store at the same moment: one of them is refused, and looks at it anew."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

Result = TypeVar("Result")

ATTEMPTS = 6


async def among_rivals(store: Callable[[], Awaitable[Result]]) -> Result:
    """What `store`, a transaction of its own, returns; again where another stored the same post, or one of the same second, first.

    Raises IntegrityError where that does not end.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(IntegrityError):
            return await store()
    return await store()
