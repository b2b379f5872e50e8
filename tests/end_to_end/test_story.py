"""Three channels tell the same, one corrects itself and one takes it back, to the running product. Texts written for this test."""

from pathlib import Path
from typing import Any

from tests.running import running, until

NEWS = (
    "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин. "
    "Капитан порта обещает открыть линию завтра утром."
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
