"""What a person sees: every command, over the wire."""

import pytest
from sqlalchemy import event, func, select

from bot.i18n import translator
from monitor import subscribers
from monitor.database import Sessions
from monitor.models import Channel, ChatKind, Subscriber, Topic, Watch
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.conftest import NOW

EN, RU = translator("en"), translator("ru")
PHOTO = {"file_id": "1", "file_unique_id": "1", "width": 9, "height": 9}
GROUP = {"id": -100500, "type": "supergroup", "title": "Readers"}


def only(requests: list[Request]) -> Request:
    assert len(requests) == 1, requests
    return requests[0]


async def count(sessions: Sessions, model: type) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_start_greets_in_the_language_of_the_person(telegram: ScriptedTelegram) -> None:
    assert only(await Chat(telegram, language="ru-RU").say("/start")).text.startswith(RU("start"))
    assert only(await Chat(telegram, user=8, language="en").say("/start")).text.startswith(EN("start"))
    assert only(await Chat(telegram, user=9, language="fr").say("/start payload")).text.startswith(EN("start"))


async def test_the_log_names_whoever_sends_start_so_that_admins_can_be_set(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with running() as telegram:
        await Chat(telegram, user=4711).say("/start")
    assert "greeted: user=4711" in caplog.messages
    async with running(access="closed") as telegram:
        await Chat(telegram, user=4712).say("/start")
    assert "refused: error=access_closed user=4712" in caplog.messages


async def test_help_names_the_commands_of_admins_to_admins_alone(reader: Chat, admin: Chat) -> None:
    assert "/watch" not in only(await reader.say("/help")).text
    assert "/watch" in only(await admin.say("/help")).text


async def test_help_in_a_group_names_what_there_is_in_groups_alone(telegram: ScriptedTelegram, admin: Chat) -> None:
    assert "/editors" not in only(await admin.say("/help")).text
    assert "/editors" in only(await Chat(telegram, chat=GROUP).say("/help")).text


async def test_a_watch_may_ask_for_old_posts_too(admin: Chat, sqlite_sessions: Sessions) -> None:
    assert only(await admin.say("/watch @rian_ru 30d")).text == EN("watch-requested", channel="@rian_ru")
    assert only(await admin.say("/watch @rian_ru forever")).text == EN("error-bad_depth", depth="forever")
    async with sqlite_sessions() as session:
        (watch,) = await session.scalars(select(Watch))
    assert watch.target == "@rian_ru"
    assert watch.since is not None
    assert (watch.requested_at - watch.since).days == 30


async def test_a_channel_in_a_query_that_is_not_watched_is_named(reader: Chat, sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=1, username="Novosti", title="Новости", aliases=["old_novosti"], added_at=NOW))
        session.add(Channel(id=2, username="left", title="Left", watched=False, added_at=NOW))
    said = EN("error-unknown_channel", name="@novostii, @left")
    for query in (
        "взрыв (from:@novosti | from:@novostii | from:@left)",
        "/subscribe взрыв -from:@novostii -from:@left",
    ):
        assert said in only(await reader.say(query)).text
    for query in ("взрыв from:@novosti", "/subscribe взрыв from:@old_novosti"):
        assert "⚠️" not in only(await reader.say(query)).text


async def test_commands_work_in_capitals_and_keep_what_follows(reader: Chat, telegram: ScriptedTelegram) -> None:
    assert only(await reader.say("/HELP")).text == EN("help")
    assert only(await reader.say("/Subscribe Баку =ЛУК")).text == EN("subscribed", topic="Баку =ЛУК")
    group = Chat(telegram, chat=GROUP)
    assert (await group.say("/Quiet@dozor_bot"))[-1].text == EN("quiet-none")


async def test_a_language_that_no_post_is_in_is_refused(reader: Chat) -> None:
    said = EN("error-query_syntax", reason="unknown_language", position=6)
    for asked in ("/subscribe Баку lang:xx", "/search Баку lang:xx", "Баку lang:XX"):
        assert said in only(await reader.say(asked)).text
    for asked in ("/subscribe Баку lang:kk", "/search Баку -lang:tr"):
        assert said not in only(await reader.say(asked)).text


async def test_a_comma_is_said_not_to_mean_or(reader: Chat) -> None:
    said = f"{EN('query-comma')} Баку | Ибрагимов"
    for words in ("Баку, Ибрагимов", "Баку,Ибрагимов"):
        assert said in only(await reader.say(f"/subscribe {words}")).text
        assert said in only(await reader.say(f"/search {words}")).text
        assert said in only(await reader.say(words)).text
    for words in ("Баку Ибрагимов", "Баку | Ибрагимов", '"Баку, Ибрагимов"', "курс 1,5"):
        for command in ("/subscribe ", "/search ", ""):
            assert EN("query-comma") not in only(await reader.say(command + words)).text


