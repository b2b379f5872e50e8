"""Running the parts of a connection together: when one ends, all end."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from telethon import TelegramClient, errors

OF_ALL = (OSError, EOFError, errors.BadMessageError, SQLAlchemyError, sqlite3.Error)
"""What fails for every channel alike: the connection, and the databases, of which a session file of Telethon's is one."""

Result = TypeVar("Result")


async def first_ended(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all until the first ends, cancel the others, and raise what it raised.

    Telethon cancels the requests that wait on a connection when it is lost; to the caller that is a ConnectionError.
    """
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if task.cancelled():
            raise ConnectionError("the connection was lost during a request")
        task.result()


async def every(seconds: float, action: Callable[[], Awaitable[None]]) -> NoReturn:
    """Do it again and again, with a pause before each time."""
    while True:
        await asyncio.sleep(seconds)
        await action()


async def finished(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Its result. A caller that is cancelled meanwhile ends after it, so that no transaction is torn out of its connection."""
    task = asyncio.create_task(coroutine)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():  # the caller may be cancelled more than once
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise


def pass_on(error: Exception, client: TelegramClient) -> None:
    """Raise what is not about one channel; return for all else.

    A connection that ends gives its reason, whatever that is, to all who wait for answers.
    """
    if isinstance(error, OF_ALL) or not client.is_connected():
        raise error
