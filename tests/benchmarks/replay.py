"""A year of real posts at full speed, with the product killed on the way: is each stored once, each due alert delivered once?

`python -m tests.benchmarks.replay POSTS.jsonl [--limit N] [--kills N]`. The expected alerts are worked out here, from the posts and
the queries alone; what arrived is read from the chats of the sandbox.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.jsonl import Line, read
from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.matcher import Matcher
from monitor.query.syntax import parse
from sandbox.world import Channel
from tests.running import Running, running, until

SUBSCRIBERS = 20
SUBSCRIPTIONS = 200
RARE, FREQUENT = 5, 100  # posts a word stands in
PAUSE_EVERY = 20
WAIT_S = 600
Alert = tuple[int, str]


class Arrivals:
    """Alerts as they arrive in the chats: (chat id, address of the post), counted."""

    def __init__(self, run: Running) -> None:
        self.heard: Counter[Alert] = Counter()
        run.sandbox.chats.subscribe(self._hear)

    def _hear(self, kind: str, message: dict[str, object]) -> None:
        entities = message.get("entities") if kind == "message" else None
        assert entities is None or isinstance(entities, list)
        posts = {entity["url"] for entity in entities or () if entity.get("url", "").count("/") == 4}
        if posts:
            chat = message["chat"]
            assert isinstance(chat, dict)
            self.heard.update((chat["id"], url) for url in posts if url.rsplit("/", 1)[1].isdigit())


async def measure(file: Path, limit: int, kills: int) -> bool:
    """Play it and print what came of it; whether everything was as it must be."""
    with file.open("rb") as lines:
        posts = list(islice(read(lines), limit))
    with TemporaryDirectory(prefix="dozor-replay-") as folder:
        async with running(Path(folder)) as run:
            return await _play(run, posts, kills)


async def _play(run: Running, posts: Sequence[Line], kills: int) -> bool:
    world = run.sandbox.world
    channels = {line.channel: world.add_channel(line.channel, line.channel) for line in posts}
    await run.watch(*channels.values())
    wanted = _wanted(run, posts)
    await run.subscribe(wanted)
    await run.tell_every_post(wanted)
    _print("RSS before", f"{run.rss()} MB")
    arrivals = Arrivals(run)
    begun = time.perf_counter()
    due = await _publish(run, channels, posts, wanted, kills)
    _print("published", f"{len(posts) / (time.perf_counter() - begun):,.0f} posts/s")
    stored = await _stored(run, len(posts))
    _print("stored and matched", f"{len(posts) / (time.perf_counter() - begun):,.0f} posts/s")
    await _delivered(run, arrivals, due)
    _print("… and every alert delivered", f"{len(posts) / (time.perf_counter() - begun):,.0f} posts/s")
    _print("RSS after", f"{run.rss()} MB")
    return _report(posts, stored, due, arrivals.heard, kills)


def _wanted(run: Running, posts: Sequence[Line]) -> dict[int, list[str]]:
    """{person: queries}: words and pairs of words that stand in some posts, but not in every second one."""
    chance = random.Random(2)
    frequency = Counter(key for line in posts for key in analyze(line.text).keys if key[0] == "l" and len(key) > 4)
    words = sorted(key[1:] for key, count in frequency.items() if RARE <= count <= FREQUENT and key[1:].isalpha())
    queries = [
        chance.choice(["{}", "{}", "{} | {}", "{} -{}"]).format(*chance.sample(words, 2)) for _ in range(SUBSCRIPTIONS)
    ]
    people = [run.sandbox.chats.add_person(f"Reader {number}") for number in range(SUBSCRIBERS)]
    return {person.id: queries[number::SUBSCRIBERS] for number, person in enumerate(people)}


async def _publish(
    run: Running, channels: dict[str, Channel], posts: Sequence[Line], wanted: dict[int, list[str]], kills: int
) -> set[Alert]:
    """Publish everything as fast as the wire takes it; the alerts that are due for it."""
    matchers = {person: Matcher() for person in wanted}
    for person, queries in wanted.items():
        for number, query in enumerate(queries):
            matchers[person].add(number, parse(query))
    lives = {len(posts) * number // (kills + 1) for number in range(1, kills + 1)}
    due: set[Alert] = set()
    for number, line in enumerate(posts):
        post = run.sandbox.world.publish(channels[line.channel], line.text)
        address = f"https://t.me/{line.channel}/{post.id}"
        due |= {(person, address) for person, matcher in matchers.items() if matcher.match(Document(line.text))}
        if number % PAUSE_EVERY == 0:
            await asyncio.sleep(0)
        if number in lives:
            await run.kill()
            await run.start()
    return due


async def _stored(run: Running, count: int) -> tuple[int, int]:
    """(rows, distinct posts) in the database, once they are there."""
    database = sqlite3.connect(f"file:{run.folder / 'dozor.db'}?mode=ro", uri=True)

    def figures() -> tuple[int, int]:
        rows, distinct = (
            "SELECT count(*) FROM posts",
            "SELECT count(*) FROM (SELECT DISTINCT channel_id, message_id FROM posts)",
        )
        return database.execute(rows).fetchone()[0], database.execute(distinct).fetchone()[0]

    await until(lambda: figures()[0] >= count, WAIT_S)
    return figures()


async def _delivered(run: Running, arrivals: Arrivals, due: set[Alert]) -> None:
    await until(lambda: due <= arrivals.heard.keys(), WAIT_S)
    await asyncio.sleep(2)  # for what should not come


def _report(posts: Sequence[Line], stored: tuple[int, int], due: set[Alert], heard: Counter[Alert], kills: int) -> bool:
    repeated = sum(heard.values()) - len(heard)
    _print("posts published / rows / distinct", f"{len(posts)} / {stored[0]} / {stored[1]}")
    _print(
        "alerts due / arrived / not due / repeated",
        f"{len(due)} / {len(heard)} / {len(heard.keys() - due)} / {repeated}",
    )
    return stored == (len(posts), len(posts)) and heard.keys() == due and repeated <= kills


def _print(name: str, figure: str) -> None:
    print(f"{name:<50} {figure}", flush=True)


def main() -> None:
    """Exit 0 only if everything was stored once and delivered once, with at most one repeat a kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--limit", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    sys.exit(0 if asyncio.run(measure(options.posts, options.limit, options.kills)) else 1)


if __name__ == "__main__":
    main()
