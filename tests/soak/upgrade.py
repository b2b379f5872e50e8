"""An upgrade with a change of the schema while posts come and alerts go out: is all of it told, once, and how long did it pause?

Processes of this version are at work on one PostgreSQL, a long reader holds its tables; the next version changes the schema, and then
takes the place of one process after the other. `python -m tests.soak.upgrade [--pause SECONDS] [--rounds N]`
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select, text

from monitor import migration
from monitor.models import Post
from sandbox import world
from tests.fleet import Fleet, fleet
from tests.postgres import start_postgres
from tests.running import until
from tests.soak.chaos import SETTINGS
from tests.versions import copy_versions, next_version

ROLES = {"listener": "listener", "relay1": "relay", "relay2": "relay"}
EVERY_S = 0.4
"""From post to post."""
HELD_S = 3.0
"""So long a reader holds the tables that are to be changed."""
READERS = 2
NEXT = {
    "columns": """\
op.add_column("posts", sa.Column("mood", sa.Text()))
op.add_column("deliveries", sa.Column("mood", sa.Integer(), server_default="0", nullable=False))
op.add_column("subscribers", sa.Column("mood", sa.Boolean(), server_default=sa.false(), nullable=False))
op.create_table("moods", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("name", sa.Text()))""",
    "index": """writing.create_index("ix_deliveries_mood", "deliveries", ["mood", "id"])""",
    "filled": """op.execute("UPDATE subscribers SET mood = true")""",
}


class UpgradeError(AssertionError):
    """What should not have happened."""


@dataclass
class Upgrade:
    """One run: when each post was published, and when who heard of it."""

    ships: Fleet
    channel: world.Channel
    posted: list[float] = field(default_factory=list)
    heard: dict[int, dict[int, list[float]]] = field(default_factory=dict)

    def hear(self, kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            chat = message["chat"]
            assert isinstance(chat, dict)
            for word in str(message.get("text")).split():
                if word.startswith("номер"):
                    number = int(word.removeprefix("номер"))
                    self.heard[chat["id"]].setdefault(number, []).append(time.monotonic())

    def post(self) -> None:
        """Publish the next post."""
        self.ships.sandbox.world.publish(self.channel, f"У посольства снова люди, номер{len(self.posted)}")
        self.posted.append(time.monotonic())

    def all_told(self) -> bool:
        """Whether everybody has heard of every post."""
        return all(len(numbers) == len(self.posted) for numbers in self.heard.values())

    def longest(self, since: float, until: float) -> float:
        """Seconds of the longest time between these two moments in which nobody heard of anything."""
        times = sorted(moment for numbers in self.heard.values() for heard in numbers.values() for moment in heard)
        inside = [since, *(moment for moment in times if since < moment < until), until]
        return max(after - before for before, after in pairwise(inside))


async def run(folder: Path, pause_s: float, replaced: Sequence[str] = tuple(ROLES)) -> str:
    """One upgrade; a line of figures. Who is not `replaced` goes on as the older version that it is.

    Raises UpgradeError, also if nobody hears of anything for longer than `pause_s`.
    """
    with start_postgres(folder) as server:
        async with fleet(folder, server.new_database(), **SETTINGS) as ships:
            upgrade = await _begin(ships)
            async with _posting(upgrade):
                pauses = {
                    "migrate": await _timed(upgrade, _migrate, folder),
                    **{name: await _timed(upgrade, _replace, name) for name in replaced},
                }
            await _reckon(upgrade)
    said = ", ".join(f"{name} {seconds:.1f}" for name, seconds in pauses.items())
    if max(pauses.values()) > pause_s:
        raise UpgradeError(f"longer than {pause_s} s nobody heard of anything: {said}")
    return f"{len(upgrade.posted)} posts; the longest silence in s: {said}"


async def _begin(ships: Fleet) -> Upgrade:
    channel = ships.sandbox.world.add_channel("moving", "Переезд")
    people = [ships.sandbox.chats.add_person(f"Reader {number}") for number in range(READERS)]
    await ships.subscribe(people, "посольства")
    upgrade = Upgrade(ships, channel, heard={person.id: {} for person in people})
    ships.sandbox.chats.subscribe(upgrade.hear)
    for name, role in ROLES.items():
        await ships.start(name, role)
    await ships.ready()
    await ships.watch(channel)
    upgrade.post()
    await until(upgrade.all_told)
    return upgrade


async def _timed(upgrade: Upgrade, action: Callable[..., Awaitable[None]], *arguments: object) -> float:
    """Do it, and wait for the next post to be told; seconds of the longest silence meanwhile."""
    begun = time.monotonic()
    await action(upgrade, *arguments)
    number = len(upgrade.posted)
    await until(lambda: all(number in numbers for numbers in upgrade.heard.values()), 120)
    return upgrade.longest(begun, time.monotonic())


async def _migrate(upgrade: Upgrade, folder: Path) -> None:
    """The next version's `dozor migrate`, while somebody reads for long; what is at work goes on, what starts refuses."""
    ships = upgrade.ships
    versions = copy_versions(folder)
    for name, body in NEXT.items():
        next_version(versions, name, body)
    older = migration.newest()
    async with _holding(ships):
        ships.program = ("tests.soak.newer", str(versions))
        code, said = await ships.run("migrate")
    if code:
        raise UpgradeError(said)
    newer, ships.program = ships.program, ("bot",)
    code, said = await ships.run("run", "relay")
    newest = f"{int(older) + len(NEXT):04}"
    if code != 1 or f"has schema {newest}" not in said or f"up to {older}" not in said:
        raise UpgradeError(f"an older program on a newer schema ends with {code}: {said}")
    ships.program = newer


