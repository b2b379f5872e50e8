"""A channel that was renamed is found by what it was called before, by posts that come and by searches."""

from monitor import channels, coverage
from monitor.coverage import Line
from monitor.database import Sessions
from monitor.importing import import_posts
from monitor.jsonl import Line as Imported
from monitor.models import Channel
from monitor.search import scan
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, texts, watch

OTHER = 2002


async def sweep(sessions: Sessions, **usernames: str | None) -> None:
    """The list of chats shows the channels so: a is CHANNEL, b is OTHER."""
    ids = {"a": CHANNEL, "b": OTHER}
    lines = {ids[each]: Line(0, 0, "Title", username, False) for each, username in usernames.items()}
    async with sessions.begin() as session:
        await coverage.swept(session, lines, NOW)


async def found(sessions: Sessions, query: str) -> list[str]:
    async with sessions() as session:
        return sorted(texts([each async for each in scan(session, query, now=NOW)]))


async def names(sessions: Sessions, channel_id: int) -> tuple[str | None, list[str] | None]:
    async with sessions() as session:
        channel = await session.get_one(Channel, channel_id)
        return channel.username, channel.aliases


async def test_a_renamed_channel_is_found_by_both_names(sessions: Sessions) -> None:
    await watch(sessions, username="Old_News")
    await subscribe(sessions, "from:@old_news")
    await subscribe(sessions, "погода -from:@old_news", chat_id=2)
    topics = StandingTopics()
    assert (await arrive(sessions, arrival(1, "погода раньше"), topics=topics)).owed == 1
    await sweep(sessions, a="new_news")
    assert (await arrive(sessions, arrival(2, "погода теперь"), topics=topics)).owed == 1
    for query in ("from:@old_news", "from:@new_news", "погода from:@Old_News"):
        assert await found(sessions, query) == ["погода раньше", "погода теперь"]
    assert not await found(sessions, "погода -from:@old_news")
    assert not await found(sessions, "from:@oldXnews")
    async with sessions() as session:
        assert (await channels.archived(session, "@old_news")).id == CHANNEL
        assert (await channels.by_name(session, "t.me/OLD_NEWS")).username == "new_news"


async def test_a_name_that_another_channel_took_over_means_that_one(sessions: Sessions) -> None:
    await watch(sessions, username="news")
    await watch(sessions, OTHER, "other")
    await subscribe(sessions, "from:@news")
    await arrive(sessions, arrival(1, "первый"), arrival(1, "второй", channel_id=OTHER))
    await sweep(sessions, a="gazette")
    assert await found(sessions, "from:@news") == ["первый"]
    await sweep(sessions, b="News")
    assert await found(sessions, "from:@news") == ["второй"]
    assert await found(sessions, "from:@other") == ["второй"]
    assert await found(sessions, "from:@gazette") == ["первый"]
    assert (await arrive(sessions, arrival(2, "третий"))).owed == 0
    assert (await arrive(sessions, arrival(2, "четвёртый", channel_id=OTHER))).owed == 1
    assert await names(sessions, CHANNEL) == ("gazette", None)


async def test_a_name_is_taken_over_before_its_loss_was_seen(sessions: Sessions) -> None:
    await watch(sessions, username="news")
    await watch(sessions, OTHER, "news")
    assert await names(sessions, CHANNEL) == (None, None)
    await sweep(sessions, a="gazette")
    assert await names(sessions, CHANNEL) == ("gazette", None)
    assert await names(sessions, OTHER) == ("news", None)


async def test_further_names_find_a_channel_until_another_has_them(sessions: Sessions) -> None:
    await watch(sessions, username="news")
    await watch(sessions, OTHER, "other")
    async with sessions.begin() as session:
        await coverage.swept(session, {CHANNEL: Line(0, 0, "Title", "news", False, ("News_2", "news_3"))}, NOW)
    assert await names(sessions, CHANNEL) == ("news", ["news_2", "news_3"])
    async with sessions.begin() as session:
        await coverage.swept(session, {CHANNEL: Line(0, 0, "Title", "News_2", False, ("news", "news_3"))}, NOW)
    assert await names(sessions, CHANNEL) == ("News_2", ["news", "news_3"])
    async with sessions.begin() as session:
        await coverage.swept(session, {OTHER: Line(0, 0, "Title", "other", False, ("news_3",))}, NOW)
    assert await names(sessions, CHANNEL) == ("News_2", ["news"])
    assert await names(sessions, OTHER) == ("other", ["news_3"])


async def test_two_channels_change_names(sessions: Sessions) -> None:
    await watch(sessions, username="one")
    await watch(sessions, OTHER, "two")
    await sweep(sessions, a="two", b="one")
    assert await names(sessions, CHANNEL) == ("two", None)
    assert await names(sessions, OTHER) == ("one", None)


async def test_a_channel_keeps_the_names_that_it_had_and_gets_one_back(sessions: Sessions) -> None:
    await watch(sessions, username="first")
    for username in ("second", None, "third", "Second", "SECOND"):
        await sweep(sessions, a=username)
    assert await names(sessions, CHANNEL) == ("SECOND", ["first", "third"])


async def test_a_file_under_an_old_name_goes_to_the_channel_that_had_it(sessions: Sessions) -> None:
    await watch(sessions, username="first")
    await sweep(sessions, a="second")
    await import_posts(sessions, [Imported("First", 7, NOW, "из файла", {})], NOW, processes=1)
    assert await found(sessions, "from:@second") == ["из файла"]


async def test_an_imported_channel_shares_its_name_with_the_one_that_is_watched(sessions: Sessions) -> None:
    await import_posts(sessions, [Imported("first", 7, NOW, "из файла", {})], NOW, processes=1)
    await watch(sessions, username="first")
    await arrive(sessions, arrival(1, "из канала"))
    assert await found(sessions, "from:@first") == ["из канала", "из файла"]
    await sweep(sessions, a="second")
    assert await found(sessions, "from:@first") == ["из канала", "из файла"]
    assert await found(sessions, "from:@second") == ["из канала"]
