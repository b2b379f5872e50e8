"""Several processes on one PostgreSQL while anything fails: is every post stored, and told of once to everybody?

`python -m tests.soak.chaos [--seed N] [--rounds N] [--recovery SECONDS]`
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, make_url, select, text

from monitor.models import Channel, Delivery, Post, Sender
from sandbox import world
from sandbox.pointing import bot_token
from tests.black_hole import Way, way
from tests.conftest import NOW
from tests.fleet import Fleet, fleet
from tests.postgres import Postgres, start_postgres
from tests.running import until

ROLES = {"listener": "listener", "relay1": "relay", "relay2": "relay"}
SETTINGS = {
    "DOZOR_BOT__MESSAGES_PER_SECOND": "10000",
    "DOZOR_BOT__MESSAGES_PER_SECOND_IN_A_CHAT": "10000",
    "DOZOR_LIMITS__ALERTS_A_DAY": "1000000",
    "DOZOR_TELEGRAM__SWEEP_SECONDS": "1",
    "DOZOR_TELEGRAM__HISTORY_PER_MINUTE": "6000",
    "DOZOR_LOG__LEVEL": "ERROR",
}
PAUSE_S = 0.5
"""From post to post."""
TEXT = "У посольства снова люди, номер{number} " + "и ещё люди " * 120
SLOW = {"swallow": 50.0}
"""Faults after which, and after the next one, it may take so many seconds longer until all hear: see ARCHITECTURE.md, "Silence"."""
FULL = 1 << 20  # bytes: the size of a segment of the log, beyond which the table of posts has grown


class ChaosError(AssertionError):
    """What should not have happened."""


@dataclass(frozen=True)
class Plan:
    """How much of what; after each fault everybody must hear of a new post within `recovery_s`."""

    seed: int
    rounds: int
    recovery_s: float
    readers: int = 6
    faults: tuple[str, ...] = ("kill_relay", "kill_listener", "cut", "restart", "crash", "stop", "fill", "swallow")


@dataclass
class Chaos:
    """One run: what was posted, what was heard, and how often a relay was killed."""

    ships: Fleet
    server: Postgres
    network: Way
    channel: world.Channel
    random: Random
    posted: int = 0
    kills: int = 0
    cut_off: int = 0
    """How often a relay lost its line while it was at work: a message may come twice then, too."""
    starting: set[str] = field(default_factory=set)
    """Processes that were killed, and have not been seen ready since."""
    heard: dict[int, Counter[int]] = field(default_factory=dict)
    slowest: dict[str, float] = field(default_factory=dict)

    def hear(self, kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            chat = message["chat"]
            assert isinstance(chat, dict)
            found = [word for word in str(message.get("text")).split() if word.startswith("номер")]
            self.heard.setdefault(chat["id"], Counter()).update(int(word.removeprefix("номер")) for word in found)

    def post(self) -> int:
        """Publish a post; its number."""
        self.posted += 1
        self.ships.sandbox.world.publish(self.channel, TEXT.format(number=self.posted))
        return self.posted

    def told(self, number: int) -> bool:
        """Whether everybody has heard of this post."""
        return all(number in numbers for numbers in self.heard.values())

    async def kill_relay(self) -> None:
        """The other relay goes on; this one comes back."""
        self.kills += 1
        await self._restart(self.random.choice(("relay1", "relay2")))

    async def kill_listener(self) -> None:
        """Nobody else can listen with its account: it comes back."""
        await self._restart("listener")

    async def _restart(self, name: str) -> None:
        await self.ships.end(name, signal.SIGKILL)
        await self.begin(name)

    async def begin(self, name: str) -> None:
        """Start a process anew; it waits until the server has dropped a connection that was swallowed."""
        self.starting.add(name)
        await self.ships.start(name, ROLES[name], "--wait")

    async def cut(self) -> None:
        """All connections to the database end, several times."""
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for _ in range(3):
            async with self.ships.sessions() as session:
                await session.execute(others)
            await asyncio.sleep(self.random.uniform(0, 1))

    async def swallow(self) -> None:
        """The network confirms what the processes and the database say, and passes nothing on; what is connected then, ever."""
        self.cut_off += 2
        self.network.is_open = False
        self.network.swallow()
        await asyncio.sleep(self.random.uniform(0, 3))
        self.network.is_open = True

    async def restart(self) -> None:
        """The database is restarted in peace."""
        await self._restart_database(signal.SIGINT)

    async def crash(self) -> None:
        """The database ends as it is, and recovers."""
        await self._restart_database(signal.SIGQUIT)

    async def _restart_database(self, number: int) -> None:
        await asyncio.to_thread(self.server.stop, number)
        await asyncio.sleep(self.random.uniform(0, 2))
        await asyncio.to_thread(self.server.start)

    async def stop(self) -> None:
        """A process, and its clock, stand still for longer than its share of the pace is lent."""
        process = self.ships.processes[self.random.choice(list(ROLES))]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(self.random.uniform(1, 8))
        process.send_signal(signal.SIGCONT)

    async def fill(self) -> None:
        """Nothing can be added to the database for a while."""
        self.server.limit_files(FULL)
        for _ in range(20):  # more than there is room for in what the table has
            self.post()
        await asyncio.sleep(self.random.uniform(1, 4))
        self.server.limit_files(None)


async def run(folder: Path, plan: Plan) -> str:
    """Run the plan; a line of figures. Raises ChaosError."""
    with start_postgres(folder, wal_segment_mb=FULL >> 20) as server:
        database = server.new_database()
        async with (
            way(server.port) as network,
            fleet(folder, database, **SETTINGS, **_behind(network, database)) as ships,
        ):
            chaos = await _begin(ships, server, network, plan)
            async with _posting(chaos), _elder(ships, folder):
                chosen = _chosen(chaos.random, plan)
                for before, fault in pairwise(["", *chosen]):
                    slow_s = max(SLOW.get(before, 0), SLOW.get(fault, 0))
                    await _suffer(chaos, fault, plan, plan.recovery_s + slow_s)
            await _reckon(chaos, plan)
    slowest = ", ".join(f"{fault} {seconds:.1f}" for fault, seconds in sorted(chaos.slowest.items()))
    repeats = sum(_repeats(chaos))
    return f"{chaos.posted} posts, {chaos.kills} relays killed, {repeats} repeats; slowest recovery in s: {slowest}"


def _behind(network: Way, database: str) -> dict[str, str]:
    """Only the processes go this way to the database; who looks at it, and the relay of the version before, go straight."""
    return {"DOZOR_DATABASE__URL": make_url(database).set(port=network.port).render_as_string(hide_password=False)}


async def _begin(ships: Fleet, server: Postgres, network: Way, plan: Plan) -> Chaos:
    channel = ships.sandbox.world.add_channel("chaotic", "Хаос")
    chaos = Chaos(ships, server, network, channel, Random(plan.seed))
    people = [ships.sandbox.chats.add_person(f"Reader {number}") for number in range(plan.readers)]
    await ships.subscribe(people, "посольства")
    chaos.heard = {person.id: Counter() for person in people}
    await _stuff(ships)
    ships.sandbox.chats.subscribe(chaos.hear)
    for name, role in ROLES.items():
        await ships.start(name, role)
    await ships.ready()
    await ships.watch(channel)
    chaos.post()
    await until(lambda: chaos.told(1))
    return chaos


async def _stuff(ships: Fleet) -> None:
    """So many old posts that their table has outgrown FULL."""
    async with ships.sessions.begin() as session:
        session.add(Channel(id=1, title="Old", watched=False, added_at=NOW))
        await session.flush()
        content = {"entities": [], "media": [], "links": [], "stored_at": NOW, "text": "x" * 1000, "date": NOW}
        numbers = range(1, 2 * FULL // 1000)
        rows = [{"id": one, "channel_id": 1, "message_id": one, "album_id": one, **content} for one in numbers]
        await session.execute(insert(Post), rows)


def _chosen(random: Random, plan: Plan) -> list[str]:
    """Each fault once in a random order, and again."""
    chosen: list[str] = []
    while len(chosen) < plan.rounds:
        chosen += random.sample(plan.faults, len(plan.faults))
    return chosen[: plan.rounds]


async def _suffer(chaos: Chaos, fault: str, plan: Plan, recovery_s: float) -> None:
    """The fault, and then a post of which all must hear in time."""
    action: Callable[[], Awaitable[None]] = getattr(chaos, fault)
    await action()
    begun, number = time.monotonic(), chaos.post()
    try:
        await until(lambda: chaos.told(number), recovery_s)
    except TimeoutError:
        late = {reader: number in numbers for reader, numbers in chaos.heard.items()}
        raise ChaosError(
            f"seed {plan.seed}: after {fault} not all hear of {number} within {recovery_s} s: {late}; {await _state(chaos)}"
        ) from None
    await _supervise(chaos, plan, fault)
    took = time.monotonic() - begun
    print(f"{fault}: all hear again after {took:.1f} s", flush=True)
    chaos.slowest[fault] = max(chaos.slowest.get(fault, 0.0), took)


async def _supervise(chaos: Chaos, plan: Plan, fault: str) -> None:
    """Who could not begin without the database begins anew; nobody who was at work has ended. Raises ChaosError."""
    for name in sorted(chaos.starting):
        if chaos.ships.processes[name].returncode is not None:
            await chaos.begin(name)
        elif await chaos.ships.is_ready(name):
            chaos.starting.discard(name)
    ended = {name: one.returncode for name, one in chaos.ships.processes.items() if one.returncode is not None}
    if ended:
        raise ChaosError(f"seed {plan.seed}: after {fault} these have ended by themselves: {ended}")


@asynccontextmanager
async def _posting(chaos: Chaos) -> AsyncIterator[None]:
    async def post() -> None:
        while True:
            chaos.post()
            await asyncio.sleep(PAUSE_S)

    task = asyncio.create_task(post())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _elder(ships: Fleet, folder: Path) -> AsyncIterator[None]:
    """A relay as the version before had it, which knows nothing of shared paces."""
    database = ships.sessions.engine.url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        "-m",
        "tests.soak.relaying",
        ships.sandbox.bot_api_url,
        bot_token(folder),
        database,
        "1000",
    ]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)
        await process.wait()


async def _reckon(chaos: Chaos, plan: Plan) -> None:
    """Everything that was posted is stored once, and everybody has heard of it."""
    everything = range(1, chaos.posted + 1)
    with suppress(TimeoutError):
        await until(lambda: all(map(chaos.told, everything)), 60, every=0.2)
    async with chaos.ships.sessions() as session:
        stored = await session.scalar(select(func.count(Post.id)).where(Post.channel_id == chaos.channel.id))
    missing = {reader: sorted(set(everything) - numbers.keys())[:5] for reader, numbers in chaos.heard.items()}
    if any(missing.values()) or stored != chaos.posted:
        raise ChaosError(f"seed {plan.seed}: {stored} of {chaos.posted} are stored; not told: {missing}")
    if sum(_repeats(chaos)) > chaos.kills + chaos.cut_off:
        raise ChaosError(f"seed {plan.seed}: {chaos.kills} kills repeated {list(_repeats(chaos))}")


async def _state(chaos: Chaos) -> dict[str, object]:
    """What the database says, for who looks for the cause."""
    async with chaos.ships.sessions() as session:
        open_rows = select(Delivery).where(Delivery.state.in_(["due", "claimed"])).order_by(Delivery.id).limit(3)
        return {
            "posts": await session.scalar(select(func.count(Post.id)).where(Post.channel_id == chaos.channel.id)),
            "posted": chaos.posted,
            "senders": [vars(one) for one in await session.scalars(select(Sender))],
            "open": [vars(one) for one in await session.scalars(open_rows)],
        }


def _repeats(chaos: Chaos) -> list[int]:
    """How many messages came again to each reader."""
    return [numbers.total() - len(numbers) for numbers in chaos.heard.values()]


def main() -> int:
    """Exit 0 only if everything was as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--rounds", type=int, default=35)
    parser.add_argument("--recovery", type=float, default=10, dest="recovery_s")
    plan = Plan(**vars(parser.parse_args()))
    print(plan, flush=True)
    with tempfile.TemporaryDirectory(prefix="dozor-chaos-") as folder:
        print(asyncio.run(run(Path(folder), plan)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
