"""The parts of a connection live and end together."""

import asyncio

import pytest

from monitor.telegram.tasks import first_ended


async def test_when_one_part_fails_the_others_are_cancelled_and_its_error_is_raised() -> None:
    ended: list[str] = []

    async def lasting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("lasting")

    async def failing() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await first_ended(lasting(), failing())
    assert ended == ["lasting"]


async def test_a_request_that_telethon_cancels_counts_as_a_lost_connection() -> None:
    request: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def asking() -> None:
        await request

    asyncio.get_running_loop().call_soon(request.cancel)
    with pytest.raises(ConnectionError):
        await first_ended(asking())


async def test_cancelling_the_whole_is_no_lost_connection() -> None:
    whole = asyncio.create_task(first_ended(asyncio.Event().wait()))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    whole.cancel()
    with pytest.raises(asyncio.CancelledError):
        await whole
