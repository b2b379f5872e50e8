"""What is held while its reader wants to hear nothing, and comes in one message afterwards."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot import views
from bot.callbacks import Lessen
from bot.desk import Desk
from bot.i18n import translator
from bot.topic_callbacks import OpenTopic, SetLimit
from monitor import broadcasts, digest, hushing, outbox, quiet, subscribers, subscriptions, unwanted
from monitor.database import Sessions, create_sessions
from monitor.hushing import Hush
from monitor.limits import Limits
from monitor.meter import Meter
from monitor.models import Delivery, DeliveryState, Mode, Post, Priority, Subscriber, Subscription, Topic
from monitor.outcomes import Held, Snoozed
from tests.bot.samples import shown
from tests.bot.telegram import Chat, Request
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

RU = translator("ru")


@pytest.fixture
def delivering(sqlite_sessions: Sessions) -> Delivering:
    return Delivering(sqlite_sessions)


@pytest.fixture(autouse=True)
async def waiting(sqlite_sessions: Sessions) -> None:
    """One reader waits for posts."""
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "посольство", chat_id=7)


async def hush(sessions: Sessions, text: str = "2h") -> None:
    async with sessions.begin() as session:
        subscriber = await session.get_one(Subscriber, 1)
        quiet.set_snooze(subscriber, text, NOW)


async def tune(sessions: Sessions, **values: object) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Subscription).values(**values))


async def states(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [str(state) for state in await session.scalars(select(Delivery.state).order_by(Delivery.id))]


def told(requests: list[Request]) -> list[int]:
    """How many of the posts each message has."""
    return [request.text.count("номер") for request in requests]


async def posts(sessions: Sessions, *numbers: int) -> None:
    await arrive(sessions, *[arrival(number, f"У посольства номер{number}") for number in numbers])


async def test_what_comes_in_a_silence_is_told_in_one_message_when_it_ends(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await hush(sqlite_sessions)
    await posts(sqlite_sessions, 1, 2)
    await delivering.step()
    await posts(sqlite_sessions, 3)
    await delivering.step(3600)
    assert delivering.telegram.requests == []
    await delivering.step(3600)
    (message,) = delivering.telegram.of("sendMessage")
    assert RU("digest-title", count=3) in message.text
    assert told([message]) == [3]
    assert set(await states(sqlite_sessions)) == {DeliveryState.SENT}


async def test_what_rings_through_does_and_the_rest_waits(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await hush(sqlite_sessions)
    await posts(sqlite_sessions, 1)
    await tune(sqlite_sessions, priority=True)
    await posts(sqlite_sessions, 2)
    await delivering.step()
    assert ["номер2" in each.text for each in delivering.telegram.of("sendMessage")] == [True]
    assert DeliveryState.HELD in await states(sqlite_sessions)


async def test_what_is_more_than_the_limit_of_the_hour_is_told_when_it_is_over(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, hourly_limit=2)
    for number in range(1, 6):
        await posts(sqlite_sessions, number)
        await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1]
    await delivering.step(3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1, 3]


@pytest.mark.parametrize(
    "other",
    [
        {"ended_at": NOW},
        {"paused": True},
        {"mode": Mode.DIGEST},
        {"mode": Mode.SILENT},
        {"muted_until": NOW + timedelta(days=1)},
        {"channels": ["7"]},
    ],
)
async def test_a_topic_that_does_not_ring_lifts_no_limit_of_another(
    sessions: Sessions, other: dict[str, object]
) -> None:
    delivering = Delivering(sessions)
    await watch(sessions)
    await subscribe(sessions, "посольство", chat_id=7)
    await tune(sessions, hourly_limit=1)
    _, topic = await subscribe(sessions, "посольств*", chat_id=7)
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == topic.id).values(**other))
    for number in range(1, 5):
        await posts(sessions, number)
        await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == [1]
    await delivering.step(3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 3]


async def test_what_an_edit_has_ended_lifts_no_limit(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await tune(sqlite_sessions, hourly_limit=1)
    await subscribe(sqlite_sessions, "номер*", chat_id=7)  # which the edit leaves out
    for number in range(1, 4):
        edited = arrival(number, "У посольства тихо", edit_date=NOW + timedelta(days=1))
        await posts(sqlite_sessions, number)
        await arrive(sqlite_sessions, edited)
        await delivering.step(60)
    assert len(delivering.telegram.of("sendMessage")) == 1


async def test_an_album_counts_once_whichever_of_its_parts_matched(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, hourly_limit=2)
    for number in range(1, 9, 2):
        first = arrival(number, "", grouped_id=number, media=("photo",))
        second = arrival(number + 1, f"У посольства номер{number}", grouped_id=number, media=("photo",))
        await arrive(sqlite_sessions, first, second)
        await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1]
    await delivering.step(3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1, 2]


async def test_of_a_burst_as_much_is_told_as_the_limits_leave(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, hourly_limit=3)
    await posts(sqlite_sessions, 1)
    await delivering.step(1)
    await subscribe(sqlite_sessions, "катер", chat_id=7)
    await posts(sqlite_sessions, 2, 3, 4, 5)
    await arrive(sqlite_sessions, arrival(6, "Катер номер6"), arrival(7, "Катер у посольства номер7"))
    await delivering.step(1)
    _, message = delivering.telegram.of("sendMessage")
    assert [f"номер{number}" in message.text for number in range(2, 8)] == [True, True, False, False, True, True]
    assert (await states(sqlite_sessions)).count(DeliveryState.HELD) == 2
    await delivering.step(3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 4, 2]
    assert set(await states(sqlite_sessions)) == {DeliveryState.SENT}


async def test_of_a_burst_as_much_is_told_as_the_day_leaves(sqlite_sessions: Sessions) -> None:
    limited = Delivering(create_sessions(sqlite_sessions.engine, Limits(alerts_a_day=2)))
    await posts(sqlite_sessions, 1, 2, 3, 4, 5)
    await limited.step(1)
    assert told(limited.telegram.requests) == [2, 0]
    await limited.step(3600)
    assert told(limited.telegram.requests) == [2, 0, 3]


async def test_what_rings_through_takes_nothing_with_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await hush(sqlite_sessions)
    _, topic = await subscribe(sqlite_sessions, "катер", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == topic.id).values(priority=True))
    await posts(sqlite_sessions, 1, 2, 3)
    await arrive(sqlite_sessions, arrival(4, "Катер номер4"))
    await delivering.step()
    assert told(delivering.telegram.of("sendMessage")) == [1]
    await delivering.step(7200)
    assert told(delivering.telegram.of("sendMessage")) == [1, 3]


async def test_what_is_more_than_the_limit_of_the_day_comes_once_an_hour_until_midnight_and_says_so_once(
    sqlite_sessions: Sessions,
) -> None:
    limited = Delivering(create_sessions(sqlite_sessions.engine, Limits(alerts_a_day=2)))
    for number in range(1, 6):
        await posts(sqlite_sessions, number)
        await limited.step(60)
    notice = RU("alerts-a-day", count=2)
    assert told(limited.telegram.requests) == [1, 1, 0]
    assert limited.telegram.requests[-1].text == notice
    await limited.step(3600)
    assert told(limited.telegram.requests)[3:] == [3]
    await tune(sqlite_sessions, priority=True)
    await posts(sqlite_sessions, 6)
    await limited.step(60)
    await tune(sqlite_sessions, priority=False)
    await posts(sqlite_sessions, 7)
    await limited.step(60)
    assert told(limited.telegram.requests)[4:] == [1]
    await limited.step(86400)
    await posts(sqlite_sessions, 8)
    await limited.step(60)
    assert told(limited.telegram.requests)[5:] == [1, 1]
    assert [each.text for each in limited.telegram.requests].count(notice) == 1
    assert set(await states(sqlite_sessions)) == {DeliveryState.SENT}


async def test_the_day_of_the_limit_begins_at_the_readers_midnight(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        (await session.get_one(Subscriber, 1)).timezone = "Pacific/Auckland"  # where it is nine in the evening
    limited = Delivering(create_sessions(sqlite_sessions.engine, Limits(alerts_a_day=1)))
    for number in range(1, 3):
        await posts(sqlite_sessions, number)
        await limited.step(60)
    assert told(limited.telegram.requests) == [1, 0]
    await limited.step(3 * 3600)
    await posts(sqlite_sessions, 3)
    await limited.step()
    assert told(limited.telegram.requests)[2:] == [1, 1]


async def test_a_digest_tells_what_was_held_and_tells_it_once(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1, 2)
    for day in (1, 2):
        async with sqlite_sessions.begin() as session:
            await digest.issue(session, NOW + timedelta(days=day))
        await delivering.step(86400)
    assert told(delivering.telegram.of("sendMessage")) == [2]


async def test_a_digest_too_long_for_a_message_comes_in_several_and_loses_nothing(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    for number in range(1, 121):
        await posts(sqlite_sessions, number)
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        await digest.issue(session, NOW + timedelta(days=1))
    await delivering.step(86400)
    counts = told(delivering.telegram.of("sendMessage"))
    assert len(counts) > 1
    assert sum(counts) == 120
    assert all(len(request.text.encode("utf-16-le")) <= 2 * 4096 for request in delivering.telegram.of("sendMessage"))


async def test_a_digest_waits_for_the_end_of_a_silence(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1)
    await hush(sqlite_sessions, "2d")
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        await digest.issue(session, NOW + timedelta(days=1))
    await delivering.step(86400)
    assert delivering.telegram.requests == []
    await delivering.step(86400)
    assert told(delivering.telegram.of("sendMessage")) == [1]


async def test_a_word_to_everybody_waits_for_the_end_of_a_silence_and_holds_up_nothing_else(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await hush(sqlite_sessions)
    async with sqlite_sessions.begin() as session:
        made = await broadcasts.draft(session, "Tonight I am away", [], 1, NOW)
        await broadcasts.send(session, made.id, 1, NOW)
    await delivering.step(60)
    assert delivering.telegram.requests == []
    await tune(sqlite_sessions, priority=True)
    await posts(sqlite_sessions, 1)
    await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == [1]
    await delivering.step(7200)
    assert [request.text for request in delivering.telegram.of("sendMessage")][1:] == ["Tonight I am away"]


async def test_a_silence_that_is_called_off_brings_what_was_held(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    (said,) = await reader.say("/snooze 2h")
    assert RU("snoozed") in said.text
    assert "/snooze off" in said.text
    await posts(sqlite_sessions, 1)
    await delivering.step()
    assert delivering.telegram.requests == []
    (said,) = await reader.say("/snooze off")
    assert said.text == RU("snooze-none")
    await delivering.step()
    assert told(delivering.telegram.of("sendMessage")) == [1]


async def test_silence_and_digests_are_set_in_chat(reader: Chat) -> None:
    assert [each.text for each in await reader.say("/quiet")] == [RU("quiet-none")]
    (said,) = await reader.say("/timezone europe/kyiv")
    assert said.text == RU("timezone-is", zone="Europe/Kyiv", time="12:00")
    (said,) = await reader.say("/quiet 23:00-07:00")
    assert said.text == RU("quiet-hours", begin="23:00", end="07:00", zone="Europe/Kyiv")
    (said,) = await reader.say("/digest weekly пн, чт 09:00")
    assert said.text.startswith(RU("digest-weekly", days="пн, чт", time="09:00", zone="Europe/Kyiv"))
    (said,) = await reader.say("/digest rich")
    assert RU("digest-folds") in said.text
    (said,) = await reader.say("/digest daily 10")
    assert said.text.startswith(RU("digest-daily", time="10:00", zone="Europe/Kyiv"))
    for wrong, error in (
        ("/quiet late", "bad_hours"),
        ("/digest sometimes", "bad_schedule"),
        ("/snooze 1y", "bad_span"),
    ):
        assert [each.text for each in await reader.say(wrong)] == [RU(f"error-{error}")]
    (said,) = await reader.say("/timezone Kyiv/Europe")
    assert said.text == RU("error-unknown_zone", name="Kyiv/Europe")


async def test_what_is_muted_is_seen_and_taken_back_without_the_alert_that_muted_it(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await posts(sqlite_sessions, 1)
    await delivering.step()
    (alert,) = delivering.telegram.of("sendMessage")
    hour, _, channel, _ = alert.buttons().values()
    for pressed in (hour, channel):
        await reader.press(pressed)

    *_, shown = await reader.press(OpenTopic(topic=1).pack())
    assert RU("topic-is-muted") in shown.text
    (listed,) = await reader.say("/topics")
    assert f"⏸ посольство · {RU('topic-is-muted')}" in listed.text
    assert any(label.startswith("⏸") for label in listed.buttons())
    *_, shown = await reader.press(shown.buttons()[RU("topic-resume")])
    assert RU("topic-is-muted") not in shown.text
    (listed,) = await reader.say("/topics")
    assert RU("topic-is-muted") not in listed.text
    (listed,) = await reader.say("/channels")
    assert f"· {RU('channel-muted')}" in listed.text
    (hear,) = listed.buttons().values()
    for _ in range(2):  # it says what shall be
        *_, listed = await reader.press(hear)
        assert (listed.buttons(), RU("channel-muted") in listed.text) == ({}, False)
    assert (await arrive(sqlite_sessions, arrival(2, "У посольства тихо"))).owed == 1


async def test_the_buttons_under_an_alert_make_less_of_it(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await posts(sqlite_sessions, 1)
    await delivering.step()
    (alert,) = delivering.telegram.of("sendMessage")
    hour, day, channel, less = alert.buttons().values()

    async def press(data: str) -> str:
        (answered,) = await reader.press(data)
        return str(answered.params["text"])

    assert await press(hour) == RU("muted-hour", name="посольство")
    assert (await arrive(sqlite_sessions, arrival(2, "У посольства тихо"))).owed == 0
    assert await press(hour) == RU("muted-no-more", name="посольство")
    assert await press(day) == RU("muted-day", name="посольство")
    assert await press(day) == RU("muted-no-more", name="посольство")
    assert await press(channel) == RU("muted-channel", name="Осторожно, новости")
    assert (await arrive(sqlite_sessions, arrival(3, "У посольства тихо", channel_id=CHANNEL))).owed == 0
    assert await press(channel) == RU("muted-no-more", name="Осторожно, новости")
    assert await press(less) == RU("lessened", name="посольство", count=6)
    assert await press(less) == RU("lessened", name="посольство", count=2)
    assert await press(less) == RU("lessened-digest", name="посольство")
    assert (await arrive(sqlite_sessions, arrival(4, "У посольства тихо"))).owed == 1
    assert (await states(sqlite_sessions))[-1] == DeliveryState.HELD


@pytest.mark.parametrize(
    ("values", "said", "owed"),
    [
        ({"priority": True}, "lessened-plain", [DeliveryState.DUE]),
        ({"priority": True, "mode": Mode.DIGEST}, "lessened-digest", [DeliveryState.HELD]),
        ({"mode": Mode.DIGEST}, "lessened-already", [DeliveryState.HELD]),
        ({"mode": Mode.SILENT}, "lessened-silent", []),
    ],
)
async def test_less_of_a_topic_says_what_it_has_done(
    sqlite_sessions: Sessions, reader: Chat, values: dict[str, object], said: str, owed: list[str]
) -> None:
    await tune(sqlite_sessions, **values)
    async with sqlite_sessions() as session:
        topic_id = (await session.scalars(select(Topic.id))).one()
    (answered,) = await reader.press(Lessen(topic=topic_id).pack())
    assert answered.params["text"] == RU(said, name="посольство")
    await posts(sqlite_sessions, 1)
    async with sqlite_sessions() as session:
        assert list(await session.scalars(select(Delivery.state))) == owed
        assert Priority.URGENT not in list(await session.scalars(select(Delivery.priority)))


async def test_a_button_of_the_topic_sets_how_many_posts_an_hour_it_tells_of(
    sqlite_sessions: Sessions, reader: Chat
) -> None:
    async with sqlite_sessions() as session:
        topic_id = await session.scalar(select(Topic.id))
    assert topic_id is not None
    _, card = await reader.press(SetLimit(topic=topic_id, posts=2).pack())
    assert RU("topic-is-limited", count=2) in card.text
    _, card = await reader.press(SetLimit(topic=topic_id).pack())
    assert RU("topic-is-limited", count=2) not in card.text


async def test_the_end_of_a_silence_brings_what_came_in_it_and_not_what_waits_for_a_digest(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1)
    await tune(sqlite_sessions, mode=Mode.INSTANT)
    await hush(sqlite_sessions)
    await posts(sqlite_sessions, 2)
    await delivering.step()
    await delivering.step(7200)
    assert ["номер2" in each.text for each in delivering.telegram.of("sendMessage")] == [True]
    assert told(delivering.telegram.of("sendMessage")) == [1]


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Baku", 4), ("America/New_York", 12)])
async def test_what_is_held_comes_when_the_silence_ends_in_the_readers_new_zone(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat, zone: str, hours: int
) -> None:
    await reader.say("/quiet 23:00-17:00")
    await posts(sqlite_sessions, 1)
    await delivering.step()
    await reader.say(f"/timezone {zone}")
    await delivering.step(hours * 3600 - 1)
    assert delivering.telegram.of("sendMessage") == []
    await delivering.step(1)
    assert told(delivering.telegram.of("sendMessage")) == [1]


@pytest.mark.parametrize(("closed", "later"), [(True, [1]), (False, [2])])
async def test_what_was_held_for_a_week_is_told_only_where_the_chat_was_open(
    sqlite_sessions: Sessions, delivering: Delivering, closed: bool, later: list[int]
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await hush(sqlite_sessions, "9d")
    await posts(sqlite_sessions, 1)
    await arrive(sqlite_sessions, arrival(2, "У посольства номер2"), now=NOW + timedelta(days=2))
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        subscriber = await session.get_one(Subscriber, 1)
        if closed:
            await subscribers.deactivate(session, subscriber)
        await subscribers.activate(session, subscriber, NOW + timedelta(days=8))
        await digest.issue(session, NOW + timedelta(days=9))
    await delivering.step(9 * 86400)
    assert told(delivering.telegram.of("sendMessage")) == later


@pytest.mark.parametrize("how", ["ended", "deleted"])
async def test_a_topic_that_goes_while_its_digest_is_made_spoils_nothing_and_is_told_once(
    sqlite_sessions: Sessions, delivering: Delivering, how: str
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1, 2)
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        await digest.issue(session, NOW + timedelta(days=1))
    delivering.telegram.hold("sendMessage")
    sending = asyncio.create_task(delivering.step(86400))
    await delivering.telegram.until_asked("sendMessage")
    async with sqlite_sessions.begin() as session:
        reader, topic = await session.get_one(Subscriber, 1), (await session.scalars(select(Topic))).one()
        if how == "ended":
            await subscriptions.end(session, reader, topic.id, NOW)
        else:
            await session.delete(topic)
    delivering.telegram.let_go("sendMessage")
    await sending
    assert told(delivering.telegram.of("sendMessage")) == [2]
    assert set(await states(sqlite_sessions)) == {DeliveryState.SENT}
    if how == "ended":
        async with sqlite_sessions.begin() as session:
            await subscriptions.follow(session, reader, topic, NOW)
    await delivering.step(86400)
    assert len(delivering.telegram.of("sendMessage")) == 1


@pytest.mark.parametrize("how", ["ended", "deleted"])
async def test_a_topic_that_goes_before_its_digest_is_made_leaves_one_that_can_be_read_or_none(
    sqlite_sessions: Sessions, delivering: Delivering, how: str
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1, 2)
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        await digest.issue(session, NOW + timedelta(days=1))
        topic = (await session.scalars(select(Topic))).one()
        if how == "ended":
            await subscriptions.end(session, await session.get_one(Subscriber, 1), topic.id, NOW)
        else:
            await session.delete(topic)
    await delivering.step(86400)
    assert told(delivering.telegram.of("sendMessage")) == ([] if how == "ended" else [2])
    assert not {DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.DEAD} & set(await states(sqlite_sessions))


def test_a_digest_has_a_story_once_with_the_others_who_told_it() -> None:
    told_by = ["Осторожно, новости", "Вісті", "Хабар"]
    held = [shown(channel_title=name, id=number, story_id=7) for number, name in enumerate(told_by)]
    rendered, count = views.digest([*held, shown(id=9)], RU)
    assert (count, rendered.text.count("• ")) == (4, 2)
    assert f"➕ {RU('story-more', count=2)}: Вісті · Хабар" in rendered.text


async def urgent_post(sessions: Sessions, number: int, now: datetime) -> None:
    """A topic that rings through has a post."""
    await subscribe(sessions, "дрон", chat_id=7)
    async with sessions.begin() as session:
        await session.execute(update(Subscription).where(Subscription.topic_id == 2).values(priority=True))
    await arrive(sessions, arrival(number, "дрон тревога"), now=now)


async def test_what_rings_through_does_not_wait_behind_what_was_held_and_has_to_wait_longer(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await hush(sqlite_sessions)  # until 11:00
    async with sqlite_sessions.begin() as session:
        quiet.set_quiet(await session.get_one(Subscriber, 1), "10:30-17:00")
    await posts(sqlite_sessions, 1)
    await delivering.step(600)
    await delivering.step(2 * 3600)
    await urgent_post(sqlite_sessions, 2, NOW + timedelta(hours=3))
    await delivering.step(3600)
    assert ["тревога" in each.text for each in delivering.telegram.of("sendMessage")] == [True]
    await delivering.step(5 * 3600)
    assert told(delivering.telegram.of("sendMessage")) == [0, 1]


@pytest.mark.parametrize("ended", [True, False])
async def test_a_daily_digest_in_a_long_snooze_holds_up_nothing_and_comes_when_that_is_ended(
    sqlite_sessions: Sessions, delivering: Delivering, ended: bool
) -> None:
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 1)
    await hush(sqlite_sessions, "3d")
    async with sqlite_sessions.begin() as session:
        await digest.issue(session, NOW)
        await digest.issue(session, NOW + timedelta(days=1))
    await delivering.step(86400)
    await urgent_post(sqlite_sessions, 2, NOW + timedelta(days=1, hours=1))
    await delivering.step(3700)
    assert ["тревога" in each.text for each in delivering.telegram.of("sendMessage")] == [True]
    if ended:
        async with sqlite_sessions.begin() as session:
            subscriber = await session.get_one(Subscriber, 1)
            quiet.set_snooze(subscriber, "off", NOW + timedelta(days=1, hours=2))
            await digest.release(session, 1, NOW + timedelta(days=1, hours=1))
    await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == ([0, 1] if ended else [0])


@pytest.mark.parametrize("held", [False, True])
async def test_a_silence_that_is_called_off_while_a_message_is_made_keeps_nothing_back(
    sqlite_sessions: Sessions, delivering: Delivering, held: bool
) -> None:
    async def snooze(text: str) -> None:
        async with sqlite_sessions.begin() as session:
            quiet.set_snooze(await session.get_one(Subscriber, 1), text, NOW)
            await session.flush()
            await digest.release(session, 1, NOW)

    await snooze("20d")
    await posts(sqlite_sessions, 1)
    if held:
        await delivering.step()
        await snooze("10d")
    desk = Desk(sqlite_sessions, lambda: NOW, 4, Meter())
    (one,) = await desk.claim(1, [])
    await snooze("off")
    assert isinstance(one.said, Held | Snoozed)
    await desk.settle(one.parcel, one.said)
    await delivering.step(1)
    assert told(delivering.telegram.of("sendMessage")) == [1]


async def test_a_word_to_everybody_comes_when_a_silence_is_ended(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await hush(sqlite_sessions, "3d")
    async with sqlite_sessions.begin() as session:
        await outbox.enqueue_to(session, Subscriber.active, "broadcast", NOW, text="Всем", entities=[])
    await delivering.step()
    assert delivering.telegram.of("sendMessage") == []
    async with sqlite_sessions.begin() as session:
        quiet.set_snooze(await session.get_one(Subscriber, 1), "off", NOW)
        await digest.release(session, 1, NOW)
    await delivering.step()
    assert ["Всем" in each.text for each in delivering.telegram.of("sendMessage")] == [True]


async def test_what_is_held_until_the_same_minute_a_second_time_comes_too(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    async def set_quiet(text: str) -> None:
        async with sqlite_sessions.begin() as session:
            quiet.set_quiet(await session.get_one(Subscriber, 1), text)
            await digest.release(session, 1, NOW + timedelta(minutes=1))

    await set_quiet("08:00-17:00")
    await posts(sqlite_sessions, 1)
    await delivering.step(60)
    await set_quiet("off")
    await delivering.step(60)
    assert told(delivering.telegram.of("sendMessage")) == [1]
    await set_quiet("08:00-17:00")
    await posts(sqlite_sessions, 2)
    await delivering.step(60)
    await delivering.step(10 * 3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1]


async def test_what_is_beyond_a_limit_a_second_time_in_the_same_hour_comes_too(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await tune(sqlite_sessions, hourly_limit=1)
    for number in (1, 2):
        await posts(sqlite_sessions, number)
        await delivering.step(60)
    async with sqlite_sessions.begin() as session:
        quiet.set_snooze(await session.get_one(Subscriber, 1), "10m", NOW + timedelta(minutes=2))
        await digest.release(session, 1, NOW + timedelta(minutes=2))
    await delivering.step(660)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1]
    await posts(sqlite_sessions, 3)
    await delivering.step(60)
    later = NOW + timedelta(minutes=15)
    await arrive(sqlite_sessions, arrival(2, "У посольства номер2 и ещё", edit_date=later), now=later)
    for _ in range(3):
        await delivering.step(3600)
    assert told(delivering.telegram.of("sendMessage")) == [1, 1, 1]
    assert ["ещё" in each.text for each in delivering.telegram.of("editMessageText")] == [True]


async def test_a_digest_of_what_may_have_been_told_before_says_so(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await posts(sqlite_sessions, 1)
    delivering.telegram.failures["sendMessage"] = [(200, ["<html>"])]  # type: ignore[list-item]
    await delivering.step()
    await hush(sqlite_sessions)
    await delivering.step(60)
    await delivering.step(7200)
    assert [RU("alert-again") in each.text for each in delivering.telegram.of("sendMessage")] == [False, True]
    async with sqlite_sessions() as session:
        assert set(await session.scalars(select(Delivery.begun_at))) == {None}


async def test_what_a_digest_may_have_told_of_says_so_when_it_comes_by_itself(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await posts(sqlite_sessions, 1)
    async with sqlite_sessions() as session:
        topic = (await session.scalars(select(Topic))).one()
    await mute(sqlite_sessions, topic.id, Hush.HOUR)
    delivering.telegram.failures["sendMessage"] = [(200, ["<html>"])]  # type: ignore[list-item]
    await delivering.step(3600)
    async with sqlite_sessions.begin() as session:
        await unwanted.release_topic(session, 1, topic.id, NOW + timedelta(hours=1))
    await delivering.step(60)
    assert [RU("alert-again") in each.text for each in delivering.telegram.of("sendMessage")] == [False, True]


async def mute(sessions: Sessions, topic_id: int, hush: Hush) -> None:
    async with sessions.begin() as session:
        reader = await session.get_one(Subscriber, 1)
        await hushing.mute_topic(session, reader, topic_id, hush, NOW)


def of_ferries(requests: list[Request]) -> list[tuple[bool, bool]]:
    """Of each message: whether it tells of the muted topic, and of the other one."""
    return [("паром" in each.text.lower(), "катер" in each.text.lower()) for each in requests]


@pytest.fixture
async def muted(sqlite_sessions: Sessions) -> int:
    """The id of a topic that is muted for a day, of which something is held; there is another one, of which one is told an hour."""
    _, topic = await subscribe(sqlite_sessions, "паром", chat_id=7)
    _, other = await subscribe(sqlite_sessions, "катер", chat_id=7)
    async with sqlite_sessions.begin() as session:
        limited = update(Subscription).where(Subscription.topic_id == other.id)
        await session.execute(limited.values(hourly_limit=1))
    await arrive(sqlite_sessions, arrival(1, "Паром ушёл"))
    await mute(sqlite_sessions, topic.id, Hush.DAY)
    return topic.id


@pytest.mark.usefixtures("muted")
async def test_what_is_held_for_a_muted_topic_does_not_come_with_what_is_beyond_a_limit(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    for number in (2, 3):
        await arrive(sqlite_sessions, arrival(number, f"Катер {number}"))
        await delivering.step()
    await delivering.step(3600)
    assert of_ferries(delivering.telegram.of("sendMessage")) == [(False, True)] * 2
    await delivering.step(86400)
    assert of_ferries(delivering.telegram.of("sendMessage"))[2:] == [(True, False)]


@pytest.mark.usefixtures("muted")
async def test_what_is_held_for_a_muted_topic_comes_neither_with_a_digest_nor_when_a_silence_is_called_off(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await hush(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(2, "Катер"))
    await delivering.step()
    async with sqlite_sessions.begin() as session:
        subscriber = await session.get_one(Subscriber, 1)
        subscriber.snoozed_until = None
        await digest.release(session, 1, NOW)
        await digest.enqueue(session, 1, "digest:1", NOW, NOW)
        assert await digest.forgotten(session, NOW) == []
    await delivering.step(60)
    assert of_ferries(delivering.telegram.of("sendMessage")) == [(False, True)]
    await delivering.step(86400)
    assert of_ferries(delivering.telegram.of("sendMessage"))[1:] == [(True, False)]


@pytest.mark.usefixtures("muted")
async def test_a_digest_that_has_nothing_to_tell_does_not_come_out_of_its_time_when_a_muting_ends(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    async with sqlite_sessions.begin() as session:
        await digest.enqueue(session, 1, "digest:20250101T0900", NOW, NOW)
    await delivering.step()
    await tune(sqlite_sessions, mode=Mode.DIGEST)
    await posts(sqlite_sessions, 2)
    await delivering.step(86400)
    assert ["паром" in each.text.lower() for each in delivering.telegram.of("sendMessage")] == [True]


async def test_what_is_held_comes_earlier_when_its_topic_is_muted_for_less(
    sqlite_sessions: Sessions, delivering: Delivering, muted: int
) -> None:
    await mute(sqlite_sessions, muted, Hush.HOUR)
    await delivering.step(3600)
    assert of_ferries(delivering.telegram.of("sendMessage")) == [(True, False)]


@pytest.mark.usefixtures("muted")
async def test_what_is_held_for_a_muted_topic_comes_when_that_ends_though_the_chat_was_closed_meanwhile(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    delivering.fail((403, "Forbidden: bot was blocked by the user", {}))
    await arrive(sqlite_sessions, arrival(2, "Катер"))
    await delivering.step()
    async with sqlite_sessions.begin() as session:
        await subscribers.activate(session, await session.get_one(Subscriber, 1), NOW)
    await delivering.step(60)
    assert of_ferries(delivering.telegram.of("sendMessage")) == [(False, True)] * 2
    await delivering.step(86400)
    assert of_ferries(delivering.telegram.of("sendMessage"))[2:] == [(True, False)]


@pytest.mark.parametrize("urgent", [False, True])
async def test_a_post_that_a_digest_names_as_one_that_says_the_same_comes_by_itself_only_if_it_rings(
    sqlite_sessions: Sessions, delivering: Delivering, urgent: bool
) -> None:
    await hush(sqlite_sessions, "1h")
    await posts(sqlite_sessions, 1)
    await delivering.step(3600 - 1)
    await tune(sqlite_sessions, priority=urgent)
    await posts(sqlite_sessions, 2)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Post).values(story_id=select(func.min(Post.id)).scalar_subquery()))
    await delivering.step(1)
    await delivering.step(3600)
    told_by = delivering.telegram.of("sendMessage")
    assert sum("номер1" in each.text for each in told_by) == 1
    assert sum("номер2" in each.text for each in told_by) == urgent
    assert set(await states(sqlite_sessions)) == {DeliveryState.SENT}


async def test_a_story_that_waits_for_the_end_of_a_muting_is_told_by_another_topic(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    _, topic = await subscribe(sqlite_sessions, "паром", chat_id=7)
    await subscribe(sqlite_sessions, "катер", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(hourly_limit=5))
        await session.execute(update(Subscriber).values(tells_once=True))
    await arrive(sqlite_sessions, arrival(1, "Паром ушёл"))
    await mute(sqlite_sessions, topic.id, Hush.DAY)
    await arrive(sqlite_sessions, arrival(2, "Катер ушёл"))
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Post).values(story_id=1))
    await delivering.step()
    assert of_ferries(delivering.telegram.of("sendMessage")) == [(False, True)]
