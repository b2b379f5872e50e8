"""/stats: pictures of how much was posted, drawn by a process of their own."""

import asyncio
import struct
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.charts.chart import Chart
from bot.charts.painter import ChartError, Painter
from bot.i18n import translator
from monitor import spikes, trends
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel
from monitor.topics import StandingTopics
from monitor.volume import volume
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.test_trends import fill as fill_topic
from tests.monitor.test_trends import topic_of

EN = translator("en")
CHART = Chart("Баку ə ş 🔥", "5 posts", ["1", "2"], 1, [("Новости $a$", [2, 3])])


async def fill(sessions: Sessions) -> None:
    """Eight channels, of which channel n posted n times about Baku, an hour apart, and once long ago."""
    posts = [
        IncomingPost(channel, number, NOW - timedelta(hours=number - 1), "в Баку тихо")
        for channel in range(1, 9)
        for number in range(1, channel + 1)
    ]
    posts.append(IncomingPost(1, 99, NOW - timedelta(days=100), "в Баку тихо"))
    async with sessions.begin() as session:
        session.add_all(Channel(id=n, username=f"news{n}", title=f"News {n}", added_at=NOW) for n in range(1, 9))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("query", ["Баку", "/бак[уи]/"])
async def test_posts_are_counted_by_hour_and_by_channel(sessions: Sessions, query: str) -> None:
    await fill(sessions)
    async with sessions() as session:
        found = await volume(session, query, "24h", NOW, UTC)
    assert len(found.buckets) == 24
    assert [name for name, _ in found.series] == ["News 8", "News 7", "News 6", "News 5", "News 4", None]
    assert found.series[0][1] == [0] * 16 + [1] * 8
    assert found.series[-1][1][-3:] == [1, 2, 3]
    assert found.total == 36
    assert not found.cut


async def test_days_are_those_of_the_reader(sessions: Sessions) -> None:
    await fill(sessions)
    async with sessions() as session:
        here = await volume(session, "Баку from:@news8", "7d", NOW, UTC)
        there = await volume(session, "Баку from:@news8", "7d", NOW, ZoneInfo("Asia/Vladivostok"))
        west = await volume(session, "Баку from:@news8", "7d", NOW, ZoneInfo("America/Los_Angeles"))
    assert [found.series[0][1][-2:] for found in (here, there, west)] == [[0, 8], [0, 8], [5, 3]]


async def picture(telegram: ScriptedTelegram, reader: Chat, text: str) -> Request:
    await reader.say(text)
    return await telegram.until_asked("sendPhoto")


async def test_stats_of_a_query_is_a_picture_that_changes_its_period_and_colours_in_place(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions)
    sent = await picture(telegram, reader, "/stats Баку")
    ((name, content),) = sent.files
    assert (name, size(content)) == ("stats.png", (1080, 1080))
    assert sent.params["caption"] == f"📊 Баку\n{EN('search-count', count=36)} · {EN('filter-period-24h')}"
    await reader.press(sent.buttons()[EN("stats-7d")])
    week = await telegram.until_asked("editMessageMedia")
    assert EN("filter-period-7d") in week.params["media"]["caption"]
    await reader.press(week.buttons()[EN("stats-24h")])
    edited = await telegram.until_asked("editMessageMedia", 2)
    assert EN("filter-period-24h") in edited.params["media"]["caption"]
    await reader.press(edited.buttons()[EN("stats-dark")])
    dark = await telegram.until_asked("editMessageMedia", 3)
    assert EN("filter-period-24h") in dark.params["media"]["caption"]
    assert EN("stats-light") in dark.buttons()
    assert dark.files[0][1] != edited.files[0][1]
    await reader.say("/stats Баку")
    again = await telegram.until_asked("sendPhoto", 2)
    assert EN("stats-light") in again.buttons()


