"""What somebody does day by day, with the running product over the wire: files, feeds, cards in other chats, links, lists."""

import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import aiohttp
import pytest
import pytest_asyncio

from bot.i18n import locales, translator
from sandbox import inline
from sandbox.chats import Person
from tests.fleet import free_port
from tests.running import Running, running, until

EN = translator("en")
POSTS = 30
pytestmark = pytest.mark.asyncio(loop_scope="module")
Message = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The product with thirty posts about Baku in its archive, and an HTTP server; each test has readers of its own."""
    async with running(tmp_path_factory.mktemp("run"), settings={"DOZOR_HTTP__PORT": str(free_port())}) as product:
        channel = product.sandbox.world.add_channel("port_news", "Port <News>")
        await product.watch(channel)
        for number in range(POSTS):
            product.sandbox.world.publish(channel, f"Паром из Баку, рейс {number}")
        while f"{POSTS} posts" not in (await say(product, product.admin, "/search Баку"))["text"]:
            pass
        yield product


async def say(run: Running, person: Person, text: str) -> Message:
    """What the bot answers."""
    chat = run.sandbox.chats.chats[person.id]
    last = run.sandbox.chats.say(person, text)["message_id"]
    await until(lambda: chat.last_id > last)
    return chat.messages[last + 1]


async def press(run: Running, person: Person, message: Message, label: str) -> Message:
    """Press the button with this label; the message as it has become."""
    rows = message["reply_markup"]["inline_keyboard"]
    data = next(each["callback_data"] for row in rows for each in row if label in each["text"])
    chats = run.sandbox.chats
    query = chats.press(person, person.id, message["message_id"], data)
    before = message.get("text"), message.get("reply_markup")

    def now() -> Message:
        return chats.chats[person.id].messages[message["message_id"]]

    await until(lambda: chats.asked[query].answer is not None)
    await until(lambda: (now().get("text"), now().get("reply_markup")) != before)
    return now()


def links(message: Message) -> set[str]:
    return {entity["url"] for entity in message["entities"] if "url" in entity}


async def test_found_posts_come_as_a_file_and_the_message_says_how_far_it_is(run: Running) -> None:
    reader = run.sandbox.chats.add_person("Leyla")
    chat = run.sandbox.chats.chats[reader.id]
    told: list[str] = []
    run.sandbox.chats.subscribe(lambda kind, detail: told.append(detail["text"]) if kind == "edited" else None)
    asked = await say(run, reader, "/export Баку")
    await press(run, reader, asked, "XLSX")
    await until(lambda: "document" in chat.messages[chat.last_id])
    sent = run.sandbox.chats.files.get(chat.messages[chat.last_id]["document"]["file_id"])
    assert sent is not None
    assert sent.name.endswith(".xlsx")
    with ZipFile(BytesIO(sent.content)) as book:
        assert book.read("xl/worksheets/sheet1.xml").decode().count("Паром из Баку") == POSTS
    await until(lambda: "✅" in told[-1])
    assert "⏳" in told[0]
    assert EN("search-count", count=POSTS) in told[-1]


async def test_a_topic_is_read_as_a_feed_until_its_link_is_revoked(run: Running) -> None:
    reader = run.sandbox.chats.add_person("Leyla")
    await say(run, reader, "/subscribe паром")
    offered = await say(run, reader, "/feed паром")
    made = await press(run, reader, offered, EN("feed-make"))
    address = next(word for word in made["text"].split() if word.startswith("http://"))
    async with aiohttp.ClientSession() as http:
        async with http.get(address) as answer:
            body = await answer.text()
            assert (answer.status, body.count("<entry>")) == (200, POSTS)
            assert "Port &lt;News&gt;" in body
        await press(run, reader, made, EN("feed-revoke"))
        async with http.get(address) as answer:
            assert answer.status == 404


async def test_a_found_post_is_sent_to_another_chat_as_a_card_and_all_of_them_are_a_press_away(run: Running) -> None:
    chats, reader = run.sandbox.chats, run.sandbox.chats.add_person("Leyla")
    query = chats.ask_inline(reader, run.bot, "Баку")
    await until(lambda: chats.asked[query].answer is not None)
    answer = chats.asked[query].answer
    assert answer is not None
    assert len(answer["results"]) == 20
    group = chats.add_group("Friends", [reader])
    card = inline.choose(chats, query, answer["results"][0]["id"], "Баку", group)
    assert "Паром из Баку" in card["text"]
    assert f"https://t.me/port_news/{POSTS}" in links(card)
    chat = chats.chats[reader.id]
    last = inline.switch(chats, query)["message_id"]
    await until(lambda: chat.last_id > last)
    assert EN("search-count", count=POSTS) in chat.messages[last + 1]["text"]


async def test_links_lead_a_friend_to_the_same_answers_and_to_the_same_topic(run: Running) -> None:
    chats = run.sandbox.chats
    reader, friend = chats.add_person("Leyla"), chats.add_person("Orkhan", language_code="az")
    found = await say(run, reader, "/search Баку")
    shared = await press(run, reader, found, EN("search-share"))
    rows = shared["reply_markup"]["inline_keyboard"]
    address = next(each["copy_text"]["text"] for row in rows for each in row if "copy_text" in each)
    there = await say(run, friend, f"/start {address.partition('start=')[2]}")
    assert translator("az")("search-count", count=POSTS) in there["text"]
    taken = await say(run, reader, "/subscribe паром рейс")
    card = await press(run, reader, taken, EN("topic-settings"))
    link = await press(run, reader, card, EN("topic-share"))
    told = await say(run, friend, f"/start {link['text'].rpartition('start=')[2]}")
    assert translator("az")("subscribed", topic="паром рейс") in told["text"]
    listed = await say(run, friend, "/topics рейс")
    assert "паром рейс" in listed["text"]


async def test_the_menu_of_commands_is_in_every_language_and_longer_for_an_admin(run: Running) -> None:
    admins = json.dumps({"chat_id": run.admin.id, "type": "chat"}, sort_keys=True)
    settings = run.bot.settings
    for locale in set(locales()) - {"en"}:
        await until(lambda: ("commands", locale, admins) in settings)  # noqa: B023 -- awaited before it changes
        everybodys, theirs = settings["commands", locale, ""], settings["commands", locale, admins]
        assert len(theirs) > len(everybodys)
        assert {"command": "search", "description": translator(locale)("command-search")} in everybodys
        assert {"command": "admin", "description": translator(locale)("command-admin")} in theirs
