"""What becomes of work when the program is asked to end."""

import asyncio

import pytest

from bot.ending import finish_in_time


async def test_work_that_ends_by_itself_needs_no_stop() -> None:
    await finish_in_time(asyncio.sleep(0), asyncio.Event())


async def test_what_is_under_way_may_finish() -> None:
    stopping, done = asyncio.Event(), []

    async def work() -> None:
        await stopping.wait()
        await asyncio.sleep(0.01)
        done.append(True)

    asyncio.get_running_loop().call_soon(stopping.set)
    await finish_in_time(work(), stopping, patience_s=60)
    assert done


async def test_what_does_not_finish_is_cancelled() -> None:
    stopping, cancelled = asyncio.Event(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    stopping.set()
    await finish_in_time(work(), stopping, patience_s=0.01)
    assert cancelled


async def test_an_error_of_the_work_is_told_before_and_after_the_stop() -> None:
    async def work() -> None:
        raise ValueError("no")

    for stop in (False, True):
        stopping = asyncio.Event()
        if stop:
            stopping.set()
        with pytest.raises(ValueError, match="no"):
            await finish_in_time(work(), stopping)


async def test_whoever_is_cancelled_cancels_the_work() -> None:
    begun, cancelled = asyncio.Event(), []

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    task = asyncio.create_task(finish_in_time(work(), asyncio.Event()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled
