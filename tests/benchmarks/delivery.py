"""From a push to the alert: the product as a process of its own between the sandbox's two halves, at 50 posts/s.

Beside the figure stands the time of a bare Bot API call in the same run.
"""

import argparse
import asyncio
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import aiohttp

from sandbox.chats import Person
from sandbox.world import Channel
from tests.running import Running, running, until

RATE = 50
POSTS = 1000
WORDS = ["россия", "путин", "москва", "украина", "сша", "президент", "суд", "дрон", "рубль", "банк"]
SUBSCRIBERS = 20


async def measure() -> None:
    """Print RSS after start and the latency, cold and warm."""
    with TemporaryDirectory(prefix="dozor-bench-") as folder:
        async with running(Path(folder)) as run:
            channel = run.sandbox.world.add_channel("benchmark", "Benchmark")
            await run.watch(channel)
            print_figure("RSS after start", f"{run.rss()} MB")
            await run.subscribe(_wanted(run))
            await _paced(run, channel, "the first second", RATE)
            await _paced(run, channel, "after it", POSTS)
            print_figure("a bare Bot API call in the same run, p50", f"{await bare_call(run, run.admin) * 1000:.1f} ms")
            print_figure("RSS at the end", f"{run.rss()} MB")


def _wanted(run: Running) -> dict[int, list[str]]:
    """200 subscriptions, of which ten are the first reader's and match; the others wait for words that do not come."""
    people = [run.sandbox.chats.add_person(f"Reader {number}") for number in range(SUBSCRIBERS)]
    rare = {person.id: [f"{word} {word}{number}" for word in WORDS] for number, person in enumerate(people)}
    return rare | {people[0].id: WORDS}


async def _paced(run: Running, channel: Channel, name: str, count: int) -> None:
    """Every fifth post is waited for."""
    sent: dict[str, float] = {}
    waits: list[float] = []

    def hear(kind: str, message: dict[str, object]) -> None:
        words = str(message.get("text")).split()
        waits.extend(time.perf_counter() - sent.pop(word) for word in words if kind == "message" and word in sent)

    forget = run.sandbox.chats.subscribe(hear)
    begun = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        mark = f"{name[:3]}{number}x"
        if number % 5 == 0:
            sent[mark] = time.perf_counter()
        run.sandbox.world.publish(channel, f"{'Москва молчит' if number % 5 == 0 else 'погода'} {mark}")
    await until(lambda: not sent)
    forget()
    p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98))
    print_figure(f"push → alert at {RATE} posts/s, {name}: {len(waits)} alerts, p50 / p99", f"{p50:.1f} / {p99:.1f} ms")


async def bare_call(run: Running, person: Person) -> float:
    url = f"{run.sandbox.bot_api_url}/bot{run.bot.token}/sendMessage"
    times = []
    async with aiohttp.ClientSession() as http:
        for number in range(100):
            begun = time.perf_counter()
            async with http.post(url, json={"chat_id": person.id, "text": str(number)}) as answer:
                await answer.read()
            times.append(time.perf_counter() - begun)
    return sorted(times)[50]


def print_figure(name: str, figure: str) -> None:
    print(f"{name:<75} {figure}", flush=True)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_known_args()
    asyncio.run(measure())
