"""/story in answer to a message that tells of several posts. Texts written for these tests."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import views
from bot.callbacks import StoryOf
from bot.i18n import translator
from monitor import digest, quiet
from monitor.database import Sessions
from monitor.messages import Shared
from monitor.models import Channel, Delivery, Mode, Post, Subscriber, Subscription
from tests.bot.samples import repeats
from tests.bot.telegram import Chat, Request
from tests.bot.test_relay import Delivering
from tests.bot.test_views import assert_acceptable, post
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

RU = translator("ru")
DAY = timedelta(days=1)
OTHERS = (1002, 1003)
FERRY = "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин."
PIER = (
    "Новый причал для парома построят к осени напротив старого маяка, смету утвердил вчера портовый совет единогласно."
)


@pytest.fixture
async def delivering(sqlite_sessions: Sessions) -> Delivering:
    for channel_id in (CHANNEL, *OTHERS):
        await watch(sqlite_sessions, channel_id, f"channel_{channel_id}")
    async with sqlite_sessions.begin() as session:
        for number, channel in enumerate(await session.scalars(select(Channel).order_by(Channel.id)), 1):
            channel.title = f"Канал {number}"
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    return Delivering(sqlite_sessions)


async def digest_of(sessions: Sessions, delivering: Delivering, told: list[tuple[str, list[int]]]) -> int:
    """A digest tells of these texts, which these channels post one after the other; the message's id."""
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    await publish(sessions, told)
    async with sessions.begin() as session:
        for moment in (NOW, NOW + DAY):  # the first look finds out when the digest is due
            await digest.issue(session, moment)
    await delivering.step(DAY.total_seconds())
    return await last_message(sessions)


async def publish(sessions: Sessions, told: list[tuple[str, list[int]]]) -> None:
    for minute, (text, channels) in enumerate(told):
        for channel_id in channels:
            date = NOW + timedelta(minutes=minute, seconds=channel_id - CHANNEL)
            await arrive(sessions, arrival(minute + 1, text, channel_id=channel_id, date=date))


async def last_message(sessions: Sessions) -> int:
    async with sessions() as session:
        sent = select(Delivery.message_id).where(Delivery.message_id.is_not(None)).order_by(Delivery.id.desc())
        return (await session.execute(sent.limit(1))).scalar_one() or 0


async def ask(reader: Chat, message_id: int) -> Request:
    message: dict[str, Any] = {"message_id": message_id, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "…"}
    (answer,) = await reader.say("/story", reply_to_message=message)
    return answer


async def test_stories_of_a_digest_are_listed_and_a_button_opens_each(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    told = [("Паром ушёл пустым", [CHANNEL]), (PIER, [CHANNEL, OTHERS[0]]), (FERRY, [CHANNEL, *OTHERS])]
    answer = await ask(reader, await digest_of(sqlite_sessions, delivering, told))
    head, _, first, second = answer.text.splitlines()
    assert RU("story-several", count=2) in head
    assert first.startswith("1. Паром между Северным портом")
    assert second.startswith("2. Новый причал для парома")
    for line, count in ((first, 3), (second, 2)):
        assert f"{RU('story-more', count=count)} · {RU('story-first', channel='Канал 1')}" in line
    opened = list[str]()
    for data in answer.buttons().values():
        assert data.startswith(StoryOf.__prefix__)
        pressed = await reader.press(data)
        opened += [each.text for each in pressed if each.method == "sendMessage"]
    assert [RU("story-title", count=count) in shown for shown, count in zip(opened, (3, 2), strict=True)] == [True] * 2


async def test_of_one_story_alone_the_timeline_comes_at_once(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    told = [("Паром ушёл пустым", [CHANNEL]), (FERRY, [CHANNEL, *OTHERS])]
    answer = await ask(reader, await digest_of(sqlite_sessions, delivering, told))
    assert RU("story-title", count=3) in answer.text
    assert "🥇" in answer.text


async def test_what_nobody_else_has_told_is_said_so(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    told = [("Паром ушёл пустым", [CHANNEL]), (FERRY, [CHANNEL])]
    answer = await ask(reader, await digest_of(sqlite_sessions, delivering, told))
    assert answer.text == RU("story-none")
    assert not answer.buttons()


async def test_a_digest_of_one_post_is_answered_like_its_alert(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    answer = await ask(reader, await digest_of(sqlite_sessions, delivering, [(FERRY, [CHANNEL])]))
    assert RU("story-alone") in answer.text


async def test_the_summary_of_a_silence_is_answered_like_a_digest(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    async with sqlite_sessions.begin() as session:
        quiet.set_snooze(await session.get_one(Subscriber, 1), "2h", NOW)
    await publish(sqlite_sessions, [(PIER, [CHANNEL, OTHERS[0]]), (FERRY, [CHANNEL, *OTHERS])])
    await delivering.step()
    await delivering.step(7200)
    answer = await ask(reader, await last_message(sqlite_sessions))
    assert RU("story-several", count=2) in answer.text


async def test_several_alerts_in_one_message_are_answered_likewise(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    alone = [(f"Паром номер {number}", [CHANNEL]) for number in range(3)]
    await publish(sqlite_sessions, [*alone, (PIER, [CHANNEL, OTHERS[0]]), (FERRY, [OTHERS[0], CHANNEL])])
    await delivering.step(600)
    assert len(delivering.telegram.of("sendMessage")) == 1
    answer = await ask(reader, await last_message(sqlite_sessions))
    assert len(answer.buttons()) == 2


async def test_nobody_opens_a_story_of_which_another_was_told(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    told = [(PIER, [CHANNEL, OTHERS[0]]), (FERRY, [CHANNEL, *OTHERS])]
    message_id = await digest_of(sqlite_sessions, delivering, told)
    stranger = Chat(reader.telegram, user=8)
    answer = await ask(stranger, message_id)
    async with sqlite_sessions() as session:
        number = await session.scalar(select(Post.id).where(Post.channel_id == CHANNEL))
    (refused,) = await stranger.press(StoryOf(post=number).pack())
    said = translator("en")("error-no_alert")
    assert (answer.text, refused.method, refused.text) == (said, "answerCallbackQuery", said)


def test_of_very_many_stories_eight_are_listed_and_the_others_counted() -> None:
    long = "Слово " * 700
    first = repeats(1)[0]
    stories = [Shared(post(long, id=n, album_id=n), 9, (first.post, Channel(id=1, title=long))) for n in range(60)]
    rendered = views.shared(stories, RU)
    assert_acceptable(rendered)
    assert rendered.inline_keyboard is not None
    assert [len(row) for row in rendered.inline_keyboard.inline_keyboard] == [4, 4]
    assert rendered.text.endswith(RU("list-more", count=52))


@pytest.mark.parametrize(("media", "shown"), [(["link", "video"], "media-video"), ([], None)])
def test_a_post_without_words_is_called_by_what_it_shows(media: list[str], shown: str | None) -> None:
    (first,) = repeats(1)
    story = Shared(post("", media=media, album_id=1), 2, (first.post, first.channel))
    assert f"1. {RU(shown) if shown else '…'} · " in views.shared([story] * 2, RU).text
