"""What people and channels do wrong, to the running product: an answer in chat, and nothing is lost."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.chats import Chat, Person
from sandbox.world import Channel
from tests.running import Running, running, until

EMOJI = "😀"


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path) as product:
        yield product


async def answer(run: Running, person: Person, text: str, chat: Chat | None = None) -> str:
    """What the bot says next after this."""
    place = chat or run.sandbox.chats.chats[person.id]
    last = run.sandbox.chats.say(person, text, chat)["message_id"]
    await until(lambda: place.last_id > last)
    return str(place.messages[last + 1].get("text"))


async def test_a_person_who_slips_is_told_what_to_do(run: Running) -> None:
    leyla = run.sandbox.chats.add_person("Leyla")
    for text, words in (
        ("/subscribe", "/subscribe"),
        ("/search", "/search"),
        ('/subscribe "баку', "quote"),
        ("/subscribe -баку", "not want"),
        ("/subscribe " + "a " * 2000, "1000 characters"),
        ("/nonsense", "/help"),
        ("/watch @ostorozhno_novosti", "admin"),
        ("/language xx", "anguage"),
    ):
        assert words in await answer(run, leyla, text), text


async def test_a_command_in_a_group_is_answered_there(run: Running) -> None:
    leyla = run.sandbox.chats.add_person("Leyla")
    group = run.sandbox.chats.add_group("Редакция", [leyla], admins=[leyla])
    assert "Баку" in await answer(run, leyla, "/subscribe@dozor_bot Баку", group)
    channel = run.sandbox.world.add_channel("rian_ru", "РИА")
    await run.watch(channel)
    before = group.last_id
    run.sandbox.world.publish(channel, "В Баку тихо")
    await until(lambda: group.last_id > before)


async def test_channels_that_cannot_be_watched_are_named(run: Running) -> None:
    banned = run.sandbox.world.add_channel("closed_club", "Закрытый клуб")
    run.sandbox.world.ban(banned, next(iter(run.sandbox.world.accounts.values())))
    chat = run.sandbox.chats.chats[run.admin.id]
    for target, words in (("@nobody_here", "nobody_here"), ("@closed_club", "ban"), ("https://example.org", "channel")):
        run.sandbox.chats.say(run.admin, f"/watch {target}")
        await until(partial(_was_told, chat, words))


def _was_told(chat: Chat, words: str) -> bool:
    said = (str(message.get("text")) for message in chat.messages.values() if message["from"]["is_bot"])
    return any(words in text for text in said)


async def test_posts_that_break_a_message_arrive_whole_or_cut(run: Running) -> None:
    channel = run.sandbox.world.add_channel("rian_ru", "РИА")
    await run.watch(channel)
    await run.subscribe({run.admin.id: ["баку"]})
    chat = run.sandbox.chats.chats[run.admin.id]
    for text, entities in _broken():
        before = chat.last_id
        run.sandbox.world.publish(channel, text, entities=entities)
        await until(partial(_has_more, chat, before))
        alert = chat.messages[chat.last_id]
        assert "баку" in alert["text"].lower()
        assert _links_to(alert, channel)


def _has_more(chat: Chat, than: int) -> bool:
    return chat.last_id > than


def _broken() -> list[tuple[str, list[dict[str, Any]]]]:
    bold = {"type": "bold"}
    return [
        ("Баку " + EMOJI * 2045, []),
        ("Баку " + "а" * 4091, [{**bold, "offset": 0, "length": 4096}]),
        (f"{EMOJI} Баку", [{**bold, "offset": 1, "length": 3}]),
        ("Баку", [{**bold, "offset": 2, "length": 500}, {**bold, "offset": 90, "length": 1}]),
        ("Баку \u202eукаБ\u0000\u200b", []),
        ("<b>Баку</b> & <script>", []),
        ("Баку " + "https://example.org/x " * 100, []),
    ]


def _links_to(alert: dict[str, Any], channel: Channel) -> bool:
    addresses = [entity.get("url", "") for entity in alert["entities"]]
    return f"https://t.me/{channel.username}/{channel.last_id}" in addresses
