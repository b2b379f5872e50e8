"""A topic's life in chat: the first minute, trying, subscribing, settings, editing, ending and taking back."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import topic_callbacks
from bot.i18n import translator
from monitor import catalogue
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Awaited, Channel, Mode, Subscription, Topic
from monitor.topics import StandingTopics
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.conftest import NOW

EN = translator("en")
FIRES = "🔥 Fires\nWhat burns\nпожар"


@pytest.fixture
async def archive(sqlite_sessions: Sessions) -> None:
    """Twenty posts of ten days: a fire every other day, an embassy once."""
    posts = [
        IncomingPost(10, number, NOW - timedelta(hours=12 * (20 - number)), text)
        for number, text in enumerate((["Пожар в Баку", "Открыли выставку"] * 9) + ["Посольство Зеленского"] * 2)
    ]
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="news", title="News", added_at=NOW))
        session.add(Channel(id=11, username="other", title="Other", added_at=NOW))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)


@pytest.fixture
async def curated(sqlite_sessions: Sessions) -> Sequence[str]:
    """Four public topics."""
    async with sqlite_sessions.begin() as session:
        topics = [await catalogue.publish(session, text, 1, NOW) for text in ("A\nодин", "B\nдва", "C\nтри", FIRES)]
        await catalogue.put_first(session, topics[-1], 1, NOW)
    return ["🔥 Fires", "A", "B", "C"]


async def press(chat: Chat, message: Request, label: str) -> Request:
    """Press the first button with these words; what the message became, or was answered."""
    found = next(data for text, data in message.buttons().items() if label in text)
    return (await chat.press(found))[-1]


async def subscription(sessions: Sessions) -> Subscription:
    async with sessions() as session:
        return (await session.scalars(select(Subscription))).one()


async def topics(sessions: Sessions) -> list[Topic]:
    async with sessions() as session:
        return list(await session.scalars(select(Topic).order_by(Topic.id)))


async def subscribe(reader: Chat, query: str = "пожар") -> Request:
    """Subscribe, and open the card of the topic."""
    said = (await reader.say(f"/subscribe {query}"))[-1]
    return await press(reader, said, EN("topic-settings"))


@pytest.mark.usefixtures("archive")
async def test_start_offers_three_topics_and_one_press_subscribes_and_shows_the_newest_posts(
    reader: Chat, curated: Sequence[str], sqlite_sessions: Sessions
) -> None:
    (greeting,) = await reader.say("/start")
    assert list(greeting.buttons())[:-1] == curated[:3]
    assert EN("start-own").splitlines()[0] in greeting.text
    card = await press(reader, greeting, "Fires")
    assert card.method == "editMessageText"
    assert EN("subscribed", topic="🔥 Fires") in card.text
    assert card.text.count("Пожар в Баку") == 3
    assert (await subscription(sqlite_sessions)).ended_at is None
    (again,) = await reader.say("/start")
    assert list(again.buttons())[:-1] == curated[1:]


@pytest.mark.usefixtures("archive")
async def test_what_one_types_is_tried_before_it_is_subscribed_to(reader: Chat, sqlite_sessions: Sessions) -> None:
    (tried,) = await reader.say("пожар")
    assert "9 posts" in tried.text
    assert tried.marked("code")[1].count("█") == 9
    assert tried.text.count("News") == 3
    assert await topics(sqlite_sessions) == []
    card = await press(reader, tried, EN("proposal-take"))
    assert EN("subscribed", topic="пожар") in card.text
    assert [topic.query for topic in await topics(sqlite_sessions)] == ["пожар"]


@pytest.mark.usefixtures("archive")
async def test_a_query_that_finds_nothing_is_offered_a_spelling_that_does(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    (tried,) = await reader.say("Zelensky")
    assert EN("estimate-none", days=11) in tried.text
    wider = await press(reader, tried, "~Zelensky")
    assert "2 posts" in wider.text
    narrow = await press(reader, wider, EN("back"))
    assert EN("estimate-none", days=11) in narrow.text
    await press(reader, await press(reader, narrow, "~Zelensky"), EN("proposal-take"))
    assert [topic.query for topic in await topics(sqlite_sessions)] == ["~Zelensky"]


@pytest.mark.usefixtures("archive")
async def test_a_query_that_cannot_be_read_is_explained_and_nothing_is_waited_for(reader: Chat) -> None:
    (said,) = await reader.say('пожар "Баку')
    assert EN("error-query_syntax", reason="unclosed_quote", position=7) in said.text


async def test_settings_are_changed_in_place(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    for label, state in (
        (EN("mode-digest"), {"mode": Mode.DIGEST}),
        (EN("topic-pause"), {"paused": True}),
        (EN("topic-resume"), {"paused": False}),
        (EN("topic-urgent"), {"priority": True}),
        (EN("topic-urgent"), {"priority": False}),
        (EN("mode-instant"), {"mode": Mode.INSTANT}),
    ):
        card = await press(reader, card, label)
        assert card.method == "editMessageText"
        now = await subscription(sqlite_sessions)
        assert {name: getattr(now, name) for name in state} == state


async def test_a_button_pressed_twice_does_the_same_once(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    pause = next(data for text, data in card.buttons().items() if EN("topic-pause") in text)
    assert [(await reader.press(pause))[-1].text for _ in range(2)] == [(await reader.press(pause))[-1].text] * 2
    assert (await subscription(sqlite_sessions)).paused is True


@pytest.mark.usefixtures("archive")
async def test_a_topic_is_kept_to_channels_and_languages_by_buttons(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    channels = await press(reader, card, EN("filter-channel-any"))
    channels = await press(reader, channels, "Other")
    assert (await subscription(sqlite_sessions)).channels == ["11"]
    channels = await press(reader, channels, "News")
    channels = await press(reader, channels, "✓ Other")
    assert (await subscription(sqlite_sessions)).channels == ["10"]
    card = await press(reader, channels, EN("back"))
    languages = await press(reader, card, EN("filter-language-any"))
    languages = await press(reader, languages, "русский")
    assert (await subscription(sqlite_sessions)).languages == ["ru"]
    await press(reader, languages, EN("filter-language-any"))
    assert (await subscription(sqlite_sessions)).languages is None


async def test_a_topic_is_renamed_by_the_next_text(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    asked = await press(reader, card, EN("topic-name"))
    assert EN("ask-name") in asked.text
    removed, saved = await reader.say("🔥 <b>Пожары</b> & дым")
    assert (removed.method, removed.params["message_id"]) == ("deleteMessage", 5)
    assert "🔥 <b>Пожары</b> & дым" in saved.marked("bold")
    (topic,) = await topics(sqlite_sessions)
    assert (topic.emoji, topic.name, topic.query) == ("🔥", "<b>Пожары</b> & дым", "пожар")


async def test_a_query_that_is_wrong_can_be_sent_again(reader: Chat, sqlite_sessions: Sessions) -> None:
    await press(reader, await subscribe(reader), EN("topic-query"))
    (wrong,) = await reader.say('"дым')
    assert EN("error-query_syntax", reason="unclosed_quote", position=1) in wrong.text
    _, saved = await reader.say("дым | пожар")
    assert EN("topic-saved") in saved.text
    (topic,) = await topics(sqlite_sessions)
    assert (topic.query, topic.name) == ("дым | пожар", "дым | пожар")


async def test_a_picture_in_place_of_the_answer_gets_a_hint_and_the_question_stays(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    await press(reader, await subscribe(reader), EN("topic-name"))
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    for caption in (None, "Дым"):
        (said,) = await reader.say(None, photo=photo, caption=caption)
        assert said.text == EN("hint")
    assert EN("topic-saved") in (await reader.say("Дым"))[-1].text
    assert [topic.name for topic in await topics(sqlite_sessions)] == ["Дым"]


async def test_a_command_under_a_picture_is_a_command(reader: Chat, sqlite_sessions: Sessions) -> None:
    await press(reader, await subscribe(reader), EN("topic-name"))
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    (said,) = await reader.say(None, photo=photo, caption="/search дым")
    assert said.text == EN("search-nothing", query="дым")
    assert EN("estimate-none", days=1) in (await reader.say("Дым"))[-1].text
    assert [topic.name for topic in await topics(sqlite_sessions)] == ["пожар"]


async def test_a_command_or_a_button_ends_the_question(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    await press(reader, card, EN("topic-name"))
    await reader.say("/help")
    assert EN("estimate-none", days=1) in (await reader.say("дым"))[-1].text
    asked = await press(reader, card, EN("topic-name"))
    await press(reader, asked, EN("never-mind"))
    await reader.say("дым")
    assert [topic.name for topic in await topics(sqlite_sessions)] == ["пожар"]
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Awaited)) == 0


async def test_two_people_who_edit_one_topic_do_not_undo_each_other(
    telegram: ScriptedTelegram, curated: Sequence[str], sqlite_sessions: Sessions
) -> None:
    telegram.group_admins = {1, 7}
    group = {"id": -100500, "type": "supergroup", "title": "Readers"}
    one, other = Chat(telegram, user=1, chat=group), Chat(telegram, user=7, chat=group)
    card = await subscribe(one)
    for person in (one, other):
        await press(person, card, EN("topic-name"))
    reply = {"message_id": 9, "date": 1, "chat": group, "from": {"id": 42, "is_bot": True, "first_name": "Dozor"}}
    assert EN("topic-saved") in (await one.say("Дым", reply_to_message=reply))[-1].text
    (told,) = await other.say("Огонь", reply_to_message=reply)
    assert told.text == EN("error-topic_changed")
    assert (await topics(sqlite_sessions))[-1].name == "Дым"
    assert await other.say("Просто разговор") == []


async def test_what_is_ended_can_be_taken_back(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await press(reader, await subscribe(reader), EN("mode-digest"))
    gone = await press(reader, card, EN("topic-end"))
    assert gone.text == EN("topic-ended", topic="пожар")
    assert EN("topics-mine-none") in (await reader.say("/topics"))[-1].text
    back = await press(reader, gone, EN("undo"))
    assert EN("subscribed", topic="пожар") in back.text
    assert (await subscription(sqlite_sessions)).mode == Mode.DIGEST


async def test_a_button_under_a_topic_that_is_gone_says_so(reader: Chat, sqlite_sessions: Sessions) -> None:
    card = await subscribe(reader)
    async with sqlite_sessions.begin() as session:
        await session.delete((await session.scalars(select(Topic))).one())
    buttons = {label: data for label, data in card.buttons().items() if not data.startswith("topics:")}
    for label, data in buttons.items():
        assert (await reader.press(data))[-1].text == EN("error-topic_gone"), label


async def test_topics_are_listed_in_pages_and_found_by_words(reader: Chat, curated: Sequence[str]) -> None:
    for number in range(10):
        await reader.say(f"/subscribe тема{number}")
    (mine,) = await reader.say("/topics")
    assert "1/2" in mine.text
    second = await press(reader, mine, "▶")
    assert "тема9" in second.text
    public = await press(reader, second, EN("tab-public"))
    assert [name for name in curated if name in public.text] == curated
    (found,) = await reader.say("/topics burns")
    assert "Fires" in found.text
    await press(reader, mine, EN("topics-find"))
    assert "тема7" in (await reader.say("тема7"))[-1].text


@pytest.mark.usefixtures("archive")
async def test_a_link_subscribes_at_once_and_only_whom_it_was_given(
    telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions
) -> None:
    shared = await press(reader, await subscribe(reader), EN("topic-share"))
    payload = shared.text.rpartition("start=")[2]
    friend = Chat(telegram, user=8)
    (card,) = await friend.say(f"/start {payload}")
    assert EN("subscribed", topic="пожар") in card.text
    assert "Пожар в Баку" in card.text
    settings = await press(friend, card, EN("topic-settings"))
    assert EN("mode-digest") in settings.buttons()
    assert EN("topic-query") not in settings.buttons()
    for wrong in (payload.partition("-")[0], f"{payload}x", "t999"):
        assert (await Chat(telegram, user=9).say(f"/start {wrong}"))[-1].text == EN("error-topic_gone")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Subscription)) == 2


async def test_a_copy_is_ones_own(telegram: ScriptedTelegram, reader: Chat, sqlite_sessions: Sessions) -> None:
    shared = await press(reader, await subscribe(reader), EN("topic-share"))
    friend = Chat(telegram, user=8)
    (card,) = await friend.say(f"/start {shared.text.rpartition('start=')[2]}")
    copied = await press(friend, await press(friend, card, EN("topic-settings")), EN("topic-copy"))
    assert EN("topic-query") in copied.buttons()
    assert len(await topics(sqlite_sessions)) == 2


async def test_somebody_elses_topic_is_closed(telegram: ScriptedTelegram, reader: Chat) -> None:
    await subscribe(reader)
    stranger = Chat(telegram, user=8)
    for data in (
        topic_callbacks.OpenTopic(topic=1),
        topic_callbacks.FollowTopic(topic=1),
        topic_callbacks.HowOften(topic=1),
    ):
        assert (await stranger.press(data.pack()))[-1].text == EN("error-topic_gone")
    edit = topic_callbacks.EditTopic(topic=1, what=topic_callbacks.Wanted.QUERY)
    assert (await stranger.press(edit.pack()))[-1].text == EN("error-not_yours")


async def test_a_proposal_of_somebody_else_cannot_be_taken(telegram: ScriptedTelegram, reader: Chat) -> None:
    (tried,) = await reader.say("пожар")
    answer = await press(Chat(telegram, user=8), tried, EN("proposal-take"))
    assert answer.text == EN("error-search_gone")


async def test_a_button_under_a_message_that_is_too_old_or_gone_is_answered_beside_it(
    reader: Chat, telegram: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    card = await subscribe(reader)
    pause = next(data for text, data in card.buttons().items() if EN("topic-pause") in text)
    edited = (await reader.press(pause, old=True))[-1]
    assert (edited.method, edited.params["message_id"]) == ("editMessageText", 5)
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: message to edit not found"}
    telegram.failures["editMessageText"] = [(400, refusal)]
    beside = (await reader.press(pause, old=True))[-1]
    assert (beside.method, beside.text, beside.buttons()) == ("sendMessage", edited.text, edited.buttons())
    assert (await subscription(sqlite_sessions)).paused is True


@pytest.mark.parametrize("data", ["", "unsub:1:2", "old:1", "topic:x", "mode:1:loud", "тема:1"])
async def test_an_old_button_is_answered_kindly(reader: Chat, data: str) -> None:
    (answered,) = await reader.press(data)
    assert (answered.method, answered.text) == ("answerCallbackQuery", EN("button-outdated"))


async def test_an_edited_message_is_not_acted_upon_twice(reader: Chat, sqlite_sessions: Sessions) -> None:
    await reader.say("/subscribe пожар")
    (said,) = await reader.edit("/subscribe пожары и дым")
    assert said.text == EN("edited")
    assert len(await topics(sqlite_sessions)) == 1


async def test_a_forwarded_post_is_no_query(reader: Chat) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    (said,) = await reader.say("Пожар в Баку", forward_origin=origin)
    assert said.text == EN("hint")


async def test_what_is_posted_through_a_bot_is_no_query(reader: Chat) -> None:
    bot = {"id": 42, "is_bot": True, "first_name": "Dozor", "username": "dozor_bot"}
    assert await reader.say("Пожар в Баку", via_bot=bot) == []