async def test_a_subscription_is_made_once_listed_and_ended_by_a_button(reader: Chat) -> None:
    assert only(await reader.say("/subscribe взрыв Баку")).text == EN("subscribed", topic="взрыв Баку")
    assert only(await reader.say("/subscribe взрыв Баку")).text == EN("subscribed-already", topic="взрыв Баку")
    assert "взрыв Баку" in only(await reader.say("/subscriptions")).text
    (data,) = only(await reader.say("/unsubscribe")).buttons().values()
    answered, edited = await reader.press(data)
    assert (answered.method, edited.method) == ("answerCallbackQuery", "editMessageText")
    assert edited.text == EN("topic-ended", topic="взрыв Баку")
    assert EN("topics-mine-none") in only(await reader.say("/subscriptions")).text


@pytest.mark.parametrize("command", ["subscribe", "search"])
async def test_a_command_without_words_explains_itself(reader: Chat, command: str) -> None:
    assert only(await reader.say(f"/{command}")).text == EN(f"{command}-usage")
    assert only(await reader.say(f"/{command}   ")).text == EN(f"{command}-usage")


async def test_a_query_that_cannot_be_read_is_answered_and_nothing_is_stored(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    answer = only(await reader.say('/subscribe "взрыв'))
    assert answer.text
    assert answer.text not in (EN("error-unexpected"), "error-query_syntax")
    assert await count(sqlite_sessions, Topic) == 0


async def test_the_language_is_changed_by_a_button_and_stays(reader: Chat) -> None:
    buttons = only(await reader.say("/language")).buttons()
    assert set(buttons) >= {"English", "Русский"}
    _, edited = await reader.press(buttons["Русский"])
    assert edited.text == RU("language-chosen")
    assert only(await reader.say("/help")).text == RU("help")


@pytest.mark.parametrize("words", ["ru", "RU", "русский"])
async def test_the_language_can_be_named_at_once(reader: Chat, words: str) -> None:
    assert only(await reader.say(f"/language {words}")).text == RU("language-chosen")
    assert only(await reader.say("/help")).text == RU("help")
    assert "English" in only(await reader.say("/language klingon")).buttons()


async def test_channels_shows_admins_how_well_each_is_covered(
    reader: Chat, admin: Chat, sqlite_sessions: Sessions
) -> None:
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="rian_ru", title="РИА", added_at=NOW, cursor=5, top=7, found=3, pushed=9))
    said = only(await admin.say("/channels")).text
    assert all(EN(key, count=2) in said for key in ("channel-unread", "channel-behind"))
    assert EN("channel-missed", count=3, total=12) in said
    assert EN("channel-unread") not in only(await reader.say("/channels")).text


async def test_channels_lists_what_is_watched(reader: Chat, sqlite_sessions: Sessions) -> None:
    assert only(await reader.say("/channels")).text == EN("channels-none")
    async with sqlite_sessions.begin() as session:
        session.add(Channel(id=10, username="ostorozhno_novosti", title="Осторожно, новости", added_at=NOW))
    answer = only(await reader.say("/channels"))
    assert answer.marked("text_link") == ["Осторожно, новости"]
    assert "@ostorozhno_novosti" in answer.text


async def test_only_an_admin_may_watch(reader: Chat, admin: Chat, sqlite_sessions: Sessions) -> None:
    assert only(await reader.say("/watch @rian_ru")).text == EN("error-admins_only")
    assert await count(sqlite_sessions, Watch) == 0
    assert only(await admin.say("/watch @rian_ru")).text == EN("watch-requested", channel="@rian_ru")
    assert await count(sqlite_sessions, Watch) == 1


async def test_a_channel_is_picked_with_the_keyboard(admin: Chat, sqlite_sessions: Sessions) -> None:
    asked = only(await admin.say("/watch"))
    button = asked.params["reply_markup"]["keyboard"][0][0]["request_chat"]
    assert button["chat_is_channel"] is True
    shared = {"request_id": button["request_id"], "chat_id": -1001234, "title": "News"}
    assert only(await admin.say(None, chat_shared=shared)).text == EN("watch-requested", channel="-1001234")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Watch.target)) == "-1001234"


async def test_a_channel_that_nobody_watches_cannot_be_left(admin: Chat) -> None:
    assert only(await admin.say("/unwatch @nobody")).text == EN("error-unknown_channel", name="@nobody")


async def test_what_is_no_word_gets_a_hint_in_private_and_silence_in_a_group(
    telegram: ScriptedTelegram,
) -> None:
    private, group = Chat(telegram), Chat(telegram, chat=GROUP)
    assert only(await private.say(None, photo=[PHOTO])).text == EN("hint")
    assert only(await private.say("/nonsense")).text == EN("unknown-command")
    assert await group.say("посольство") == []
    assert await group.say("/nonsense") == []


