"""How long the newest ten take, and what the index costs: `python -m tests.benchmarks.search POSTS.jsonl [--posts N]`.

The archive is real posts drawn again and again, one every 43 seconds; a fifth of them, from all the time, is brought in last,
as backfill does. Every question is asked once, through `monitor.search` as the bot does it, and then as a count up to a thousand.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from statistics import quantiles

from sqlalchemy import select, text

from monitor.database import Sessions
from monitor.index import tidy
from monitor.models import Channel, Post
from monitor.query.analysis import analyze
from monitor.query.analyzer import word_keys
from monitor.query.tokens import TOKEN
from monitor.query.warming import warm
from monitor.search import count, search
from tests.benchmarks.copying import fill_by_copy
from tests.benchmarks.filling import BATCH, CHANNELS, add_channels, fill, id_of, on_each, post

COUNTED = 1_000
SAMPLE = 5_000  # posts that the words' frequencies are taken from
BANDS = {"very common word (> 20 %)": (0.2, 1), "common word (5-20 %)": (0.05, 0.2),
         "middling word (0.2-1 %)": (0.002, 0.01), "rare word (< 0.05 %)": (0, 0.0005)}  # fmt: skip
_INDEX_SIZE = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'post_index%'",
    "postgresql": "SELECT pg_total_relation_size('post_index') + pg_total_relation_size('post_index_words')",
}


class Questions:
    """Queries of each kind, made of the words of real posts."""

    def __init__(self, texts: list[str], chance: random.Random) -> None:
        self._chance = chance
        self._raws = [raws for body in texts if len(raws := [raw for raw in TOKEN.findall(body) if raw.isalpha()]) > 5]
        posts = Counter(key for body in texts for key in analyze(body).keys)
        words = {raw for raws in self._raws for raw in raws}
        self._shares = {raw: max(posts[key] for key in word_keys(raw)) / len(texts) for raw in words}

    def of_each_kind(self, number: int) -> dict[str, list[str]]:
        """`number` queries of each kind, none twice."""
        return {kind: list(islice(dict.fromkeys(islice(make, number * 20)), number)) for kind, make in self._kinds()}

    def _kinds(self) -> Iterator[tuple[str, Iterator[str]]]:
        for kind, (low, high) in BANDS.items():
            yield kind, self._words(low, high)
        yield "two words", (" ".join(self._drawn(2)) for _ in iter(int, 1))
        yield "phrase", (f'"{left} {right}"' for left, right in map(self._neighbours, iter(int, 1)))
        yield "a b -c", (f"{a} {b} -{c}" for a, b, c in (self._drawn(3) for _ in iter(int, 1)))
        yield "prefix", (f"{word[: self._chance.randint(3, 6)]}*" for word in map(self._long, iter(int, 1)))
        yield "name", (f"~{word}" for word in map(self._capital, iter(int, 1)))
        yield (
            "word from:@channel",
            (f"{self._drawn(1)[0]} from:@channel{self._chance.randrange(CHANNELS)}" for _ in iter(int, 1)),
        )

    def _words(self, low: float, high: float) -> Iterator[str]:
        band = sorted(word for word, share in self._shares.items() if low < share <= high)
        return (self._chance.choice(band) for _ in iter(int, 1))

    def _drawn(self, number: int) -> list[str]:
        """Words of one post."""
        return self._chance.sample(self._chance.choice(self._raws), number)

    def _neighbours(self, _: int) -> tuple[str, str]:
        return self._chance.choice(list(pairwise(self._chance.choice(self._raws))))

    def _long(self, _: int) -> str:
        return next(word.lower() for word in self._endless() if len(word) > 6)

    def _capital(self, _: int) -> str:
        return next(word for word in self._endless() if word.istitle() and len(word) > 4)

    def _endless(self) -> Iterator[str]:
        return (self._drawn(1)[0] for _ in iter(int, 1))


async def measure(sessions: Sessions, dialect: str, texts: list[str], options: argparse.Namespace) -> None:
    """Fill one database, print what that took, and a row for each kind of question."""
    chance = random.Random(1)
    numbers = list(range(options.posts))
    late = set(chance.sample(numbers, options.posts // 5))
    order = [number for number in numbers if number not in late] + sorted(late)
    bytes_of_text, begun = 0, time.perf_counter()
    async with sessions.begin() as session:
        await add_channels(session)
    if options.copy and dialect == "postgresql":
        drawn = (post(number, chance.choice(texts)) for number in order)
        await fill_by_copy(sessions, ((id_of(each), each) for each in drawn), texts)
        bytes_of_text, order = options.posts * sum(len(body.encode()) for body in texts) // len(texts), []
    for start in range(0, len(order), BATCH):
        posts = [post(number, chance.choice(texts)) for number in order[start : start + BATCH]]
        bytes_of_text += sum(len(post.text.encode()) for post in posts)
        async with sessions.begin() as session:
            await fill(session, posts)
    await tidy(sessions)
    rate = options.posts / (time.perf_counter() - begun)
    async with sessions() as session:
        size = await session.scalar(text(_INDEX_SIZE[dialect])) or 0
    print(f"\n{dialect}: {options.posts:,} posts, {rate:,.0f} stored and indexed a second", end="; ")
    print(f"index {size / 1e6:,.0f} MB, {size / bytes_of_text:.2f} of the text\n")
    print(
        "| newest ten, ms | p50 | p95 | most | count to 1,000: p95 | found, mean |\n| --- | --- | --- | --- | --- | --- |"
    )
    print(await _reference(sessions, options.questions))
    for kind, queries in Questions(texts[:SAMPLE], chance).of_each_kind(options.questions).items():
        print(await _row(sessions, kind, queries), flush=True)


async def _reference(sessions: Sessions, number: int) -> str:
    """What eleven posts by their ids take through SQLAlchemy, with nothing asked of them."""
    statement = select(Post, Channel).join(Channel, Channel.id == Post.channel_id)
    times = []
    for _ in range(number):
        async with sessions() as session:
            ids = list(await session.scalars(select(Post.id).order_by(Post.id.desc()).limit(11)))
            begun = time.perf_counter()
            (await session.execute(statement.where(Post.id.in_(ids)))).all()
        times.append((time.perf_counter() - begun) * 1000)
    return (
        f"| reference: eleven posts by id | {quantiles(times)[1]:.1f} | {_p95(times):.1f} | {max(times):.1f} | - | - |"
    )


async def _row(sessions: Sessions, kind: str, queries: list[str]) -> str:
    times, counts, found = [], [], 0
    for query in queries:
        begun = time.perf_counter()
        async with sessions() as session:
            found += len((await search(session, query, limit=10)).posts)
        times.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        async with sessions() as session:
            if await count(session, query, COUNTED) is not None:
                counts.append((time.perf_counter() - begun) * 1000)
    most = f"{max(times):,.1f} (`{queries[times.index(max(times))]}`)"
    counted = f"{_p95(counts):.1f}" if len(counts) > 1 else "-"
    return (
        f"| {kind} | {quantiles(times)[1]:.1f} | {_p95(times):.1f} | {most} | {counted} | {found / len(queries):.1f} |"
    )


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def main() -> None:
    """Print a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path, metavar="POSTS.jsonl")
    parser.add_argument("--posts", type=int, default=50_000, metavar="N")
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="of each kind")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--copy", action="store_true", help="fill PostgreSQL by COPY, for millions of posts")
    options = parser.parse_args()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in lines]
    warm()
    on_each(options.databases, lambda sessions, dialect: measure(sessions, dialect, texts, options))


if __name__ == "__main__":
    main()
