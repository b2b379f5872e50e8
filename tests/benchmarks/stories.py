"""What becomes one story: `python -m tests.benchmarks.stories POSTS.jsonl [--window 100000]`.

The truth is computed by another way than the product's: every shingle of every post is looked up, of words as a plain regular
expression finds them, and Jaccard and containment are exact. It is computed of the posts as they stand, and without the lines that a
channel repeats under many of its posts, which say nothing of the news. Edited copies are made of the posts by what `edited` has.
Pairs are counted by what stories they end in, if they are no more than three days apart.
"""

import argparse
import asyncio
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from monitor import migration, stories
from monitor.database import Sessions, create_engine, create_sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel, Post
from monitor.placing import Told
from monitor.topics import StandingTopics
from tests.benchmarks.edited import EDITS

WINDOW_S = 72 * 3600
BATCH = 500
FOOTER_OF = 5  # posts of a channel under which a line stands
EDITED_EVERY, EDITED_WORDS = 10, 12
TIMED = 2_000
NOW = datetime(2025, 1, 10, tzinfo=UTC)
_WORD, _ADDRESS, _MARK = re.compile(r"\w+"), re.compile(r"https?://\S+"), re.compile(r"\*\*|__|~~")


@dataclass(frozen=True, slots=True)
class Item:
    channel: str
    date: datetime
    text: str


Pairs = dict[tuple[int, int], float]


def read(path: Path) -> list[Item]:
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    items = [Item(line["channel"], datetime.fromisoformat(line["date"]), line["text"]) for line in lines]
    return sorted(items, key=lambda item: item.date)


def true_pairs(items: Sequence[Item]) -> tuple[Pairs, Pairs]:
    """Pairs of places in `items` with Jaccard ≥ 0.5 or containment ≥ 0.8, and their Jaccard: between channels, and within one."""
    shingles = [_shingles(item.text) for item in items]
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    between: Pairs = {}
    within: Pairs = {}
    for place, mine in enumerate(shingles):
        shared = Counter(other for shingle in mine for other in holders[shingle] if _near(items[other], items[place]))
        for other, count in shared.items():
            smaller, union = min(len(mine), len(shingles[other])), len(mine) + len(shingles[other]) - count
            if count >= 0.5 * union or count >= 0.8 * smaller:
                pairs = within if items[other].channel == items[place].channel else between
                pairs[other, place] = count / union
        for shingle in mine:
            holders[shingle].append(place)
    return between, within


def without_footers(items: Sequence[Item]) -> list[Item]:
    """The items without the lines that recur in their channel."""
    lines = Counter((item.channel, line) for item in items for line in set(item.text.splitlines()) if line.strip())
    kept = ([line for line in item.text.splitlines() if lines[item.channel, line] < FOOTER_OF] for item in items)
    return [replace(item, text="\n".join(left)) for item, left in zip(items, kept, strict=True)]


def without_series(items: Sequence[Item], between: Pairs) -> set[tuple[int, int]]:
    """The pairs without those of a template: numbers differ, and the other channel has a post that is more alike."""
    best: defaultdict[tuple[int, str], float] = defaultdict(float)
    for (one, other), jaccard in between.items():
        for mine, its in ((one, other), (other, one)):
            best[mine, items[its].channel] = max(best[mine, items[its].channel], jaccard)
    return {
        (one, other)
        for (one, other), jaccard in between.items()
        if not _numbers(items, (one, other))
        or jaccard == best[one, items[other].channel] == best[other, items[one].channel]
    }


def edited(items: Sequence[Item], chance: random.Random) -> Iterator[tuple[int, str, Item]]:
    """(place of the original, what is done to it, an edited copy of it in a channel of its own, some minutes later)."""
    for place in range(0, len(items), EDITED_EVERY):
        if len(_WORD.findall(items[place].text)) >= EDITED_WORDS:
            edit = chance.choice(EDITS)
            date = items[place].date + timedelta(minutes=chance.randrange(1, 600))
            yield place, edit.__name__, Item("copies", date, edit(items[place].text, chance))


async def told(sessions: Sessions, items: Sequence[Item]) -> list[int]:
    """The story of each item as the product finds them, arriving in order."""
    ids = {name: number for number, name in enumerate(sorted({item.channel for item in items}), 1)}
    await _channels(sessions, ids)
    posts = [IncomingPost(ids[item.channel], place + 1, item.date, item.text) for place, item in enumerate(items)]
    topics = StandingTopics()
    for start in range(0, len(posts), BATCH):
        async with sessions.begin() as session:
            await ingest(session, topics, posts[start : start + BATCH], now=NOW)
    async with sessions() as session:
        rows = await session.execute(select(Post.message_id, Post.story_id, Post.id).order_by(Post.message_id))
        return [story_id or post_id for _, story_id, post_id in rows]


