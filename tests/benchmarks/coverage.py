"""The listener between a loopback Telegram and SQLite: how soon a push is stored, what an outage takes, what idling asks for.

An alert is owed in the transaction that stores its post, so "stored" is also "owed".
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from monitor import channels, migration
from monitor.channels import Joined
from monitor.database import Sessions, create_engine, create_sessions
from monitor.models import LATE, Delivery, Match, Post
from monitor.query import warming
from monitor.store import Store
from monitor.telegram.client import Endpoint, create_client
from monitor.telegram.listener import Listener
from monitor.telegram.timing import Timing
from monitor.topics import StandingTopics
from sandbox.faults import Faults
from sandbox.mtproto.keyring import Keyring
from sandbox.mtproto.server import Server
from sandbox.sessions import write_session
from sandbox.world import Channel, World
from tests.monitor.arrivals import subscribe

RATE, POSTS = 50, 1000
MISSED, MISSED_CHANNELS, OFFLINE = 5_000, 50, timedelta(minutes=10)
IDLE_CHANNELS, FASTER, IDLE_MINUTES = 500, 30, 60


@dataclass
class Stage:
    """A data centre, an account in some channels, and an empty database that watches them."""

    telegram: Server
    sessions: Sessions
    channels: list[Channel]
    session: Path
    endpoint: Endpoint

    @asynccontextmanager
    async def listening(self, store: Store, timing: Timing) -> AsyncIterator[Listener]:
        """A listener that is ready."""
        client = create_client(self.session, 1, "hash", self.endpoint)
        listener = Listener("main", client, store, timing=timing)
        running = asyncio.create_task(listener.run())
        await listener.ready.wait()
        try:
            yield listener
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@asynccontextmanager
async def stage(folder: Path, count: int) -> AsyncIterator[Stage]:
    """Everything for a listener in `count` channels."""
    telegram = Server(World(), Faults(), Keyring())
    await telegram.start()
    account = telegram.world.add_account("+99450000001", "Reader")
    key = folder / "dc.pem"
    key.write_text(telegram.keyring.public_pem)
    engine = create_engine(f"sqlite:///{folder / 'dozor.db'}")
    await migration.upgrade(engine)
    sessions = create_sessions(engine)
    view = telegram.viewpoint(account)
    found = [telegram.world.add_channel(f"news_{number}", f"News {number}") for number in range(count)]
    async with sessions.begin() as session:
        for number, channel in enumerate(found):
            telegram.world.join(channel, account)
            date = telegram.world.clock() - timedelta(hours=number + 1)
            known = {"newest": telegram.world.publish(channel, "всё спокойно", date=date).id, "pts": channel.pts}
            reach = Joined(channel.id, channel.username, channel.title, view.access_hash(channel.id), **known)
            await channels.join(session, "main", reach, channel.date)
    written = write_session(telegram, account, folder / "main.session")
    yield Stage(telegram, sessions, found, written, Endpoint(2, "127.0.0.1", telegram.port, key))
    await engine.dispose()
    await telegram.stop()


async def latency(folder: Path) -> None:
    """From the server's push to the end of the transaction, at 50 posts/s."""
    async with stage(folder, 10) as here:
        await subscribe(here.sessions, "посольство")
        store, sent, waits = Store(here.sessions, StandingTopics()), dict[str, float](), list[float]()
        keep = store.posts

        async def timed(posts: object, **options: object) -> object:
            done = await keep(posts, **options)  # type: ignore[arg-type]
            now = time.perf_counter()
            waits.extend(now - sent.pop(post.text) for post in posts if post.text in sent)  # type: ignore[attr-defined]
            return done

        store.posts = timed  # type: ignore[method-assign,assignment]
        async with here.listening(store, Timing()):
            await asyncio.sleep(1)
            begun = time.perf_counter()
            for number in range(POSTS):
                await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
                text = f"{'У посольства' if number % 5 == 0 else 'Погода'}, запись {number}"
                sent[text] = time.perf_counter()
                here.telegram.world.publish(here.channels[number % 10], text)
            while sent:  # noqa: ASYNC110 -- what is waited for is the last of many
                await asyncio.sleep(0.05)
        p50, p99 = (quantiles(waits, n=100)[at] * 1000 for at in (49, 98))
        _print(f"push → stored at {RATE} posts/s, p50 / p99 (promised: 30)", f"{p50:.1f} / {p99:.1f} ms")


