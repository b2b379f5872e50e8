"""Transcript: what is said in the chats, so that another process knows the people, their chats and the ids in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.chats import Chat, Chats, Person
from sandbox.lines import Lines

WRITTEN = ("message", "edited", "deleted", "keyboard")
SETS = {each.name for kind in (Chat, Person) for each in dataclasses.fields(kind) if each.default_factory is set}


class Transcript:
    """One file. `restore` reads it into new chats; after `follow` every message is written, with the state of its chat."""

    def __init__(self, file: Path) -> None:
        self._lines = Lines(file)
        self._unsubscribe: Callable[[], None] = lambda: None

    def restore(self, chats: Chats) -> None:
        """Puts people, chats and messages back. Files, settings of bots and pressed buttons are not kept."""
        for line in self._lines.read():
            for person in line["people"]:
                chats.people[person["id"]] = Person(**_with_sets(person))
            _restore_chat(chats, line)

    def follow(self, chats: Chats) -> None:
        """Writes down what is said from now on."""
        self._unsubscribe = chats.subscribe(lambda kind, detail: self._take(chats, kind, detail))

    def close(self) -> None:
        """Writes what waits, and stops."""
        self._unsubscribe()
        self._lines.flush()

    def _take(self, chats: Chats, kind: str, detail: dict[str, Any]) -> None:
        if kind not in WRITTEN or detail["chat"]["id"] not in chats.chats:
            return
        chat = chats.chats[detail["chat"]["id"]]
        numbers = {chat.id, detail.get("from", {}).get("id")}
        people = [dataclasses.asdict(chats.people[number]) for number in numbers if number in chats.people]
        head = {field.name: getattr(chat, field.name) for field in dataclasses.fields(chat) if field.name != "messages"}
        self._lines.add(
            {"event": kind, "chat": head, "people": people, "message": None if kind == "keyboard" else detail}
        )


def _restore_chat(chats: Chats, line: dict[str, Any]) -> None:
    head, message = _with_sets(line["chat"]), line["message"]
    head["threads"] = {int(number): name for number, name in head["threads"].items()}
    known = chats.chats.get(head["id"])
    chat = chats.chats[head["id"]] = Chat(**head, messages=known.messages if known else {})
    if message and line["event"] == "deleted":
        chat.messages.pop(message["message_id"], None)
    elif message:
        chat.messages[message["message_id"]] = message
        chat.migrated_to = message.get("migrate_to_chat_id", chat.migrated_to)


def _with_sets(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: set(value) if name in SETS else value for name, value in fields.items()}
