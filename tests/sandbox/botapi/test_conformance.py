"""What python-telegram-bot, which shares no code with the sandbox, gets from its Bot API."""

import asyncio
import re
from typing import Any

import pytest
import telegram
from aiohttp import web
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputMediaVideo,
    InputTextMessageContent,
    KeyboardButton,
    KeyboardButtonRequestChat,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from sandbox import inline, membership
from sandbox.chats import Person
from sandbox.telegram import Sandbox
from tests.sandbox.botapi.conftest import PNG, TOKEN


def refused(words: str, kind: type[TelegramError] = BadRequest) -> Any:
    """Whoever is in it is refused in these words."""
    return pytest.raises(kind, match=re.compile(re.escape(words), re.IGNORECASE))


async def polled(sandbox: Sandbox) -> None:
    async with asyncio.timeout(5):
        while sandbox.chats.bots[TOKEN].pollers == 0:  # noqa: ASYNC110 -- the request is on its way
            await asyncio.sleep(0.01)


def menu(*texts: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=text) for text in texts]])


async def updates(bot: telegram.Bot, **options: Any) -> list[telegram.Update]:
    """What has come, confirmed."""
    found = list(await bot.get_updates(timeout=5, **options))
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1, timeout=0)
    return found


async def test_a_bot_knows_itself(bot: telegram.Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.username, me.id) == (True, "dozor_bot", 4242)


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    request = HTTPXRequest()
    stranger = telegram.Bot("1:nobody", base_url=f"{sandbox.bot_api_url}/bot", request=request)
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await request.shutdown()


