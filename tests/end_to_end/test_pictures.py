"""A reader asks for the pictures of an album: bot, listener and relay of the running product, over the wire."""

from pathlib import Path
from typing import Any

from bot.i18n import translator
from sandbox.control.posts import PIXEL
from tests.running import Running, running, until

EN = translator("en")


def said(run: Running, person_id: int) -> list[dict[str, Any]]:
    messages = run.sandbox.chats.chats[person_id].messages.values()
    return [message for message in messages if message["from"]["id"] == run.bot.id]


def pictures(run: Running, person_id: int) -> list[dict[str, Any]]:
    return [message for message in said(run, person_id) if message.get("photo")]


async def test_an_album_is_fetched_by_the_account_and_sent_by_the_bot_and_uploaded_once(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        readers = [run.sandbox.chats.add_person(name, language_code="en") for name in ("Leyla", "Murad")]
        channel = run.sandbox.world.add_channel("port", "Port")
        await run.watch(channel)
        await run.subscribe({reader.id: ["ferry"] for reader in readers})
        run.sandbox.world.publish_album(channel, "The ferry is back", [PIXEL, PIXEL])
        await until(lambda: all("The ferry is back" in said(run, reader.id)[-1].get("text", "") for reader in readers))
        for reader in readers:
            alert = said(run, reader.id)[-1]
            rows = alert["reply_markup"]["inline_keyboard"]
            data = next(each["callback_data"] for row in rows for each in row if each["text"] == EN("pictures-button"))
            run.sandbox.chats.press(reader, reader.id, alert["message_id"], data)
            await until(lambda reader=reader: len(pictures(run, reader.id)) == 2)  # type: ignore[misc]
        files = [{message["photo"][-1]["file_id"] for message in pictures(run, reader.id)} for reader in readers]
        assert files[0] == files[1]
