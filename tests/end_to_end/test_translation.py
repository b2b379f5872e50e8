"""A reader asks for an alert in their own language: bot, listener and relay of the running product, over the wire."""

from pathlib import Path
from typing import Any

from bot.i18n import translator
from tests.running import Running, running, until

EN = translator("en")
POST = "У посольстві України в Баку сьогодні день відкритих дверей для всіх охочих"


def said(run: Running, person_id: int) -> list[dict[str, Any]]:
    messages = run.sandbox.chats.chats[person_id].messages.values()
    return [message for message in messages if message["from"]["id"] == run.bot.id]


async def test_an_alert_is_translated_through_the_reading_account(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        reader = run.sandbox.chats.add_person("Leyla", language_code="en")
        channel = run.sandbox.world.add_channel("visti", "Вісті")
        await run.watch(channel)
        await run.subscribe({reader.id: ["посольство"]})
        run.sandbox.world.publish(channel, POST)
        await until(lambda: any(POST in message["text"] for message in said(run, reader.id)))
        alert = next(message for message in said(run, reader.id) if POST in message["text"])
        rows = alert["reply_markup"]["inline_keyboard"]
        data = next(button["callback_data"] for row in rows for button in row if button["text"] == EN("translate"))
        run.sandbox.chats.press(reader, reader.id, alert["message_id"], data)
        await until(lambda: f"[en] {POST}" in said(run, reader.id)[-1]["text"])
        run.sandbox.chats.press(reader, reader.id, alert["message_id"], data)
        await until(lambda: sum(f"[en] {POST}" in message["text"] for message in said(run, reader.id)) == 2)
