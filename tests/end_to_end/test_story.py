"""Three channels tell the same, one corrects itself and one takes it back, to the running product. Texts written for this test."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.i18n import translator
from tests.running import running, until

EN = translator("en")

NEWS = (
    "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин. "
    "Капитан порта обещает открыть линию завтра утром."
)

PIER = (
    "Новый причал для парома построят к осени напротив старого маяка, смету утвердил вчера портовый совет единогласно. "
    "Рыбаки просят оставить им место у воды."
)


async def test_a_story_is_one_message_that_follows_what_happens(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        world, chat = run.sandbox.world, run.sandbox.chats.chats[run.admin.id]
        channels = [world.add_channel(f"port_{number}", f"Порт {number}") for number in (1, 2, 3)]
        await run.watch(*channels)
        await run.subscribe({run.admin.id: ["паром"]})
        before = chat.last_id

        def alert() -> dict[str, Any]:
            return chat.messages[before + 1]

        def says(words: str) -> bool:
            return words in str(alert().get("text"))

        first = world.publish(channels[0], NEWS)
        await until(lambda: chat.last_id > before)
        for channel in channels[1:]:
            world.publish(channel, f"⚡️ {NEWS}\n\n@{channel.username}")
        await until(lambda: says("2 channels"))
        links = {entity.get("url") for entity in alert()["entities"]}
        assert {f"https://t.me/port_{number}/1" for number in (2, 3)} <= links

        world.edit(channels[0], first.id, NEWS.replace("сорок", "пятьдесят"))
        await until(lambda: says("пятьдесят"))
        assert {"strikethrough", "underline"} <= {entity["type"] for entity in alert()["entities"]}

        world.delete(channels[0], first.id)
        await until(lambda: says("deleted"))
        assert says("Капитан порта")
        assert chat.last_id == before + 1


async def test_the_stories_of_what_was_held_are_listed_and_open(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        world, chats = run.sandbox.world, run.sandbox.chats
        chat = chats.chats[run.admin.id]
        channels = [world.add_channel(f"port_{number}", f"Порт {number}") for number in (1, 2, 3)]
        await run.watch(*channels)
        await run.subscribe({run.admin.id: ["паром"]})

        async def said(text: str, **more: Any) -> dict[str, Any]:
            number = chats.say(run.admin, text, **more)["message_id"]
            await until(lambda: chat.last_id > number)
            return chat.messages[number + 1]

        await said("/snooze 2h")
        for channel in channels:
            world.publish(channel, NEWS)
        for channel in channels[1:]:
            world.publish(channel, PIER)
        with closing(sqlite3.connect(f"file:{tmp_path / 'dozor.db'}?mode=ro", uri=True)) as database:
            told = "SELECT count(*) FROM posts WHERE story_id IS NOT NULL"
            await until(lambda: database.execute(told).fetchone() == (5,))
        before = chat.last_id
        chats.say(run.admin, "/snooze off")
        await until(lambda: any("Рыбаки" in str(chat.messages[n].get("text")) for n in range(before, chat.last_id + 1)))
        held = next(each for n, each in chat.messages.items() if n > before and "📰" in str(each.get("text")))

        listed = await said("/story", reply_to_message=held)
        assert EN("story-several", count=2) in listed["text"]
        (row,) = listed["reply_markup"]["inline_keyboard"]
        last = chat.last_id
        chats.press(run.admin, run.admin.id, listed["message_id"], row[0]["callback_data"])
        await until(lambda: chat.last_id > last)
        assert EN("story-title", count=3) in chat.messages[chat.last_id]["text"]