async def measure_pairs(path: Path) -> None:
    originals = read(path)
    copies = list(edited(originals, random.Random(7)))
    order = sorted(enumerate([*originals, *(copy for *_, copy in copies)]), key=lambda pair: pair[1].date)
    place_of = {number: place for place, (number, _) in enumerate(order)}
    items = [item for _, item in order]
    with tempfile.TemporaryDirectory() as folder:
        sessions = await _database(Path(folder))
        story = await told(sessions, items)
    real = [place for place, item in enumerate(items) if item.channel != "copies"]
    one_story = _pairs_of_one_story(items, story, real)
    print("| posts | true pairs between channels | found |\n|" + " --- |" * 3)
    bare = without_footers(items)
    (raw, _), (between, within) = true_pairs(items), true_pairs(bare)
    truths = {
        "as they stand": set(raw),
        "without footers": set(between),
        "without series": without_series(bare, between),
    }
    for name, pairs in truths.items():
        true = {pair for pair in pairs if "copies" not in (items[pair[0]].channel, items[pair[1]].channel)}
        print(f"| {name} | {len(true):,} | {len(true & one_story) / len(true):.3f} |")
    right = len(one_story & (raw.keys() | between.keys()))
    print(f"pairs of one story: {len(one_story):,}, true in either form {right / len(one_story):.3f}")
    made = {
        (place_of[original], place_of[len(originals) + number]): edit
        for number, (original, edit, _) in enumerate(copies)
    }
    found = {pair for pair in made if story[pair[0]] == story[pair[1]]}
    print(f"edited copies: {len(made):,}, found {len(found) / len(made):.3f}, of them:")
    for edit, count in Counter(made.values()).items():
        print(f"  {edit}: {sum(made[pair] == edit for pair in found) / count:.3f} of {count}")
    own = {pair for pair in within if items[pair[0]].channel != "copies"}
    for name, series in {
        "other numbers": {pair for pair in own if all(_added(items, pair))},
        "fewer numbers": {pair for pair in own if _numbers(items, pair) and not all(_added(items, pair))},
    }.items():
        joined = sum(story[one] == story[other] for one, other in series)
        print(f"pairs of a channel's own posts, the same words with {name}: {len(series)}, joined {joined}")


async def measure_time(path: Path, window: int) -> None:
    """Place real posts, when so many are in the window: real ones whose words were shuffled."""
    chance = random.Random(1)
    items = read(path)
    crowd = [chance.choice(items) for _ in range(window - TIMED)]
    shuffled = [
        replace(item, text=" ".join(chance.sample(words, len(words))))
        for item in crowd
        if (words := item.text.split(" "))
    ]
    with tempfile.TemporaryDirectory() as folder:
        sessions = await _database(Path(folder))
        ids = {name: number for number, name in enumerate(sorted({item.channel for item in items}), 1)}
        await _channels(sessions, ids)
        rows = list(_rows([*shuffled, *items[-TIMED:]], ids))
        for start in range(0, len(shuffled), BATCH):
            await _place(sessions, rows[start : min(start + BATCH, len(shuffled))])
        fresh = rows[len(shuffled) :]
        one = [await _place(sessions, [row]) for row in fresh[: TIMED // 2]]
        many = [await _place(sessions, fresh[start : start + 100]) for start in range(TIMED // 2, TIMED, 100)]
    print(f"against {window:,} posts in the window, ms of processor time a post:")
    print(f"  one at a time {sum(one) / len(one) * 1e3:.2f}, in hundreds {sum(many) / (TIMED // 2) * 1e3:.2f}")


async def _place(sessions: Sessions, rows: Sequence[dict[str, Any]]) -> float:
    """Seconds of processor time that `place` takes; what else storing takes is not counted."""
    async with sessions.begin(quick=True) as session:
        await session.connection()  # the transaction has begun long before
        begun = time.thread_time()
        placed = await stories.place(session, list(map(Told.of_row, rows)))
        took = time.thread_time() - begun
        stored = [row | {"story_id": placed.get(row["id"])} for row in rows]
        await session.execute(insert(Post), stored)
    return took


def _rows(items: Sequence[Item], ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    step = timedelta(seconds=WINDOW_S) / (len(items) + 1)
    for number, item in enumerate(items):
        date = NOW - timedelta(seconds=WINDOW_S) + step * number
        post_id = int(date.timestamp()) * 4096 + number % 4096
        yield {
            "id": post_id, "channel_id": ids[item.channel], "message_id": number + 1, "date": date, "text": item.text,
            "entities": [], "media": [], "links": [], "forward": None, "album_id": post_id, "stored_at": NOW, "story_id": None,
        }  # fmt: skip


async def _database(folder: Path) -> Sessions:
    engine = create_engine(f"sqlite:///{folder / 'stories.db'}")
    await migration.upgrade(engine)
    return create_sessions(engine)


async def _channels(sessions: Sessions, ids: dict[str, int]) -> None:
    async with sessions.begin() as session:
        session.add_all(Channel(id=number, username=name, title=name, added_at=NOW) for name, number in ids.items())


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(_MARK.sub("", _ADDRESS.sub(" ", text)).lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False)) if len(words) >= 4 else frozenset()


def _near(one: Item, other: Item) -> bool:
    return (other.date - one.date).total_seconds() <= WINDOW_S


def _numbers(items: Sequence[Item], pair: tuple[int, int]) -> bool:
    return any(_added(items, pair))


def _added(items: Sequence[Item], pair: tuple[int, int]) -> tuple[set[str], set[str]]:
    """The numbers that only one of the posts has, and those that only the other has."""
    one, other = ({word for word in _WORD.findall(items[place].text) if word.isdigit()} for place in pair)
    return one - other, other - one


def _pairs_of_one_story(items: Sequence[Item], story: Sequence[int], places: Iterable[int]) -> set[tuple[int, int]]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place in places:
        members[story[place]].append(place)
    pairs = (pair for group in members.values() for pair in combinations(group, 2))
    return {
        (one, other)
        for one, other in pairs
        if items[one].channel != items[other].channel and _near(items[one], items[other])
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("--window", type=int, default=100_000)
    options = parser.parse_args()
    asyncio.run(measure_pairs(options.posts))
    asyncio.run(measure_time(options.posts, options.window))


if __name__ == "__main__":
    main()