async def test_stats_of_a_topic_is_found_by_its_name_or_by_a_button(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions)
    await reader.say("/subscribe Баку тихо")
    sent = await picture(telegram, reader, "/stats БАКУ ТИХО")
    assert sent.params["caption"].startswith("📊 Баку тихо\n")
    (listed,) = await reader.say("/stats")
    await reader.press(listed.buttons()["📊 Баку тихо"])
    await telegram.until_asked("editMessageMedia")


async def test_what_nobody_posted_about_is_said_in_words(telegram: ScriptedTelegram, reader: Chat) -> None:
    await reader.say("/stats динозавр")
    answer = await telegram.until_asked("sendMessage")
    assert answer.text == EN("search-nothing", query="динозавр")
    (wrong,) = await reader.say('/stats "динозавр')
    assert EN("error-query_syntax", reason="unclosed_quote", position=1) in wrong.text


async def test_one_chat_gets_one_picture_at_a_time(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    await fill(sqlite_sessions)
    await reader.say("/stats Баку")
    (busy,) = await reader.say("/stats Баку")
    assert busy.text == EN("error-busy")
    await telegram.until_asked("sendPhoto")


async def test_the_drawing_process_starts_again_after_its_end_and_does_not_outlive_its_use() -> None:
    painter = Painter(idle_s=0.01)
    assert size(await painter.draw(CHART)) == (1080, 1080)
    async with asyncio.timeout(10):
        while painter.is_running:  # noqa: ASYNC110 -- the timer is the event loop's own
            await asyncio.sleep(0.01)
    assert size(await painter.draw(CHART)) == (1080, 1080)
    with pytest.raises(ChartError):
        await painter.draw(Chart("", "", ["1", "2"], 1, [("", [1]), ("", [1, 2])]))
    assert size(await painter.draw(CHART)) == (1080, 1080)
    await painter.close()
    assert not painter.is_running


async def test_a_process_that_was_started_for_nothing_ends_too() -> None:
    painter = Painter(idle_s=0.01)
    await painter.prepare()
    process = painter._process
    assert process is not None
    async with asyncio.timeout(10):
        assert await process.wait() != 0
    assert not painter.is_running


async def test_trends_lists_words_whose_buttons_find_their_posts(reader: Chat, sqlite_sessions: Sessions) -> None:
    (unknown,) = await reader.say("/trends")
    assert unknown.text == EN("trends-unknown")
    posts = [
        IncomingPost(channel, day * 10 + n, NOW - timedelta(days=day, minutes=5 + n), text)
        for channel in (1, 2)
        for day in range(7)
        for n, text in enumerate(["в Баку тихо", "Ибрагимова ждут"] * 3 if day == 0 else ["в Баку тихо"] * 3)
    ]
    async with sqlite_sessions.begin() as session:
        session.add_all(Channel(id=n, username=f"news{n}", title=f"News {n}", added_at=NOW) for n in (1, 2))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)
    async with sqlite_sessions.begin() as session:
        counts: trends.Counts = {}
        trends.count(await trends.uncounted(session, NOW, 1000), counts)
        for rows in trends.rows_of(counts):
            await trends.add(session, rows)
    (listed,) = await reader.say("/trends")
    assert f"\nИбрагимов · {EN('search-count', count=6)} · " in listed.text
    assert "Баку" not in listed.text
    *_, found = await reader.press(listed.buttons()["Ибрагимов"])
    assert found.method == "sendMessage"
    assert EN("search-count", count=6) in found.text


async def test_a_spike_is_told_in_the_readers_words(sqlite_sessions: Sessions) -> None:
    topic = await topic_of(sqlite_sessions)
    await fill_topic(sqlite_sessions, topic, [0.1] * 8)
    assert await spikes.watch(sqlite_sessions, NOW) == 1
    delivering = Delivering(sqlite_sessions)
    await delivering.step()
    (told,) = delivering.telegram.of("sendMessage")
    assert told.text == translator("ru")("notice-spike", topic="посольство", count=8, times=16)