async def outage(folder: Path) -> None:
    """What was posted in ten minutes without a connection, from connecting to the last post stored, with Telegram's own limits."""
    async with stage(folder, MISSED_CHANNELS) as here:
        await subscribe(here.sessions, "посольство")
        store = Store(here.sessions, StandingTopics())
        async with here.listening(store, Timing()):
            here.telegram.world.publish(here.channels[0], "всё спокойно")
            await _count(here.sessions, 1)
        now = here.telegram.world.clock()
        for number in range(MISSED):
            text = f"{'У посольства' if number % 10 == 0 else 'Погода'}, запись {number}"
            date = now - OFFLINE * (1 - number / MISSED)
            here.telegram.world.publish(here.channels[number % MISSED_CHANNELS], text, date=date)
        here.telegram.calls.clear()
        begun = time.perf_counter()
        async with here.listening(store, Timing()):
            await _count(here.sessions, MISSED + 1)
        seconds = time.perf_counter() - begun
        calls = Counter(here.telegram.calls)
        owed, repeated, late = await _owed(here.sessions)
        name = f"{MISSED:,} posts of {MISSED_CHANNELS} channels missed in 10 minutes: complete after (promised: 30 s)"
        _print(name, f"{seconds:.1f} s")
        _print(
            "… alerts due / owed, and in a story that is told already / of which marked as late",
            f"{MISSED // 10} / {owed} + {repeated} / {late}",
        )
        _print("… requests", ", ".join(f"{method} {number}" for method, number in calls.most_common(3)))


async def idle(folder: Path) -> None:
    """An hour in which nothing happens, thirty times as fast."""
    async with stage(folder, IDLE_CHANNELS) as here:
        store, usual = Store(here.sessions, StandingTopics()), Timing()
        fast = replace(
            usual,
            ping_s=usual.ping_s / FASTER,
            health_s=usual.health_s / FASTER,
            sweep_s=usual.sweep_s / FASTER,
            recheck_s=usual.recheck_s / FASTER,
            history_per_minute=usual.history_per_minute * 1000,
        )
        async with here.listening(store, fast):
            here.telegram.calls.clear()
            await asyncio.sleep(IDLE_MINUTES * 60 / FASTER)
        calls = Counter(here.telegram.calls)
        name = f"requests a minute, idle in {IDLE_CHANNELS} channels, beside pings (promised: 1)"
        said = ", ".join(f"{method} {number}" for method, number in calls.items())
        _print(name, f"{calls.total() / IDLE_MINUTES:.2f} ({said} in {IDLE_MINUTES} minutes)")


async def _count(sessions: Sessions, posts: int) -> None:
    while True:
        async with sessions() as session:
            if (await session.scalar(select(func.count()).select_from(Post)) or 0) >= posts:
                return
        await asyncio.sleep(0.1)


async def _owed(sessions: Sessions) -> tuple[int, int, int]:
    """Posts that are owed, those that match and only repeat one of these, and how many of the owed ones are late."""
    async with sessions() as session:
        posts = list(await session.scalars(select(Post).join(Delivery, Delivery.post_id == Post.id)))
        told, owed = {post.story_id for post in posts} - {None}, {post.id for post in posts}
        matched = list(await session.scalars(select(Post).join(Match, Match.post_id == Post.id)))
    repeated = sum(post.id not in owed and post.story_id in told for post in matched)
    return len(posts), repeated, sum(post.stored_at - post.date > LATE for post in posts)


def _print(name: str, figure: str) -> None:
    print(f"{name:<95} {figure}", flush=True)


async def measure(only: str | None) -> None:
    """Print the three figures, or one."""
    warming.warm()
    for part in (latency, outage, idle):
        if only not in (None, part.__name__):
            continue
        with TemporaryDirectory(prefix="dozor-bench-") as folder:
            await part(Path(folder))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("latency", "outage", "idle"))
    chosen, _ = parser.parse_known_args()
    asyncio.run(measure(chosen.only))
