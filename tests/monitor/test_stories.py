"""Which posts become one story, on both databases. Texts written for these tests."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from monitor import stories
from monitor.database import Sessions
from monitor.ingest import ingest
from monitor.models import Post, StoryShingle
from monitor.placing import Told
from monitor.story_rows import StoryRows
from monitor.topics import StandingTopics
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch

NEWS = (
    "Паромное сообщение между Северным портом и островом Лунный прервано из-за шторма, на причале ждут сорок машин. "
    "Капитан порта обещает открыть линию завтра утром, если ветер стихнет."
)
RATES = "Курсы на утро: доллар {}, евро {}, юань {}, золото {} за грамм, серебро {} за грамм, об этом сообщает биржа."
FIRST, SECOND, THIRD = 1001, 1002, 1003


async def channels(sessions: Sessions, *ids: int) -> None:
    for channel_id in ids or (FIRST, SECOND, THIRD):
        await watch(sessions, channel_id, f"channel_{channel_id}")


async def told(sessions: Sessions) -> dict[tuple[int, int], int | None]:
    """{(channel, message): the story's id}."""
    async with sessions() as session:
        rows = await session.execute(select(Post.channel_id, Post.message_id, Post.story_id))
        return {(channel, message): story for channel, message, story in rows}


async def post_id(sessions: Sessions, channel_id: int, message_id: int) -> int | None:
    async with sessions() as session:
        mine = (Post.channel_id == channel_id, Post.message_id == message_id)
        return await session.scalar(select(Post.id).where(*mine))


async def test_copies_of_other_channels_join_the_story_of_the_first(sessions: Sessions) -> None:
    await channels(sessions)
    await arrive(sessions, arrival(1, NEWS))
    assert await told(sessions) == {(FIRST, 1): None}
    await arrive(sessions, arrival(2, f"⚡️{NEWS}\n\n@channel_1002", channel_id=SECOND))
    await arrive(sessions, arrival(3, f"{NEWS} Подробности позже.", channel_id=THIRD))
    first = await post_id(sessions, FIRST, 1)
    assert set((await told(sessions)).values()) == {first}


async def test_copies_that_arrive_together_are_one_story(sessions: Sessions) -> None:
    await channels(sessions)
    other = "Музей маяка закрывают на ремонт, экскурсии перенесут в здание старой почты на набережной."
    posts = [arrival(1, NEWS), arrival(2, NEWS, channel_id=SECOND), arrival(3, other, channel_id=THIRD)]
    await arrive(sessions, *posts)
    first = await post_id(sessions, FIRST, 1)
    assert await told(sessions) == {(FIRST, 1): first, (SECOND, 2): first, (THIRD, 3): None}


async def test_a_channels_own_series_is_no_story_and_joins_none(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    today, tomorrow = RATES.format(81, 94, 11, 9120, 104), RATES.format(82, 96, 12, 9340, 107)
    day = timedelta(days=1)
    await arrive(sessions, arrival(1, today), arrival(2, tomorrow, date=NOW + day))
    assert set((await told(sessions)).values()) == {None}
    await arrive(
        sessions, arrival(1, today, channel_id=SECOND), arrival(2, tomorrow, channel_id=SECOND, date=NOW + day)
    )
    found = await told(sessions)
    assert found[FIRST, 1] == found[SECOND, 1] != found[FIRST, 2] == found[SECOND, 2]


async def test_a_template_filled_anew_does_not_follow_through_another_channel(sessions: Sessions) -> None:
    """Close in time and in words, so a copy of a copy could carry it into the story that its own channel began."""
    await channels(sessions, FIRST, SECOND)
    weekend = (
        "Куда пойти в выходные 12 и 13 мая: ярмарка на набережной, концерт в старом доке, лекция о китах, гонка яхт"
    )
    sunday = "Куда пойти в воскресенье 13 мая: ярмарка на набережной, концерт в старом доке, лекция о китах, гонка яхт"
    await arrive(sessions, arrival(1, weekend), arrival(2, weekend, channel_id=SECOND))
    await arrive(sessions, arrival(900, sunday))
    await arrive(sessions, arrival(901, sunday, channel_id=SECOND))
    found = await told(sessions)
    assert found[FIRST, 1] == found[SECOND, 2] != found[FIRST, 900] == found[SECOND, 901]


async def test_forwards_are_one_story_with_their_origin_whatever_they_say(sessions: Sessions) -> None:
    await channels(sessions)
    forward: dict[str, Any] = {"channel_id": FIRST, "message_id": 1, "date": NOW.isoformat()}
    await arrive(sessions, arrival(1, "Смотрите", media=("photo",)))
    await arrive(sessions, arrival(2, "", media=("photo",), forward=forward, channel_id=SECOND))
    first = await post_id(sessions, FIRST, 1)
    assert await told(sessions) == {(FIRST, 1): first, (SECOND, 2): first}


async def test_forwards_of_what_nobody_watches_are_one_story(sessions: Sessions) -> None:
    await channels(sessions, SECOND, THIRD)
    forward: dict[str, Any] = {"channel_id": 77, "message_id": 5, "date": NOW.isoformat()}
    await arrive(sessions, arrival(2, "", media=("photo",), forward=forward, channel_id=SECOND))
    await arrive(sessions, arrival(3, "", media=("photo",), forward=forward, channel_id=THIRD))
    other = forward | {"message_id": 6}
    await arrive(sessions, arrival(4, "", media=("photo",), forward=other, channel_id=THIRD))
    found = await told(sessions)
    assert found[SECOND, 2] == found[THIRD, 3] == await post_id(sessions, SECOND, 2)
    assert found[THIRD, 4] is None


async def test_an_edit_may_bring_a_post_into_a_story(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    await arrive(sessions, arrival(1, NEWS), arrival(2, "Ждём подробностей", channel_id=SECOND))
    edited = arrival(2, NEWS, channel_id=SECOND, edit_date=NOW + timedelta(minutes=9))
    await arrive(sessions, edited)
    first = await post_id(sessions, FIRST, 1)
    assert await told(sessions) == {(FIRST, 1): first, (SECOND, 2): first}


async def test_a_post_that_is_edited_while_it_is_repeated_stays_in_its_story(sessions: Sessions) -> None:
    await channels(sessions)
    other = "Музей маяка закрывают на ремонт, экскурсии перенесут в здание старой почты на набережной."
    await arrive(sessions, arrival(1, NEWS), arrival(2, other, channel_id=THIRD))
    edited = arrival(1, other, edit_date=NOW + timedelta(minutes=9))
    await arrive(sessions, edited, arrival(3, NEWS, channel_id=SECOND))
    first = await post_id(sessions, FIRST, 1)
    assert await told(sessions) == {(FIRST, 1): first, (SECOND, 3): first, (THIRD, 2): None}


async def test_a_channel_that_adds_to_its_news_soon_stays_in_its_story(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    more = f"{NEWS} Список рейсов: утренний, дневной и вечерний на остров Лунный, а также грузовой паром до маяка."
    await arrive(sessions, arrival(1, NEWS), arrival(2, NEWS, channel_id=SECOND))
    await arrive(sessions, arrival(3, more, date=NOW + timedelta(minutes=4)))
    assert len(set((await told(sessions)).values())) == 1


async def test_a_post_of_last_week_is_no_part_of_a_story(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    await arrive(sessions, arrival(1, NEWS, date=NOW - timedelta(days=7)), arrival(2, NEWS, channel_id=SECOND))
    assert set((await told(sessions)).values()) == {None}


async def test_history_is_told_for_the_last_three_days_only(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    for number, day in ((1, 1), (2, 30)):
        date = NOW - timedelta(days=day)
        text = NEWS if day == 1 else RATES.format(81, 94, 11, 9120, 104)
        posts = [arrival(number, text, date=date), arrival(number, text, date=date, channel_id=SECOND)]
        await arrive(sessions, *posts, alert=False)
    found = await told(sessions)
    assert found[FIRST, 1] == found[SECOND, 1] is not None
    assert found[FIRST, 2] is found[SECOND, 2] is None


async def test_what_finds_copies_is_forgotten_after_three_days(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    await arrive(sessions, arrival(1, NEWS), arrival(2, RATES, channel_id=SECOND, date=NOW + timedelta(days=2)))
    await stories.forget(sessions, NOW + timedelta(days=3))
    async with sessions() as session:
        assert set(await session.scalars(select(StoryShingle.channel_id))) == {FIRST, SECOND}
    await stories.forget(sessions, NOW + timedelta(days=4))
    async with sessions() as session:
        assert set(await session.scalars(select(StoryShingle.channel_id))) == {SECOND}


async def test_a_phrase_that_everybody_has_stops_being_looked_up(sessions: Sessions) -> None:
    """A hundred posts with one phrase in common: its shingle holds no more than are ever compared."""
    await channels(sessions, FIRST, SECOND)
    phrase = "читайте также на нашем сайте"
    await arrive(sessions, *(arrival(number, f"{phrase} новость{number} слово{number}") for number in range(1, 101)))
    async with sessions() as session:
        most = select(func.count()).select_from(StoryShingle).group_by(StoryShingle.hash)
        assert max(await session.scalars(most)) == 64


async def test_two_listeners_that_store_copies_at_once_find_each_other(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)

    async def listen(channel_id: int) -> None:
        for number in range(10):
            text = f"{NEWS} Рейс {'АБВГДЕЖЗИК'[number]} отменён, билеты примут до конца недели в кассе номер {number}."
            async with sessions.begin() as session:
                post = arrival(number + 1, text, channel_id=channel_id, date=NOW + timedelta(seconds=number))
                await ingest(session, StandingTopics(), [post], now=NOW)

    await asyncio.gather(listen(FIRST), listen(SECOND))
    assert None not in (await told(sessions)).values()


async def test_a_story_goes_on_while_it_is_told_again_but_ends_after_six_days(sessions: Sessions) -> None:
    await channels(sessions)
    for number in range(6):
        date = NOW + timedelta(days=number * 1.4)
        await arrive(sessions, arrival(number + 1, NEWS, channel_id=(FIRST, SECOND, THIRD)[number % 3], date=date))
    found = await told(sessions)
    assert found[FIRST, 1] == found[SECOND, 2] == found[THIRD, 3] == found[FIRST, 4] == found[SECOND, 5]
    assert found[THIRD, 6] != found[SECOND, 5]


async def test_an_album_tells_what_one_of_its_parts_tells(sessions: Sessions) -> None:
    await channels(sessions, FIRST, SECOND)
    await arrive(sessions, arrival(1, "", grouped_id=9), arrival(2, NEWS, grouped_id=9))
    await arrive(sessions, arrival(1, "", grouped_id=8, channel_id=SECOND))
    await arrive(sessions, arrival(2, NEWS, grouped_id=8, channel_id=SECOND))
    founder = await post_id(sessions, FIRST, 2)
    assert set((await told(sessions)).values()) == {founder}


ASKED: dict[str, Callable[[StoryRows], object]] = {
    "few hashes": lambda rows: rows.holders([1]),
    "many hashes": lambda rows: rows.holders(range(100)),
    "posts": lambda rows: list(rows.read([1])),
    "own posts": lambda rows: rows.read_own(FIRST, 1),
    "tell": lambda rows: rows.tell(1, 1),
    "add": lambda rows: rows.add([(Told(1, FIRST, 1, 1, NEWS, [], None, None), [1])]),
}


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_what_the_database_refuses_is_an_error_of_sqlalchemys(
    sqlite_sessions: Sessions, ask: Callable[[StoryRows], object], quick: bool
) -> None:
    async with sqlite_sessions.begin(quick=quick) as session:
        for table in ("posts", "story_shingles"):
            await session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_elsewhere"))
        with pytest.raises(OperationalError, match="no such table"):
            await session.run_sync(lambda sync: ask(StoryRows(sync)))
        await session.rollback()
