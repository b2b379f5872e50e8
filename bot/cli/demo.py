"""`dozor demo`: a story played on a Telegram of its own, and a reader whom Dozor keeps informed."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from statistics import quantiles
from typing import Any

import aiohttp
from platformdirs import user_state_path
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.played import Key, Played, watch
from bot.cli.stage import Control, Stage, StageError
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.syntax import parse

READER = "Leyla"
READER_ID = 200_000_000  # the id is told by the sandbox; see `_reader_id`
QUERIES = (
    "ибрагимов гражданство",
    "Ибрагимов | Ibragimov | İbrahimov",
    '"дом культуры" | посольство',
    "арест | арестован",
    "Bakı | Баку",
)
TOPICS = (
    "🏛 Посольства\nЧто происходит в посольствах\nru: посольство | консульство\nen: embassy | consulate\naz: səfirlik | konsulluq",
    "⚖️ Аресты\nКого задержали и отпустили\nru: арест | арестован | задержан\nen: arrest | detained\naz: həbs | dustaqlıq",
    "🌦 Погода\nru: погода | шторм\nen: weather | storm\naz: hava | fırtına",
)
"""Public ones, offered to whoever writes /start; nobody has them when the story is played."""
EVENTS_PER_SECOND = 25
ANSWER_S = 30
LAST_ALERTS_S = 30
TRACE = user_state_path("dozor") / "demo.json"


async def play(*, once: bool) -> int:
    """Play the story through; 0 if every alert that was due arrived once. Without `once`, stay for whoever wants to talk."""
    console = Console(highlight=False)
    console.print("[bold]Dozor[/bold]: starting a Telegram of its own, and the product on it …")
    async with Stage(_reader_id()) as stage:
        played = Played()
        watching = asyncio.create_task(watch(stage.control, played, READER, console))
        try:
            story = await _prepare(stage.control, console)
            due = await _perform(stage.control, story["events"], played)
            missing, doubled = await _compare(due, played)
            _show_figures(console, due, played, missing, doubled)
            if not once:
                await _stay(stage.control, console)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    return 1 if missing or doubled else 0


async def say(text: str) -> int:
    """Say something to the bot of a running demo, and print what it answers."""
    try:
        url = json.loads(TRACE.read_text(encoding="utf-8"))["url"]
    except (OSError, ValueError, KeyError):
        raise StageError(
            "No demo is running: start one with `dozor demo`, and talk to it from another terminal."
        ) from None
    try:
        async with aiohttp.ClientSession() as http:
            answer = await _ask(Control(url, http), text)
    except aiohttp.ClientConnectionError:
        raise StageError("The demo has ended: start it again with `dozor demo`.") from None
    Console(highlight=False).print(escape(answer["text"]))
    return 0


def _reader_id() -> int:
    """The sandbox derives a person's id from the name; the product has to know its admin beforehand."""
    import zlib

    return READER_ID + zlib.crc32(READER.encode()) % 100_000_000


async def _prepare(control: Control, console: Console) -> dict[str, Any]:
    story: dict[str, Any] = await control.call("GET", "story")
    await control.call("POST", "people", name=READER, language_code="ru")
    await _ask(control, "/start")
    for channel in story["channels"]:
        await control.call("POST", "channels", username=channel["username"], title=channel["title"])
        await control.call("POST", "say", name=READER, text=f"/watch @{channel['username']}")
    await _watched(control, len(story["channels"]))
    for query in QUERIES:
        await _ask(control, f"/subscribe {query}")
    for topic in TOPICS:
        await _ask(control, f"/publish {topic}")
    console.print(f"{len(story['channels'])} channels are watched; {READER} is subscribed to {len(QUERIES)} topics.\n")
    return story


async def _watched(control: Control, count: int) -> None:
    """Wait until the bot lists all channels."""
    for _ in range(ANSWER_S):
        listed = await _ask(control, "/channels")
        if str(count) in listed["text"].splitlines()[0]:
            return
        await asyncio.sleep(1)
    raise StageError("The channels were not joined in time.")


async def _ask(control: Control, text: str) -> dict[str, Any]:
    """Say something as the reader; the bot's next message."""
    said = await control.call("POST", "say", name=READER, text=text)
    for _ in range(ANSWER_S * 20):
        messages = await control.call("GET", f"chats/{READER}/messages")
        for message in messages:
            if message["message_id"] > said["message_id"] and message["from"]["is_bot"]:
                found: dict[str, Any] = message
                return found
        await asyncio.sleep(0.05)
    raise StageError(f"The bot did not answer {text!r}.")


async def _perform(control: Control, events: list[dict[str, Any]], played: Played) -> set[Key]:
    """Play the events at a steady rate; the posts that are due as alerts."""
    queries = [parse(query) for query in QUERIES]
    due: set[Key] = set()
    albums: dict[int, Key] = {}
    for event in events:
        key = (event["channel"], event["id"])
        face = albums.setdefault(event["grouped_id"], key) if "grouped_id" in event else key
        played.albums[key] = face
        if event["do"] != "delete" and any(explain(query, Document(event["text"])) is not None for query in queries):
            due.add(face)
        await _do(control, event)
        await asyncio.sleep(1 / EVENTS_PER_SECOND)
    return due


async def _do(control: Control, event: dict[str, Any]) -> None:
    path = f"posts/{event['channel']}/{event['id']}"
    content = {name: value for name, value in event.items() if name not in ("do", "at")}
    match event["do"]:
        case "post":
            await control.call("POST", "posts", **content)
        case "edit":
            await control.call("PATCH", path, text=event["text"], entities=event.get("entities", []))
        case "delete":
            await control.call("DELETE", path)


async def _compare(due: set[Key], played: Played) -> tuple[set[Key], set[Key]]:
    await _until(lambda: due <= played.alerted.keys() | played.told)
    return due - played.alerted.keys() - played.told, {key for key, times in played.alerted.items() if len(times) > 1}


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(LAST_ALERTS_S * 20):
        if condition():
            return
        await asyncio.sleep(0.05)


def _show_figures(console: Console, due: set[Key], played: Played, missing: set[Key], doubled: set[Key]) -> None:
    waits = sorted(times[0] - played.posted[key] for key, times in played.alerted.items() if key in played.posted)
    p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98)) if len(waits) > 1 else (0.0, 0.0)
    table = Table(show_header=False, box=None)
    for name, value in (
        ("posts", len(played.posted)),
        ("alerts due", len(due)),
        ("alerts arrived", len(played.alerted)),
        ("told in another's alert", len(due & played.told - played.alerted.keys())),
        ("missing", len(missing)),
        ("more than once", len(doubled)),
        ("post → alert, p50 / p99", f"{p50:.0f} / {p99:.0f} ms"),
    ):
        table.add_row(name, str(value))
    console.print()
    console.print(table)
    for key in sorted(missing):
        console.print(f"[red]missing[/red] t.me/{key[0]}/{key[1]}")


async def _stay(control: Control, console: Console) -> None:
    TRACE.parent.mkdir(parents=True, exist_ok=True)
    TRACE.write_text(json.dumps({"url": control.url}), encoding="utf-8")
    console.print(f"\nTalk to the bot: [bold]{control.url}/[/bold] in a browser,")
    console.print('or from another terminal: [bold]dozor demo --say "/search Баку"[/bold]. Ctrl-C ends it.')
    try:
        await asyncio.Event().wait()
    finally:
        TRACE.unlink(missing_ok=True)
