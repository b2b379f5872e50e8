"""A channel that posts less than it uses to is told of once; a night is no silence."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor import coverage, silence
from monitor.database import Sessions
from monitor.models import Channel
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, watch

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "pause", "silent"),
    [
        ([1] * 30, 2, False),  # a pause that is short for anybody
        ([1] * 30, 4, True),
        ([1] * 15 + [9] + [1] * 15, 10, False),  # it sleeps at night
        ([1] * 15 + [9] + [1] * 15, 19, True),
        ([1] * 10, 400, False),  # too few posts to know its habit
    ],
)
def test_silence_is_told_by_the_channels_own_pauses(hours: list[int], pause: int, silent: bool) -> None:
    dates = [NOW - pause * HOUR]
    for each in hours:
        dates.append(dates[-1] - each * HOUR)
    assert silence.is_silent(dates, NOW) is silent


async def test_a_silent_channel_is_told_of_once_until_it_posts_again(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(n, "пост", date=NOW + n * HOUR) for n in range(1, 31)), reached={CHANNEL: 30})

    async def fallen(hours: int) -> list[int]:
        now = NOW + hours * HOUR
        async with sessions.begin() as session:
            await coverage.swept(session, {CHANNEL: None}, now)
            changed = await silence.look(session, now)
            return [channel.id for channel, _ in await silence.note(session, changed, now)]

    assert [await fallen(hours) for hours in (31, 36, 40)] == [[], [CHANNEL], []]
    await arrive(sessions, arrival(31, "пост", date=NOW + 40 * HOUR), reached={CHANNEL: 31})
    assert [await fallen(hours) for hours in (41, 70)] == [[], [CHANNEL]]


async def test_a_channel_that_could_not_be_compared_with_telegram_is_not_called_silent(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(n, "пост", date=NOW + n * HOUR) for n in range(1, 31)), reached={CHANNEL: 30})
    async with sessions.begin() as session:
        assert await silence.look(session, NOW + 99 * HOUR) == {}
        await session.execute(update(Channel).values(checked_at=NOW + 99 * HOUR, top=31))
        assert await silence.look(session, NOW + 99 * HOUR) == {}


async def test_a_report_says_when_a_channel_posted_who_reads_it_and_how_far_behind_it_is(sessions: Sessions) -> None:
    await watch(sessions)
    await watch(sessions, 1002, "empty_news")
    await arrive(sessions, arrival(1, "раз"), arrival(2, "два"), reached={CHANNEL: 2})
    async with sessions.begin() as session:
        line = coverage.Line(top=5, pts=9, title="Осторожно", username="ostorozhno", protected=True)
        await coverage.swept(session, {CHANNEL: line}, NOW)
    async with sessions() as session:
        empty, full = sorted(await coverage.report(session), key=lambda covered: -covered.channel.id)
    assert (full.last, full.account, full.behind, full.is_troubled) == (NOW + timedelta(minutes=2), "main", 3, True)
    assert (full.channel.title, full.channel.username, full.channel.protected) == ("Осторожно", "ostorozhno", True)
    assert (empty.last, empty.behind, empty.is_troubled) == (None, 0, False)
