"""Waiting for an event."""

import asyncio

import pytest

from monitor.waiting import happened


async def test_what_has_happened_is_not_waited_for() -> None:
    event = asyncio.Event()
    event.set()
    assert await happened(event, 0)


async def test_what_does_not_happen_is_waited_for_no_longer() -> None:
    assert not await happened(asyncio.Event(), 0.001)


async def test_what_happens_ends_the_wait() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(happened(event, 3600))
    await asyncio.sleep(0)
    event.set()
    assert await waiting


@pytest.mark.parametrize("first", ["set", "cancel"])
async def test_who_is_cancelled_in_the_moment_in_which_it_happens_ends(first: str) -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(happened(event, 3600))
    await asyncio.sleep(0)
    for action in (event.set, waiting.cancel) if first == "set" else (waiting.cancel, event.set):
        action()
    with pytest.raises(asyncio.CancelledError):
        await waiting
