"""How long an answer takes: the product as a process of its own on the sandbox, its archive filled with the posts of a JSONL file.

100 people write or press at random moments; then one asks for pictures. Beside the figures stands a bare Bot API call in the same run.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bot.charts.chart import Chart
from bot.charts.painter import Painter
from sandbox.chats import Person
from tests.benchmarks.delivery import bare_call, print_figure
from tests.running import Running, running, until

PEOPLE, SECONDS, PAUSE_S = 100, 30, 2.0
WORDS = [
    "россия",
    "путин",
    "москва",
    "украина",
    "сша",
    "президент",
    "суд",
    "дрон",
    "рубль",
    "банк",
    "баку",
    "землетрясение",
]
COMMANDS = ["/start", "/help", "/subscriptions", "/channels", "/last @rian_ru", "/language"]
CHARTS = 10
SETTINGS = {"DOZOR_LIMITS__COMMANDS_A_MINUTE": "100000"}


class Asker:
    """One person who asks, waits for the answer, and notes how long it took."""

    def __init__(self, run: Running, number: int) -> None:
        self.person: Person = run.sandbox.chats.add_person(f"Reader {number}")
        self.waits: list[float] = []
        self._chats = run.sandbox.chats
        self._random = random.Random(number)
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def hear(self, message: dict[str, Any]) -> None:
        """The bot has said or edited something."""
        self._answers.put_nowait(message)

    async def ask(self, text: str) -> dict[str, Any]:
        """The answer to a command."""
        return await self._timed(lambda: self._chats.say(self.person, text))

    async def press(self, message_id: int, data: str) -> dict[str, Any]:
        """What the message becomes when a button under it is pressed."""
        return await self._timed(lambda: self._chats.press(self.person, self.person.id, message_id, data))

    async def live(self, until_s: float) -> None:
        """Write and press until then."""
        while time.perf_counter() < until_s:
            await asyncio.sleep(self._random.expovariate(1 / PAUSE_S))
            if self._random.random() < 0.4:
                await self.ask(self._random.choice(COMMANDS))
                continue
            found = await self.ask(f"/search {' '.join(self._random.sample(WORDS, self._random.choice((1, 1, 2))))}")
            await asyncio.sleep(self._random.expovariate(1 / PAUSE_S))
            if data := _older(found):
                await self.press(found["message_id"], data)

    async def _timed(self, act: Any) -> dict[str, Any]:
        begun = time.perf_counter()
        act()
        answer = await asyncio.wait_for(self._answers.get(), 30)
        self.waits.append(time.perf_counter() - begun)
        return answer


async def measure(posts: Path) -> None:
    """Print what people wait for."""
    await _draw()
    with TemporaryDirectory(prefix="dozor-bench-") as folder:
        async with running(Path(folder), settings=SETTINGS) as run:
            await until(lambda: bool(run.sandbox.chats.bots))
            await _fill(Path(folder), posts)
            askers = {asker.person.id: asker for asker in (Asker(run, number) for number in range(PEOPLE))}
            forget = run.sandbox.chats.subscribe(lambda kind, event: _pass_on(askers, run.bot.id, kind, event))
            await asyncio.gather(*(asker.ask("/start") for asker in askers.values()))
            await _answers(run, list(askers.values()))
            await _charts(next(iter(askers.values())))
            print_figure("a bare Bot API call in the same run, p50", f"{await bare_call(run, run.admin) * 1000:.1f} ms")
            print_figure("RSS at the end, without the process that draws", f"{run.rss()} MB")
            forget()


async def _fill(folder: Path, posts: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "bot",
        "import",
        str(_fresh(folder, posts)),
        "--config",
        str(folder / "config.toml"),
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


def _fresh(folder: Path, posts: Path) -> Path:
    """The posts as if the newest had just come."""
    lines = [json.loads(line) for line in posts.read_text(encoding="utf-8").splitlines()]
    shift = datetime.now(UTC) - max(datetime.fromisoformat(line["date"]) for line in lines)
    moved = ({**line, "date": (datetime.fromisoformat(line["date"]) + shift).isoformat()} for line in lines)
    fresh = folder / "posts.jsonl"
    fresh.write_text("\n".join(map(json.dumps, moved)), encoding="utf-8")
    return fresh


def _pass_on(askers: dict[int, Asker], bot_id: int, kind: str, event: dict[str, Any]) -> None:
    if kind in ("message", "edited") and event["from"]["id"] == bot_id and event["chat"]["id"] in askers:
        askers[event["chat"]["id"]].hear(event)


async def _answers(run: Running, askers: list[Asker]) -> None:
    for asker in askers:
        asker.waits.clear()
    end, before = time.perf_counter() + SECONDS, run.cpu_s()
    await asyncio.gather(*(asker.live(end) for asker in askers))
    spent = run.cpu_s() - before
    waits = [wait for asker in askers for wait in asker.waits]
    p50, p95, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 94, 98))
    name = f"{PEOPLE} people at once, {len(waits) / SECONDS:.0f} commands/s, half of them searches: p50 / p95 / p99"
    print_figure(name, f"{p50:.0f} / {p95:.0f} / {p99:.0f} ms")
    print_figure("of which the product computes, on average", f"{spent / len(waits) * 1000:.1f} ms")


async def _draw() -> None:
    """The drawing alone: with the start of the process, and without."""
    labels = [str(day) for day in range(1, 31)]
    chart = Chart(
        "посольство Баку", "", labels, 5, [(f"Новости {n}", [n + day % 7 for day in range(30)]) for n in range(6)]
    )
    painter, times = Painter(), []
    for _ in range(CHARTS + 1):
        begun = time.perf_counter()
        await painter.draw(chart)
        times.append(time.perf_counter() - begun)
    await painter.close()
    first, *others = times
    figures = f"{first * 1000:.0f} / {sorted(others)[CHARTS // 2] * 1000:.0f} ms"
    print_figure("drawing alone, with the start of its process / another, p50", figures)


async def _charts(asker: Asker) -> None:
    asker.waits.clear()
    for number in range(CHARTS + 1):
        answer = await asker.ask(f"/stats {WORDS[number % len(WORDS)]} | {WORDS[number // 2]}")
        assert "photo" in answer, answer
    first, *others = asker.waits
    print_figure("a picture, the first, for which the process is started", f"{first * 1000:.0f} ms")
    print_figure(
        "another picture, p50 / slowest", f"{sorted(others)[CHARTS // 2] * 1000:.0f} / {max(others) * 1000:.0f} ms"
    )


def _older(message: dict[str, Any]) -> str | None:
    """What the button to older answers carries."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return next((button["callback_data"] for row in rows for button in row if button["text"].startswith("older")), None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    asyncio.run(measure(parser.parse_args().posts))
