"""The list of an account's chats: where each channel is, at a hundred a request."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from telethon import TelegramClient

from monitor.coverage import Line
from monitor.telegram.pace import patiently

PAGE = 100
"""Dialogs a request, the most that messages.getDialogs gives."""


async def dialogs(client: TelegramClient, pause: Callable[[], Awaitable[None]]) -> AsyncIterator[Any]:
    """Telethon's dialogs, newest first; a page is asked for when it is wanted, after a `pause()`.

    Waits through FLOOD_WAIT.
    """
    found = client.iter_dialogs().__aiter__()
    count = 0
    while True:
        try:
            dialog = await patiently(found.__anext__)
        except StopAsyncIteration:
            return
        yield dialog
        count += 1
        if count % PAGE == 0:
            await pause()


def line_of(dialog: Any) -> Line:
    """What the list says of a channel."""
    channel = dialog.entity
    username, more = names_of(channel)
    return Line(
        top=dialog.dialog.top_message,
        pts=dialog.dialog.pts or 0,
        title=channel.title,
        username=username,
        protected=bool(channel.noforwards),
        more=more,
    )


def names_of(channel: Any) -> tuple[str | None, tuple[str, ...]]:
    """A channel's username and its further ones; where there are several, Telegram lists all of them, those in use marked."""
    active = [each.username for each in channel.usernames or () if each.active]
    names = list(dict.fromkeys([name for name in (channel.username, *active) if name]))
    return (names[0], tuple(names[1:])) if names else (None, ())