@asynccontextmanager
async def _holding(ships: Fleet) -> AsyncIterator[None]:
    """Read what is to be changed, and let go of it only after a while, as a backup does."""

    async def hold() -> None:
        async with ships.sessions() as session:
            for table in ("posts", "deliveries", "subscribers"):
                await session.execute(text(f"SELECT count(*) FROM {table}"))
            await asyncio.sleep(HELD_S)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.1)
    yield
    await task


async def _replace(upgrade: Upgrade, name: str) -> None:
    """The next version in the place of this process, for whose end it waits."""
    ships, newer = upgrade.ships, f"newer {name}"
    await ships.start(newer, ROLES[name], "--wait")
    await ships.ready(newer)
    if await ships.end(name, signal.SIGTERM):
        raise UpgradeError(f"{name} did not end in peace")


@asynccontextmanager
async def _posting(upgrade: Upgrade) -> AsyncIterator[None]:
    async def post() -> None:
        while True:
            upgrade.post()
            await asyncio.sleep(EVERY_S)

    task = asyncio.create_task(post())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _reckon(upgrade: Upgrade) -> None:
    """Every post is stored once, and everybody has heard of it once: nobody was killed."""
    with suppress(TimeoutError):
        await until(upgrade.all_told, 60)
    async with upgrade.ships.sessions() as session:
        stored = await session.scalar(select(func.count(Post.id)).where(Post.channel_id == upgrade.channel.id))
    expected = set(range(len(upgrade.posted)))
    missing = {reader: sorted(expected - numbers.keys())[:5] for reader, numbers in upgrade.heard.items()}
    again = {
        reader: [one for one, times in numbers.items() if len(times) > 1] for reader, numbers in upgrade.heard.items()
    }
    if any(missing.values()) or any(again.values()) or stored != len(expected):
        raise UpgradeError(f"{stored} of {len(expected)} are stored; not told: {missing}; told again: {again}")


def main() -> int:
    """Exit 0 only if everything was as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.upgrade", description=__doc__)
    parser.add_argument("--pause", type=float, default=5, dest="pause_s")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="dozor-upgrade-") as folder:
            print(asyncio.run(run(Path(folder), options.pause_s)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
