"""What a message that joins posts has of what a message each would have. Texts written for these tests."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot import views
from bot.callbacks import Lessen, MuteChannel, MuteTopic
from bot.views import Since
from monitor.database import Sessions
from monitor.hushing import Hush
from monitor.ingest import mark_deleted
from monitor.models import Channel, Subscription, Topic
from tests.bot.samples import repeats
from tests.bot.telegram import Chat, Request
from tests.bot.test_relay import Delivering
from tests.bot.test_views import DATE, L10N, assert_acceptable, long_texts, post, spans
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

OTHER = 1002


@pytest.fixture
async def delivering(sqlite_sessions: Sessions) -> Delivering:
    await watch(sqlite_sessions)
    await watch(sqlite_sessions, OTHER, "other")
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    return Delivering(sqlite_sessions)


def data(request: Request) -> set[str]:
    return set(request.buttons().values())


async def test_it_offers_less_of_what_most_of_it_is_about(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await subscribe(sqlite_sessions, "катер", chat_id=7)
    await arrive(sqlite_sessions, arrival(1, "паром"), *[arrival(number, f"катер {number}") for number in range(2, 6)])
    await delivering.step()
    (message,) = delivering.telegram.of("sendMessage")
    topic = [
        MuteTopic(topic=2, hush=Hush.HOUR).pack(),
        MuteTopic(topic=2, hush=Hush.DAY).pack(),
        Lessen(topic=2).pack(),
    ]
    assert data(message) == {*topic, MuteChannel(channel=CHANNEL).pack()}
    (answer,) = await reader.press(topic[0])
    assert "катер" in answer.text


async def test_of_several_channels_it_offers_to_mute_none(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await arrive(sqlite_sessions, *[arrival(number, f"паром {number}") for number in range(1, 4)])
    await arrive(sqlite_sessions, arrival(1, "катер и паром", channel_id=OTHER))
    await delivering.step()
    (message,) = delivering.telegram.of("sendMessage")
    assert not any(each.startswith(MuteChannel.__prefix__) for each in data(message))
    assert Lessen(topic=1).pack() in data(message)


async def test_what_becomes_of_its_posts_is_told_in_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    texts = {number: f"Паром {number} уйдёт в десять, ждут двое" for number in range(1, 6)}
    await arrive(sqlite_sessions, *[arrival(number, text) for number, text in texts.items()])
    await delivering.step()
    later = NOW + timedelta(minutes=5)
    await arrive(
        sqlite_sessions,
        arrival(1, texts[1].replace("двое", "трое"), edit_date=later),
        arrival(2, texts[2].replace("Паром", "Катер"), edit_date=later),
        now=later,
    )
    async with sqlite_sessions.begin() as session:
        await mark_deleted(session, CHANNEL, [3], NOW + timedelta(minutes=17))
    await delivering.step(1200)
    edit = delivering.telegram.of("editMessageText")[-1]
    first, second, third, fourth, _ = edit.text.split("\n\n")[1:]
    assert "✏️ изменён 1 июл." in first
    assert "🔕" not in first
    assert "🔕 больше не подходит" in second
    assert "🗑 удалено через 14 минут" in third
    assert len(fourth.splitlines()) == 2, "nothing has become of it"
    assert edit.marked("strikethrough") == ["двое", "Паром"]
    assert edit.marked("underline") == ["трое", "Катер"]
    assert Lessen(topic=1).pack() in data(edit)


async def test_a_burst_of_two_topics_goes_to_the_thread_of_each(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await subscribe(sqlite_sessions, "катер", chat_id=7)
    async with sqlite_sessions.begin() as session:
        for topic, thread in ((1, 11), (2, 22)):
            its = update(Subscription).where(Subscription.topic_id == topic)
            await session.execute(its.values(thread_id=thread, created_at=NOW + timedelta(seconds=topic)))
    posts = [arrival(1, "паром"), *[arrival(number, f"катер {number}") for number in range(2, 6)]]
    album = arrival(7, "паром и катер", grouped_id=6)  # belongs to the older topic
    await arrive(sqlite_sessions, *posts, arrival(6, "", grouped_id=6), album, arrival(8, "катер 8"))
    await delivering.step(60)
    sent = [
        (each.params["message_thread_id"], each.text.count("катер ")) for each in delivering.telegram.of("sendMessage")
    ]
    assert sent == [(11, 0), (22, 5), (11, 0)]


async def test_few_posts_of_a_thread_come_one_by_one(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await subscribe(sqlite_sessions, "катер", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == 2).values(thread_id=22))
    await arrive(sqlite_sessions, *[arrival(number, ("паром", "катер")[number % 2]) for number in range(1, 5)])
    await delivering.step()
    sent = [each.params.get("message_thread_id") for each in delivering.telegram.of("sendMessage")]
    assert sent == [22, None, 22, None]


@settings(deadline=None)
@given(st.lists(st.tuples(long_texts, long_texts, spans), min_size=1, max_size=20))
def test_whatever_became_of_its_posts_telegram_takes_it(found: list[tuple[str, str, list[tuple[int, int]]]]) -> None:
    channel = Channel(id=10, username="u" * 32, title="Длинное название " * 9)
    others, later = repeats(4), DATE + timedelta(hours=3)
    posts = [
        views.Shown(
            post(text, edited_at=later, deleted_at=later),
            channel,
            matched,
            [Topic(id=number, name="тема " * 20)],
            since=Since(old, matches=False, repeats=others),
        )
        for number, (old, text, matched) in enumerate(found)
    ]
    rendered = views.joined(posts, L10N, again=True)
    assert_acceptable(rendered)
    assert [each.url for each in rendered.entities].count("https://t.me/" + "u" * 32 + "/5") == len(posts)
