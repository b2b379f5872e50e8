"""One alert a story, and what becomes of it; with a relay on a scripted Telegram. Texts written for these tests."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.callbacks import StoryOf, TellStories
from monitor.database import Sessions
from monitor.ingest import mark_deleted
from monitor.models import Channel, Delivery, Post, Subscriber, Subscription, Topic
from tests.bot.telegram import Chat
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

NEWS = (
    "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин. "
    "Капитан порта обещает открыть линию завтра утром."
)
OTHERS = (1002, 1003)
NEWS_EDITED = NOW + timedelta(seconds=2)


@pytest.fixture
async def delivering(sqlite_sessions: Sessions) -> Delivering:
    """Three channels, of whose names only the first is not the reader's business."""
    for channel_id in (CHANNEL, *OTHERS):
        await watch(sqlite_sessions, channel_id, f"channel_{channel_id}")
    async with sqlite_sessions.begin() as session:
        for number, channel in enumerate(await session.scalars(select(Channel).order_by(Channel.id)), 1):
            channel.title = f"Канал {number}"
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    return Delivering(sqlite_sessions)


async def told_by_all(sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sessions, arrival(1, NEWS))
    await delivering.step()
    for minute, channel_id in enumerate(OTHERS, 2):
        date = NOW + timedelta(minutes=minute)
        await arrive(sessions, arrival(2, f"⚡️ {NEWS}", channel_id=channel_id, date=date))
    await delivering.step(11)


