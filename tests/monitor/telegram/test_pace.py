"""The listener's own pace, and its patience with Telegram's."""

import pytest
from telethon import errors

from monitor.telegram.pace import ATTEMPTS, Pace, patiently


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def flood(seconds: int) -> errors.FloodWaitError:
    return errors.FloodWaitError(request=None, capture=seconds)


async def test_a_burst_goes_through_at_once_and_then_the_rate_holds() -> None:
    time = Time()
    pace = Pace(20, 10, clock=time.clock, sleep=time.sleep)
    moments = []
    for _ in range(30):
        await pace.turn()
        moments.append(time.now)
    assert moments[:10] == [0.0] * 10
    assert moments[10:] == [3.0 * number for number in range(1, 21)]


async def test_no_minute_sees_more_than_the_rate_and_the_burst() -> None:
    time = Time()
    pace = Pace(60, 5, clock=time.clock, sleep=time.sleep)
    moments = []
    for number in range(200):
        time.now += 7.5 if number % 20 == 0 else 0
        await pace.turn()
        moments.append(time.now)
    assert max(sum(start <= moment < start + 60 for moment in moments) for start in moments) <= 65


async def test_a_flood_wait_is_waited_for_and_the_request_asked_again() -> None:
    time, answers = Time(), iter([flood(40), flood(2), None])

    async def ask() -> str:
        if (error := next(answers)) is not None:
            raise error
        return "answer"

    assert await patiently(ask, sleep=time.sleep) == "answer"
    assert time.slept == [41, 3]


async def test_a_flood_wait_without_end_is_told_to_the_caller() -> None:
    time = Time()

    async def ask() -> None:
        raise flood(1)

    with pytest.raises(errors.FloodWaitError):
        await patiently(ask, sleep=time.sleep)
    assert len(time.slept) == ATTEMPTS
