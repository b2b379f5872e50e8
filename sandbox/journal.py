"""Journal: what happened in the world, a JSON line an event, so that another process can take up where one ended."""

from __future__ import annotations

import base64
import dataclasses
import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.entities import Account, Channel, Media, Origin
from sandbox.events import Changed, Deleted, Edited, Event, Joined, Left, Posted, Reacted, Registered, Viewed
from sandbox.lines import Lines
from sandbox.world import World

MEMBERSHIP = ("members", "banned")


class Journal:
    """One file. `restore` reads it into a new world; after `follow` every event is written."""

    def __init__(self, file: Path) -> None:
        self._lines = Lines(file)
        self._unsubscribe: Callable[[], None] = lambda: None

    def restore(self, world: World) -> None:
        """Lets everything happen again, at the time it did."""
        clock = world.clock
        for line in self._lines.read():
            then = datetime.fromisoformat(line.pop("at"))
            world.clock = functools.partial(_same, then)
            _happen(world, line)
        world.clock = clock

    def follow(self, world: World) -> None:
        """Writes down what happens from now on."""
        self._unsubscribe = world.subscribe(lambda event: self._lines.add({"at": world.clock(), **_line(event)}))

    def close(self) -> None:
        """Writes what waits, and stops."""
        self._unsubscribe()
        self._lines.flush()


def _same(moment: datetime) -> datetime:
    return moment


def _line(event: Event) -> dict[str, Any]:
    """An event as JSON, named by its class."""
    name = type(event).__name__
    match event:
        case Registered(account):
            return {"event": name, **_fields(account, "joined")}
        case Changed(channel):
            return {"event": name, **_fields(channel, "posts", "log", "pts", "last_id", "changed")}
        case Joined(channel, account_id) | Left(channel, account_id):
            return {"event": name, "channel": channel.id, "account": account_id}
        case Deleted(channel, ids):
            return {"event": name, "channel": channel.id, "ids": ids}
        case Posted(channel, post) | Edited(channel, post):
            return {"event": name, **dataclasses.asdict(post)}
        case Viewed(channel, post):
            return {"event": name, "channel": channel.id, "id": post.id, "views": post.views}
        case Reacted(channel, post):
            return {"event": name, "channel": channel.id, "id": post.id, "reactions": post.reactions}


def _fields(whole: Account | Channel, *without: str) -> dict[str, Any]:
    names = (each.name for each in dataclasses.fields(whole))
    return {name: getattr(whole, name) for name in names if name not in without}


def _happen(world: World, line: dict[str, Any]) -> None:
    match line.pop("event"):
        case "Registered":
            account = Account(**line)
            account.joined = world.accounts[account.id].joined if account.id in world.accounts else set()
            world.accounts[account.id] = account
        case "Changed":
            _change(world, line)
        case "Joined":
            world.join(line["channel"], world.accounts[line["account"]])
        case "Left":
            world.leave(line["channel"], world.accounts[line["account"]])
        case "Deleted":
            world.delete(line["channel"], line["ids"])
        case "Posted":
            _post(world, line)
        case "Edited":
            world.edit(line["channel_id"], line["id"], line["text"], entities=line["entities"])
        case "Viewed":
            world.view(line["channel"], line["id"], line["views"])
        case "Reacted":
            world.channel(line["channel"]).posts[line["id"]].reactions = line["reactions"]


def _change(world: World, line: dict[str, Any]) -> None:
    members, banned = (set(line.pop(name)) for name in MEMBERSHIP)
    line["date"] = datetime.fromisoformat(line["date"])
    channel = world.channels.setdefault(line["id"], Channel(**line))
    for name, value in line.items():
        setattr(channel, name, value)
    channel.banned = banned
    world.names = {name: number for name, number in world.names.items() if number != channel.id}
    if channel.deleted:
        for number in members:
            world.leave(channel, world.accounts[number])
    else:
        world.names[(channel.username or f"+{channel.title}").lower()] = channel.id


def _post(world: World, line: dict[str, Any]) -> None:
    media, forward = line["media"], line["forward"]
    if media:
        data = base64.b64decode(media["data"]) if media["data"] is not None else None
        media = Media(**media | {"data": data, "answers": tuple(media["answers"])})
    if forward:
        forward = Origin(**forward | {"date": datetime.fromisoformat(forward["date"])})
    world.publish(
        line["channel_id"], line["text"], entities=line["entities"], media=media, grouped_id=line["grouped_id"],
        forward_from=forward, date=datetime.fromisoformat(line["date"]), reply_to=line["reply_to"],
        message_id=line["id"], views=line["views"], edit_date=_moment(line["edit_date"]),
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