async def test_a_long_poll_ends_when_somebody_speaks(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await polled(sandbox)
    sandbox.chats.say(leyla, "/help@dozor_bot сейчас")
    (update,) = await poll
    assert update.message is not None
    assert update.message.parse_entities([MessageEntity.BOT_COMMAND]) != {}
    again = await bot.get_updates(timeout=0)
    assert [each.update_id for each in again] == [update.update_id]
    assert await bot.get_updates(offset=update.update_id + 1, timeout=0) == ()


async def test_a_negative_offset_forgets_all_but_the_last(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    for text in ("один", "два", "три"):
        sandbox.chats.say(leyla, text)
    (last,) = await bot.get_updates(offset=-1, timeout=0)
    assert last.message is not None
    assert last.message.text == "три"


async def test_only_what_is_allowed_comes(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    sandbox.chats.say(leyla, "не слышно")
    sent = await bot.send_message(leyla.id, "кнопка", reply_markup=menu("да"))
    sandbox.chats.press(leyla, leyla.id, sent.message_id, "да")
    (update,) = await updates(bot)
    assert update.callback_query is not None
    assert update.callback_query.data == "да"


async def test_of_two_polls_the_first_ends(bot: telegram.Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await polled(sandbox)
    await bot.get_updates(timeout=0)
    with refused("terminated by other getUpdates", Conflict):
        await first


async def test_a_webhook_gets_updates_with_its_secret_until_it_takes_them(
    bot: telegram.Bot, sandbox: Sandbox, leyla: Person
) -> None:
    heard: asyncio.Queue[tuple[str | None, dict[str, Any]]] = asyncio.Queue()
    answers = [502, 200, 200]

    async def hear(request: web.Request) -> web.Response:
        await heard.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        reply = {"method": "sendMessage", "chat_id": leyla.id, "text": "из ответа"}
        return web.json_response(reply, status=answers.pop(0))

    application = web.Application()
    application.router.add_post("/hook", hear)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="abc_1")
        with refused("webhook is active", Conflict):
            await bot.get_updates(timeout=0)
        sandbox.chats.say(leyla, "привет")
        async with asyncio.timeout(10):
            first, second = await heard.get(), await heard.get()
        assert first == second
        assert first[0] == "abc_1"
        assert first[1]["message"]["text"] == "привет"
        info = await bot.get_webhook_info()
        assert info.last_error_message is not None
        assert "502" in info.last_error_message
        await bot.delete_webhook(drop_pending_updates=True)
        assert (await bot.get_webhook_info()).url == ""
    finally:
        await runner.cleanup()
    assert any(message.get("text") == "из ответа" for message in sandbox.chats.chats[leyla.id].messages.values())


async def test_html_becomes_entities(bot: telegram.Bot, leyla: Person) -> None:
    markup = '😀 <b>жирный <i>и</i></b> &lt;b&gt; <a href="https://t.me/x/1">ссылка</a> <tg-spoiler>тайна</tg-spoiler> '
    markup += '<pre><code class="language-python">x</code></pre>'
    sent = await bot.send_message(leyla.id, f"\n {markup} ", parse_mode=ParseMode.HTML)
    assert sent.text == "😀 жирный и <b> ссылка тайна x"
    found = {entity.type: sent.parse_entity(entity) for entity in sent.entities}
    assert found == {"bold": "жирный и", "italic": "и", "text_link": "ссылка", "spoiler": "тайна", "pre": "x"}
    assert next(entity.language for entity in sent.entities if entity.type == "pre") == "python"


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("a <x>b</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("я<i>a</em>", 'Unmatched end tag at byte offset 6, expected "</i>", found "</em>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_html_is_refused_in_telegrams_words(
    bot: telegram.Bot, leyla: Person, markup: str, error: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(leyla.id, markup, parse_mode=ParseMode.HTML)
    assert caught.value.message.lower() == f"can't parse entities: {error}".lower()


async def test_texts_have_a_length(bot: telegram.Bot, leyla: Person) -> None:
    await bot.send_message(leyla.id, "я" * 4096 + "  ")
    for text, error in (("я" * 4097, "message is too long"), (" \n ", "message text is empty")):
        with refused(error):
            await bot.send_message(leyla.id, text)
    with refused("caption is too long"):
        await bot.send_photo(leyla.id, PNG, caption="я" * 1025)


async def test_entities_out_of_place_are_refused(bot: telegram.Bot, leyla: Person) -> None:
    for offset, length, error in (
        (100, 1, "entity begins after the end of the text at UTF-16 offset 100"),
        (0, 100, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100"),
        (1, 1, "entity begins in a middle of a UTF-16 symbol"),
    ):
        with refused(error):
            await bot.send_message(leyla.id, "😀 hello", entities=[MessageEntity("bold", offset, length)])


async def test_trimming_moves_the_entities(bot: telegram.Bot, leyla: Person) -> None:
    sent = await bot.send_message(leyla.id, "  \n важно ", entities=[MessageEntity("bold", 4, 6)])
    (bold,) = sent.entities
    assert (sent.text, sent.parse_entity(bold)) == ("важно", "важно")


async def test_telegram_finds_links_and_tags_by_itself(bot: telegram.Bot, leyla: Person) -> None:
    sent = await bot.send_message(leyla.id, "см. https://example.org/a, #выборы @dozor_bot $TON /start a@b.org")
    kinds = [entity.type for entity in sent.entities]
    assert kinds == ["url", "hashtag", "mention", "cashtag", "bot_command", "email"]
    assert sent.parse_entity(sent.entities[0]) == "https://example.org/a"


async def test_a_message_can_be_changed_but_not_into_itself(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    sent = await bot.send_message(leyla.id, "раз", reply_markup=menu("да"))
    await sent.edit_text("два", reply_markup=menu("да"))
    for change in (sent.edit_text("два", reply_markup=menu("да")), sent.edit_reply_markup(menu("да"))):
        with refused("message is not modified"):
            await change
    await sent.edit_reply_markup(None)
    with refused("there is no text"):
        await (await bot.send_photo(leyla.id, PNG)).edit_text("текст")
    with refused("message to edit not found"):
        await bot.edit_message_text("x", leyla.id, 999)
    hers = sandbox.chats.say(leyla, "моё")
    with refused("message can't be edited"):
        await bot.edit_message_text("x", leyla.id, hers["message_id"])
    await sent.delete()
    with refused("message to delete not found"):
        await sent.delete()


async def test_a_reply_names_its_message(bot: telegram.Bot, leyla: Person) -> None:
    first = await bot.send_message(leyla.id, "вопрос")
    second = await first.reply_text("ответ", do_quote=True)
    assert second.reply_to_message is not None
    assert second.reply_to_message.text == "вопрос"
    with refused("message to be replied not found"):
        await bot.send_message(leyla.id, "ответ", reply_parameters=telegram.ReplyParameters(999))


async def test_a_pressed_button_is_answered_once_and_in_time(
    bot: telegram.Bot, sandbox: Sandbox, leyla: Person
) -> None:
    sent = await bot.send_message(leyla.id, "кнопка", reply_markup=menu("да"))
    sandbox.chats.press(leyla, leyla.id, sent.message_id, "да")
    (update,) = await updates(bot)
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert await query.answer("ладно")
    assert sandbox.chats.asked[query.id].answer is not None
    with refused("query is too old"):
        await bot.answer_callback_query("nothing")


async def test_buttons_have_limits(bot: telegram.Bot, leyla: Person) -> None:
    with refused("BUTTON_DATA_INVALID"):
        await bot.send_message(leyla.id, "x", reply_markup=menu("я" * 33))
    nowhere = InlineKeyboardMarkup([[InlineKeyboardButton("x", url="nowhere")]])
    with refused("inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"):
        await bot.send_message(leyla.id, "x", reply_markup=nowhere)


async def test_a_channel_is_picked_by_a_button(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    channel = sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
    wanted = KeyboardButtonRequestChat(7, chat_is_channel=True, request_title=True, request_username=True)
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Выбрать", request_chat=wanted)]])
    sent = await bot.send_message(leyla.id, "Какой канал?", reply_markup=keyboard)
    assert sent.reply_markup is None
    membership.share_channel(sandbox.chats, leyla, channel.id, channel.title, channel.username)
    (update,) = await updates(bot)
    assert update.message is not None
    shared = update.message.chat_shared
    assert shared is not None
    assert (shared.request_id, shared.username) == (7, "ostorozhno_novosti")
    found = await bot.get_chat(shared.chat_id)
    assert (found.type, found.title) == ("channel", "Осторожно, новости")
    assert (await bot.get_chat("@ostorozhno_novosti")).id == shared.chat_id
    await bot.send_message(leyla.id, "Готово", reply_markup=ReplyKeyboardRemove())
    assert sandbox.chats.chats[leyla.id].keyboard is None
    await bot.send_message(leyla.id, "?", reply_markup=ForceReply())


async def test_files_go_up_and_come_down(bot: telegram.Bot, leyla: Person) -> None:
    photo = await bot.send_photo(leyla.id, PNG, caption="<b>график</b>", parse_mode=ParseMode.HTML)
    assert (photo.photo[-1].width, photo.photo[-1].height, photo.caption) == (64, 32, "график")
    again = await bot.send_photo(leyla.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
    text = "канал;текст\n".encode()
    document = await bot.send_document(leyla.id, text, filename="выгрузка.csv")
    assert document.document is not None
    assert (document.document.file_name, document.document.file_size) == ("выгрузка.csv", len(text))
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == text
    video = await bot.send_video(leyla.id, b"\0\0\0\x18ftypmp42", caption="видео")
    assert video.video is not None
    album = await bot.send_media_group(
        leyla.id, [InputMediaPhoto(photo.photo[-1].file_id, caption="оба"), InputMediaVideo(video.video.file_id)]
    )
    assert [bool(part.photo) for part in album] == [True, False]
    await photo.edit_caption("другое")
    for change, error in (
        (bot.send_photo(leyla.id, b"no picture"), "IMAGE_PROCESS_FAILED"),
        (bot.send_photo(leyla.id, "unknown-file-id"), "wrong file identifier"),
        (bot.send_photo(leyla.id, document.document.file_id), "can't use file of type Document as Photo"),
        (bot.get_file("unknown"), "invalid file_id"),
    ):
        with refused(error):
            await change


async def test_an_album_is_one_group(bot: telegram.Bot, leyla: Person) -> None:
    album = await bot.send_media_group(leyla.id, [InputMediaPhoto(PNG, caption="первое"), InputMediaPhoto(PNG)])
    assert len({message.media_group_id for message in album}) == 1
    assert [message.caption for message in album] == ["первое", None]
    with pytest.raises(BadRequest):
        await bot.send_media_group(leyla.id, [InputMediaPhoto(PNG)])


async def test_inline_queries_are_answered(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    number = sandbox.chats.ask_inline(leyla, sandbox.chats.bots[TOKEN], "баку")
    (update,) = await updates(bot)
    assert update.inline_query is not None
    assert update.inline_query.query == "баку"
    found = InlineQueryResultArticle("1", "Пост", InputTextMessageContent("<b>Пост</b>", parse_mode=ParseMode.HTML))
    with refused("RESULT_ID_DUPLICATE"):
        await update.inline_query.answer([found, found])
    assert await update.inline_query.answer([found], cache_time=0)
    answer = sandbox.chats.asked[number].answer
    assert answer is not None
    assert answer["results"][0]["title"] == "Пост"
    inline.choose(sandbox.chats, number, "1", "баку")
    chosen, message = await updates(bot)
    assert chosen.chosen_inline_result is not None
    assert message.message is not None
    assert (message.message.text, message.message.via_bot.username if message.message.via_bot else "") == (
        "Пост",
        "dozor_bot",
    )


async def test_commands_differ_by_scope_and_language(bot: telegram.Bot) -> None:
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands([BotCommand("search", "search the archive")])
    await bot.set_my_commands([BotCommand("search", "искать в архиве")], language_code="ru")
    await bot.set_my_commands([BotCommand("help", "help")], scope=groups)
    assert [each.description for each in await bot.get_my_commands(language_code="ru")] == ["искать в архиве"]
    assert [each.command for each in await bot.get_my_commands(scope=groups)] == ["help"]
    await bot.delete_my_commands(scope=groups)
    assert await bot.get_my_commands(scope=groups) == ()
    await bot.set_my_description("Следит за каналами", language_code="ru")
    assert (await bot.get_my_description("ru")).description == "Следит за каналами"
    assert (await bot.get_my_description()).description == ""
    with refused("BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand("Search", "x")])


async def test_a_person_who_blocks_is_gone_until_they_return(
    bot: telegram.Bot, sandbox: Sandbox, leyla: Person
) -> None:
    membership.block(sandbox.chats, leyla)
    membership.block(sandbox.chats, leyla)
    with refused("bot was blocked by the user", Forbidden):
        await bot.send_message(leyla.id, "алло")
    membership.block(sandbox.chats, leyla, blocked=False)
    await bot.send_message(leyla.id, "алло")
    changes = [update.my_chat_member for update in await updates(bot)]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]
    with refused("can't initiate conversation", Forbidden):
        await bot.send_message(sandbox.chats.add_person("Stranger").id, "алло")
    with refused("chat not found"):
        await bot.send_message(1, "алло")


async def test_in_a_group_a_bot_hears_what_is_meant_for_it(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    group = sandbox.chats.add_group("Редакция", [leyla], admins=[leyla])
    sandbox.chats.say(leyla, "между собой", group)
    sandbox.chats.say(leyla, "/search@other_bot x", group)
    sandbox.chats.say(leyla, "/search@dozor_bot x", group)
    assert [update.message.text for update in await updates(bot) if update.message] == ["/search@dozor_bot x"]
    admins = await bot.get_chat_administrators(group.id)
    assert [admin.user.id for admin in admins] == [leyla.id]
    assert (await bot.get_chat_member(group.id, leyla.id)).status == "administrator"
    assert await bot.get_chat_member_count(group.id) == 2
    membership.leave(sandbox.chats, group, sandbox.chats.bots[TOKEN], leyla, banned=True)
    with refused("bot was kicked from the supergroup chat", Forbidden):
        await bot.send_message(group.id, "алло")


async def test_a_group_that_grows_says_where_it_went(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    group = sandbox.chats.add_group("Кружок", [leyla], basic=True)
    grown = membership.promote(sandbox.chats, group, leyla)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "алло")
    assert caught.value.new_chat_id == grown.id
    moves = [update.message.migrate_to_chat_id for update in await updates(bot) if update.message]
    assert grown.id in moves
    assert (await bot.send_message(grown.id, "алло")).chat.type == "supergroup"


async def test_threads_of_a_forum(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    me = sandbox.chats.bots[TOKEN]
    forum = sandbox.chats.add_group("Форум", [leyla], admins=[me], forum=True)
    topic = await bot.create_forum_topic(forum.id, "Баку")
    sent = await bot.send_message(forum.id, "сюда", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id == topic.message_thread_id
    await bot.edit_forum_topic(forum.id, topic.message_thread_id, name="Ереван")
    await bot.delete_forum_topic(forum.id, topic.message_thread_id)
    with refused("message thread not found"):
        await bot.send_message(forum.id, "сюда", message_thread_id=topic.message_thread_id)
    with refused("not a forum"):
        await bot.create_forum_topic(leyla.id, "Баку")
    me.has_threads = True
    private = await bot.create_forum_topic(leyla.id, "Баку")
    sandbox.chats.say(leyla, "в теме", thread=private.message_thread_id)
    (update,) = [each for each in await updates(bot) if each.message and each.message.text == "в теме"]
    assert update.message is not None
    assert update.message.message_thread_id == private.message_thread_id


async def test_a_bot_cannot_copy_from_a_channel_it_is_not_in(
    bot: telegram.Bot, sandbox: Sandbox, leyla: Person
) -> None:
    sandbox.world.publish(sandbox.world.add_channel("rian_ru", "РИА"), "новость")
    for change in (bot.copy_message(leyla.id, "@rian_ru", 1), bot.forward_message(leyla.id, "@rian_ru", 1)):
        with refused("not found"):
            await change
    own = await bot.send_message(leyla.id, "своё")
    assert (await own.copy(leyla.id)).message_id > own.message_id
    assert (await own.forward(leyla.id)).forward_origin is not None


async def test_limits_are_telegrams_when_they_are_on(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    sandbox.bot_api.limits.on = True
    answers = await asyncio.gather(*(bot.send_message(leyla.id, "часто") for _ in range(6)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {telegram.Message, RetryAfter}
    assert sandbox.bot_api.limits.refused == sum(isinstance(answer, RetryAfter) for answer in answers)


async def test_faults_look_like_telegrams(bot: telegram.Bot, sandbox: Sandbox, leyla: Person) -> None:
    sandbox.faults.add("too_many_requests", method="sendmessage", retry_after=7)
    with pytest.raises(RetryAfter):
        await bot.send_message(leyla.id, "x")
    for kind in ("server_error", "cut_connection"):
        sandbox.faults.add(kind, method="sendmessage")
        with pytest.raises(NetworkError):
            await bot.send_message(leyla.id, "x")
    await bot.send_message(leyla.id, "x")
