"""An ordinary day, for as long as asked: posts at a steady rate, alerts, commands. What the program takes must not grow.

`python -m tests.soak.steady [--minutes 60] [--rate 50] [--growth 0.05]`. Resident memory, asyncio tasks and open files (connections
are files) are read from /metrics every ten seconds. The first quarter is for getting warm; the means of the second and the last are
compared.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean

from sandbox.world import Channel
from tests.end_to_end.test_operation import free_port, get
from tests.running import Running, running

EVERY_S = 10.0
CHANNELS = 20
WORDS = [
    "город",
    "порт",
    "дорога",
    "музей",
    "рынок",
    "погода",
    "школа",
    "мост",
    "поезд",
    "завод",
    "театр",
    "река",
    "лес",
    "суд",
]
MEASURED = {
    "RSS in MB": ("process_resident_memory_bytes", 2**20),
    "tasks": ("dozor_tasks", 1),
    "open files": ("process_open_fds", 1),
}
SLACK = 5
"""A few more tasks or files of the moment are no leak."""


@dataclass(frozen=True)
class Plan:
    """How long, how many posts a second, and which share of growth is none."""

    minutes: float
    rate: float
    growth: float


class GrowthError(AssertionError):
    """Something grows."""


async def steady(folder: Path, plan: Plan) -> str:
    """Run the plan; what was read. Raises GrowthError."""
    port = free_port()
    settings = {"DOZOR_HTTP__PORT": str(port), "DOZOR_HTTP__METRICS": "true", "DOZOR_LIMITS__ALERTS_A_DAY": "10000000"}
    async with running(folder, settings=settings) as run:
        channels = [run.sandbox.world.add_channel(f"steady_{number}", f"№ {number}") for number in range(CHANNELS)]
        await run.watch(*channels)
        await run.subscribe({run.admin.id: ["посольство", "мост поезд", "=завод -лес"]})
        posting = asyncio.create_task(_post(run, channels, plan))
        readings = await _read(port, plan)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
    return _judge(readings, plan)


async def _post(run: Running, channels: Sequence[Channel], plan: Plan) -> None:
    """Posts with the words of a small world and numbers of their own; a command now and then. The sandbox forgets what is old."""
    random, number, begun = Random(1), 0, time.monotonic()
    while True:
        number += 1
        words = " ".join(random.choices(WORDS, k=30))
        channel = random.choice(channels)
        run.sandbox.world.publish(channel, f"{words} {number} {'посольство' if number % 100 == 0 else ''}")
        if number % 500 == 0:
            run.sandbox.chats.say(run.admin, random.choice(("/topics", "/search мост", "/channels")))
        await asyncio.sleep(max(0.0, begun + number / plan.rate - time.monotonic()))


async def _read(port: int, plan: Plan) -> dict[str, list[float]]:
    readings: dict[str, list[float]] = {name: [] for name in MEASURED}
    ends = time.monotonic() + plan.minutes * 60
    while time.monotonic() < ends:
        await asyncio.sleep(EVERY_S)
        _, body = await get(port, "/metrics")
        for name, (metric, unit) in MEASURED.items():
            found = re.search(rf"^{metric} (\S+)$", body, re.MULTILINE)
            assert found is not None, body
            readings[name].append(float(found[1]) / unit)
    return readings


def _judge(readings: dict[str, list[float]], plan: Plan) -> str:
    said, grown = [], []
    for name, values in readings.items():
        quarter = max(1, len(values) // 4)
        before, after = mean(values[quarter : 2 * quarter]), mean(values[-quarter:])
        said.append(f"{name} {before:.1f} → {after:.1f} (at most {max(values):.0f})")
        if after > before * (1 + plan.growth) + (SLACK if name != "RSS in MB" else 0):
            grown.append(f"{name}: {[round(value) for value in values]}")
    told = f"{plan.minutes:g} minutes, {plan.rate:g} posts/s: {', '.join(said)}"
    if grown:
        raise GrowthError(f"{told}; what grew: {'; '.join(grown)}")
    return told


def main() -> int:
    """Exit 0 only if nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.steady", description=__doc__)
    for name, default in (("minutes", 60.0), ("rate", 50.0), ("growth", 0.05)):
        parser.add_argument(f"--{name}", type=float, default=default)
    plan = Plan(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="dozor-steady-") as folder:
        print(asyncio.run(steady(Path(folder), plan)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
