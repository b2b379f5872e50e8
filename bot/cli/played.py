"""What the demo posted and what arrived at its reader, told as it happens."""

import time
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

from bot.cli.stage import Control
from bot.views.joined import MARK

Key = tuple[str, int]
"""A post: the name of its channel, and its number there."""


@dataclass
class Played:
    """What was posted and what arrived; times are of one clock, in seconds."""

    posted: dict[Key, float] = field(default_factory=dict)
    alerted: dict[Key, list[float]] = field(default_factory=dict)
    told: set[Key] = field(default_factory=set)
    """Posts that a message links to: the alert of a story lists those that repeat it, some seconds later and without another ring."""
    albums: dict[Key, Key] = field(default_factory=dict)


async def watch(control: Control, played: Played, reader: str, console: Console) -> None:
    """Note and print what is posted, and what the bot says to `reader`."""
    async for event in control.events():
        now = time.monotonic()
        if event["event"] == "post":
            played.posted[event["channel"], event["id"]] = now
            if event["text"]:
                console.print(
                    f"[dim]{escape(event['title']):>20}[/dim]  {escape(_line(event['text']))}",
                    overflow="ellipsis",
                    no_wrap=True,
                )
        elif event["event"] == "edited":
            linked = _links_of(event).keys() & played.posted.keys()
            played.told |= {played.albums.get(key, key) for key in linked}
        elif event["event"] == "message" and event["from"]["is_bot"]:
            keys = _posts_of(event)
            if not keys:
                continue
            played.told |= _links_of(event).keys()
            for key in keys:
                played.alerted.setdefault(played.albums.get(key, key), []).append(now)
            console.print(
                f"[green]{'🔔 ' + reader:>19}[/green]  {escape(_line(_without_head(event['text'])))}",
                overflow="ellipsis",
                no_wrap=True,
            )


def _posts_of(message: dict[str, Any]) -> list[Key]:
    """The post that an alert links to in its last line, or the posts that one message joins; none for an answer."""
    keys = list(_links_of(message))
    return keys if str(message.get("text")).startswith(MARK) else keys[-1:]


def _links_of(message: dict[str, Any]) -> dict[Key, None]:
    """The posts that a message links to, in order."""
    addresses = [str(entity.get("url", "")).partition("t.me/")[2].split("/") for entity in message.get("entities", [])]
    return {(parts[0], int(parts[1])): None for parts in addresses if len(parts) == 2 and parts[1].isdigit()}


def _without_head(text: str) -> str:
    """An alert without its line of channel and time, which stand above it in the terminal."""
    return text.partition("\n")[2] if text.startswith("📢 ") else text


def _line(text: str) -> str:
    return " ".join(text.split())[:160]