async def test_a_command_in_a_group_may_name_the_bot(telegram: ScriptedTelegram, sqlite_sessions: Sessions) -> None:
    group = Chat(telegram, chat=GROUP)
    await group.say("/start")
    telegram.requests.clear()
    answer = only(await group.say("/help@dozor_bot"))
    assert (answer.params["chat_id"], answer.text) == (GROUP["id"], EN("help-group"))
    assert await group.say("/help@another_bot") == []
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.kind)) == ChatKind.GROUP


async def test_each_thread_of_a_forum_is_a_subscriber_of_its_own(telegram: ScriptedTelegram) -> None:
    telegram.group_admins = {7}
    forum = Chat(telegram, chat={**GROUP, "is_forum": True})
    await forum.say("/subscribe баку", is_topic_message=True, message_thread_id=3)
    there = only(await forum.say("/subscriptions", is_topic_message=True, message_thread_id=3))
    elsewhere = only(await forum.say("/subscriptions", is_topic_message=True, message_thread_id=4))
    assert there.params["message_thread_id"] == 3
    assert "баку" in there.text
    assert EN("topics-mine-none") in elsewhere.text


async def test_a_group_that_takes_the_bot_in_is_told_what_it_is_for(running: Running) -> None:
    group = {"id": -100500, "type": "supergroup", "title": "Readers"}
    async with running() as telegram:
        (told,) = await Chat(telegram, chat=group).membership("left", "member")
        assert (told.params["chat_id"], told.text) == (-100500, EN("group-welcome"))
        assert await Chat(telegram).membership("kicked", "member") == []
    async with running(access="closed") as telegram:
        assert await Chat(telegram, chat=group).membership("left", "member") == []


async def test_a_reader_who_blocks_the_bot_is_owed_nothing_until_they_return(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    await reader.say("/start")
    for old, new, active in (("member", "kicked", False), ("kicked", "member", True)):
        assert await reader.membership(old, new) == []
        async with sqlite_sessions() as session:
            assert await session.scalar(select(Subscriber.active)) is active


async def test_a_forum_that_removes_the_bot_is_owed_nothing_in_any_thread(
    telegram: ScriptedTelegram, sqlite_sessions: Sessions
) -> None:
    forum = Chat(telegram, chat={**GROUP, "is_forum": True})
    for thread in (3, 4):
        await forum.say("/help", is_topic_message=True, message_thread_id=thread)
    for old, new, active in (("member", "left", False), ("left", "member", True)):
        await forum.membership(old, new)
        async with sqlite_sessions() as session:
            assert set(await session.scalars(select(Subscriber.active))) == {active}


@pytest.mark.parametrize(
    ("kind", "old", "new", "rights", "active"),
    [
        ("supergroup", "member", "administrator", [], True),
        ("supergroup", "restricted", "member", [], True),
        ("supergroup", "restricted", "restricted", ["can_send_messages"], True),
        ("supergroup", "member", "restricted", [], False),
        ("channel", "administrator", "administrator", ["can_post_messages"], True),
        ("channel", "administrator", "administrator", [], False),
    ],
)
async def test_whoever_lets_the_bot_write_again_hears_of_it_again(
    telegram: ScriptedTelegram,
    sqlite_sessions: Sessions,
    kind: str,
    old: str,
    new: str,
    rights: list[str],
    active: bool,
) -> None:
    async with sqlite_sessions.begin() as session:
        chat_kind = ChatKind.CHANNEL if kind == "channel" else ChatKind.GROUP
        silent = await subscribers.get_or_create(session, GROUP["id"], 0, chat_kind, "en", NOW)
        await subscribers.deactivate(session, silent)
    chat = Chat(telegram, chat={**GROUP, "type": kind})
    assert await chat.membership(old, new, **dict.fromkeys(rights, True)) == []
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is active


async def test_a_reply_is_sent_when_the_transaction_is_committed(reader: Chat, sqlite_sessions: Sessions) -> None:
    asked_before_commit: list[int] = []
    await reader.say("/start")
    telegram = reader.telegram
    telegram.requests.clear()
    async with sqlite_sessions.begin() as session:
        engine = (await session.connection()).engine.sync_engine
    event.listen(engine, "commit", lambda _: asked_before_commit.append(len(telegram.requests)))
    assert len(await reader.say("/subscribe баку")) == 1
    assert asked_before_commit == [0]


async def test_a_reader_who_was_given_up_and_speaks_again_is_served_again(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    await reader.say("/start")
    await reader.membership("member", "kicked")
    await reader.say("/help")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Subscriber.active)) is True