async def test_three_channels_that_tell_one_story_ring_once(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await told_by_all(sqlite_sessions, delivering)
    (alert,) = delivering.telegram.of("sendMessage")
    (edit,) = delivering.telegram.of("editMessageText")
    assert "Канал 1" in alert.text
    assert "2 канала" in edit.text
    links = [entity.get("url") for entity in edit.params["entities"]]
    assert {"https://t.me/channel_1002/2", "https://t.me/channel_1003/2"} <= set(links)
    assert [data for data in edit.buttons().values() if data.startswith(StoryOf.__prefix__)]


@pytest.mark.parametrize("tells_once", [True, False])
async def test_what_repeats_a_story_that_waits_for_the_end_of_the_hour_waits_with_it(
    sqlite_sessions: Sessions, delivering: Delivering, tells_once: bool
) -> None:
    await subscribe(sqlite_sessions, "срочно", chat_id=7)
    async with sqlite_sessions.begin() as session:
        (await session.scalars(select(Subscriber))).one().tells_once = tells_once
        limited = (Subscription.topic_id == Topic.id, Topic.query == "паром")
        await session.execute(update(Subscription).where(*limited).values(hourly_limit=1))
    await arrive(sqlite_sessions, arrival(1, "Паром нашёлся"))
    await delivering.step(1)
    await arrive(sqlite_sessions, arrival(2, NEWS))
    await delivering.step(1)
    await arrive(sqlite_sessions, arrival(2, f"Срочно: {NEWS}", channel_id=OTHERS[0]))
    await delivering.step(1)
    sent = delivering.telegram.of("sendMessage")
    assert [each.text.count("Северным портом") for each in sent] == ([0] if tells_once else [0, 1])
    await delivering.step(3600)
    last = delivering.telegram.of("sendMessage")[-1].text
    assert last.count("Северным портом") == 1
    assert ("➕" in last) == tells_once


async def test_an_alert_is_edited_once_in_ten_seconds_however_many_repeat_it(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await delivering.step()
    for second, channel_id in enumerate(OTHERS, 1):
        await arrive(sqlite_sessions, arrival(2, NEWS, channel_id=channel_id), now=NOW + timedelta(seconds=second))
        await delivering.step(1)
    assert not delivering.telegram.of("editMessageText")
    await delivering.step(9)
    assert len(delivering.telegram.of("editMessageText")) == 1


async def test_whoever_told_first_is_named(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, arrival(9, NEWS))
    await delivering.step()
    await arrive(sqlite_sessions, arrival(2, NEWS, channel_id=OTHERS[0]))
    await delivering.step(11)
    assert "первым был Канал 2" in delivering.telegram.of("editMessageText")[0].text


async def test_whoever_wants_every_post_gets_every_post(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    async with sqlite_sessions.begin() as session:
        (await session.scalars(select(Subscriber))).one().tells_once = False
    await told_by_all(sqlite_sessions, delivering)
    assert len(delivering.telegram.of("sendMessage")) == 3
    assert not delivering.telegram.of("editMessageText")


async def test_a_story_rings_for_whoever_was_not_told_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    """The second reader waits for a word that only the second channel has."""
    await subscribe(sqlite_sessions, "капитанша", chat_id=8)
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await arrive(sqlite_sessions, arrival(2, f"{NEWS} Капитанша добавила, что ждать недолго.", channel_id=OTHERS[0]))
    await delivering.step(0)
    assert sorted(alert.params["chat_id"] for alert in delivering.telegram.of("sendMessage")) == [7, 8]


async def test_an_edit_shows_what_has_changed(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await delivering.step()
    edited = NEWS.replace("сорок", "пятьдесят") + " UPD: буксир вышел."
    later = NOW + timedelta(minutes=5)
    await arrive(sqlite_sessions, arrival(1, edited, edit_date=later), now=later)
    await delivering.step(303)
    (edit,) = delivering.telegram.of("editMessageText")
    assert edit.marked("strikethrough") == ["сорок"]
    assert edit.marked("underline") == ["пятьдесят", "UPD: буксир вышел."]


async def test_an_edit_is_shown_whatever_our_clock_says(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    """Ours is 40 s ahead of Telegram's, and the edit comes 20 s after the post."""
    date = NOW + timedelta(minutes=1)
    await arrive(sqlite_sessions, arrival(1, NEWS, date=date), now=date + timedelta(seconds=40))
    await delivering.step(101)
    edited, edit_date = NEWS.replace("сорок", "пятьдесят"), date + timedelta(seconds=20)
    await arrive(
        sqlite_sessions, arrival(1, edited, date=date, edit_date=edit_date), now=edit_date + timedelta(seconds=40)
    )
    await delivering.step(30)
    (edit,) = delivering.telegram.of("editMessageText")
    assert (edit.marked("strikethrough"), edit.marked("underline")) == (["сорок"], ["пятьдесят"])


async def test_what_was_edited_before_the_alert_left_is_no_news(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    delivering.fail((502, "Bad Gateway", {}))
    await delivering.step()
    edited, edit_date = NEWS.replace("сорок", "пятьдесят"), NEWS_EDITED
    await arrive(sqlite_sessions, arrival(1, edited, edit_date=edit_date), now=edit_date)
    await delivering.step(60)
    alert = delivering.telegram.of("sendMessage")[-1]
    assert "пятьдесят" in alert.text
    later = edit_date + timedelta(minutes=5)
    await arrive(sqlite_sessions, arrival(1, edited.replace("ждут", "стоят"), edit_date=later), now=later)
    await delivering.step(600)
    edit = delivering.telegram.of("editMessageText")[-1]
    for shown, gone in ((alert, []), (edit, ["ждут"])):
        assert shown.marked("strikethrough") == gone


async def test_what_was_told_before_versions_were_kept_goes_by_the_time(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await delivering.step()
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Delivery).values(post_version=None))
    later = NOW + timedelta(minutes=5)
    await arrive(sqlite_sessions, arrival(1, NEWS.replace("сорок", "пятьдесят"), edit_date=later), now=later)
    await delivering.step(303)
    (edit,) = delivering.telegram.of("editMessageText")
    assert edit.marked("strikethrough") == ["сорок"]


async def test_what_is_added_to_a_long_post_is_shown(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    long = "Паром " + "слово мир труд май лето " * 165
    await arrive(sqlite_sessions, arrival(1, long))
    await delivering.step()
    later = NOW + timedelta(minutes=5)
    await arrive(sqlite_sessions, arrival(1, f"{long}UPD: эвакуация", edit_date=later), now=later)
    await delivering.step(303)
    (edit,) = delivering.telegram.of("editMessageText")
    assert edit.marked("underline") == ["UPD: эвакуация"]
    assert "подчёркнуто" in edit.text
    assert len(edit.text) < 500


async def test_a_post_that_was_written_anew_is_shown_as_it_is_now(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await delivering.step()
    later = NOW + timedelta(minutes=5)
    await arrive(sqlite_sessions, arrival(1, "Опровержение: паром ходит как обычно", edit_date=later), now=later)
    await delivering.step(303)
    (edit,) = delivering.telegram.of("editMessageText")
    assert "✏️ изменён 1 июл." in edit.text
    assert "подчёркнуто" not in edit.text
    assert "Опровержение" in edit.text


async def test_a_deleted_post_stays_readable_and_is_marked(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, arrival(1, NEWS))
    await delivering.step()
    async with sqlite_sessions.begin() as session:
        await mark_deleted(session, CHANNEL, [1], NOW + timedelta(minutes=15))
    await delivering.step(902)
    (edit,) = delivering.telegram.of("editMessageText")
    assert "удалено через 14 минут" in edit.text
    assert NEWS in edit.text


async def test_an_edit_that_ends_the_match_is_marked_and_one_that_restores_it_is_not(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(1, "Паром ушёл, следующий рейс завтра днём"))
    await delivering.step()
    for minute, text in (
        (1, "Корабль ушёл, следующий рейс завтра днём"),
        (2, "Паром ушёл, следующий рейс завтра днём"),
    ):
        later = NOW + timedelta(minutes=minute)
        await arrive(sqlite_sessions, arrival(1, text, edit_date=later), now=later)
        await delivering.step(63)
    ended, restored = delivering.telegram.of("editMessageText")
    assert "🔕" in ended.text
    assert "🔔 паром" not in ended.text
    assert "🔕" not in restored.text


async def test_an_edit_that_matches_for_the_first_time_rings(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, arrival(1, "Ждём новостей из порта"))
    await arrive(sqlite_sessions, arrival(1, "Ждём новостей из порта: паром ушёл", edit_date=NOW))
    await delivering.step(3)
    (alert,) = delivering.telegram.of("sendMessage")
    assert not alert.marked("underline")
    assert not delivering.telegram.of("editMessageText")


@pytest.mark.parametrize(
    ("protected", "media", "shown"), [(False, ("photo",), True), (False, ("file",), False), (True, ("video",), False)]
)
async def test_pictures_are_shown_above_the_text_unless_their_channel_protects_them(
    sqlite_sessions: Sessions, delivering: Delivering, protected: bool, media: tuple[str, ...], shown: bool
) -> None:
    async with sqlite_sessions.begin() as session:
        (await session.get_one(Channel, CHANNEL)).protected = protected
    await arrive(sqlite_sessions, arrival(1, NEWS, media=media))
    await delivering.step()
    preview: dict[str, Any] = delivering.telegram.of("sendMessage")[0].params["link_preview_options"]
    large = {"url": "https://t.me/channel_1001/1", "prefer_large_media": True, "show_above_text": True}
    assert {name: value for name, value in preview.items() if value} == (large if shown else {"is_disabled": True})


async def test_an_alert_answered_with_story_is_followed_by_the_timeline(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await told_by_all(sqlite_sessions, delivering)
    async with sqlite_sessions() as session:
        sent = await session.scalar(select(Delivery.message_id).order_by(Delivery.id))
        post_id = await session.scalar(select(Post.id).where(Post.channel_id == CHANNEL))
    message = {"message_id": sent, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "…"}
    (answer,) = await reader.say("/story", reply_to_message=message)
    (pressed,) = [each for each in await reader.press(StoryOf(post=post_id).pack()) if each.method == "sendMessage"]
    for shown in (answer, pressed):
        places = [shown.text.index(f"Канал {number}") for number in (1, 2, 3)]
        assert places == sorted(places)


async def test_story_without_an_alert_says_what_to_do(reader: Chat) -> None:
    (alone,) = await reader.say("/story")
    assert "/story" in alone.text
    message = {"message_id": 99, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "…"}
    (elsewhere,) = await reader.say("/story", reply_to_message=message)
    assert "no alert" in elsewhere.text


async def test_a_reader_chooses_between_stories_and_posts(sqlite_sessions: Sessions, reader: Chat) -> None:
    async def tells_once() -> bool:
        async with sqlite_sessions() as session:
            return (await session.scalars(select(Subscriber.tells_once).where(Subscriber.chat_id == 7))).one()

    (answer,) = await reader.say("/stories off")
    assert await tells_once() is False
    await reader.press(next(data for data in answer.buttons().values() if TellStories.unpack(data).on))
    assert await tells_once() is True
    (shown,) = await reader.say("/stories")
    assert "one message" in shown.text


async def test_beside_a_story_stands_who_told_it_in_other_words(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await told_by_all(sqlite_sessions, delivering)
    async with sqlite_sessions() as session:
        post = await session.scalar(select(Post).where(Post.channel_id == CHANNEL))
    assert post is not None
    words = sorted(set(post.text.rstrip(".").split()), key=len, reverse=True)
    await watch(sqlite_sessions, 1099, "channel_1099")
    await arrive(sqlite_sessions, arrival(1, " ".join(words), channel_id=1099))
    pressed = await reader.press(StoryOf(post=post.id).pack())
    (shown,) = [each for each in pressed if each.method == "sendMessage"]
    told, others = shown.text.split("Возможно, о том же другими словами:")
    assert "Осторожно, новости" in others
    assert "Осторожно, новости" not in told
