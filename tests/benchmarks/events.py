"""Whether posts tell of the same event in other words: `python -m tests.benchmarks.events PAIRS.jsonl POSTS.jsonl`.

A pair is a line `{"one": {"date", "text"}, "other": {…}, "same": true}`, judged by people. How rare a word is say those of the posts
that are as near to the first as the product looks. Beside the product's threshold stand the highest recall with at least nine right
in ten, and what common words alone reach.
"""

import argparse
import json
import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import events
from monitor.events import Told
from monitor.footers import without_footer
from monitor.related import FREQUENT, LEAST

PRECISION = 0.9


@dataclass(frozen=True, slots=True)
class Pair:
    one: Told
    other: Told
    date: datetime
    apart: timedelta
    same: bool


def read_pairs(path: Path) -> list[Pair]:
    return [_pair(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _pair(line: dict[str, Any]) -> Pair:
    one, other = line["one"], line["other"]
    date = datetime.fromisoformat(one["date"])
    return Pair(
        _told(one["text"]), _told(other["text"]), date, datetime.fromisoformat(other["date"]) - date, line["same"]
    )


def _told(text: str) -> Told:
    return events.told(without_footer(text))


class Rarities:
    """How rare words are among the posts of some days."""

    def __init__(self, path: Path) -> None:
        posts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self._dates = sorted(datetime.fromisoformat(post["date"]) for post in posts)
        self._having: defaultdict[str, list[datetime]] = defaultdict(list)
        for post in sorted(posts, key=lambda post: datetime.fromisoformat(post["date"])):
            for stem in _told(post["text"]).stems:
                self._having[stem].append(datetime.fromisoformat(post["date"]))

    def near(self, pair: Pair) -> dict[str, float]:
        """How rare each stem of the pair was at its time, as in `monitor.related`."""
        posts = max(LEAST, _within(self._dates, pair.date))
        stems = pair.one.stems.keys() | pair.other.stems.keys()
        having = {stem: min(FREQUENT, _within(self._having[stem], pair.date)) for stem in stems}
        return {stem: events.rarity(posts, count) for stem, count in having.items()}


def _within(dates: Sequence[datetime], date: datetime) -> int:
    return bisect_right(dates, date + events.WINDOW) - bisect_left(dates, date - events.WINDOW)


def best(pairs: Sequence[Pair], score: Callable[[Pair], float]) -> tuple[float, float]:
    """(precision, recall) at the lowest threshold at which the precision is high enough; zeros if there is none."""
    ranked = sorted(pairs, key=score, reverse=True)
    right, found = 0, (0.0, 0.0)
    for number, pair in enumerate(ranked, 1):
        right += pair.same
        if right / number >= PRECISION:
            found = right / number, right / sum(one.same for one in pairs)
    return found


def common(pair: Pair) -> float:
    """What all words in common say: the cosine."""
    shared = len(pair.one.stems.keys() & pair.other.stems.keys())
    return shared / math.sqrt(len(pair.one.stems) * len(pair.other.stems) or 1)


def measure(pairs: Sequence[Pair], rarities: Rarities) -> None:
    def likeness(pair: Pair) -> float:
        return events.likeness(pair.one, pair.other, rarities.near(pair), pair.apart)

    said = [pair for pair in pairs if likeness(pair) > 0]
    right, same = sum(pair.same for pair in said), sum(pair.same for pair in pairs)
    print(f"| {len(pairs)} pairs, {same} the same | precision | recall |\n| --- | --- | --- |")
    rows = {
        "as the product says": (right / (len(said) or 1), right / same),
        f"precision of at least {PRECISION}": best(pairs, likeness),
        "common words alone, the same": best(pairs, common),
    }
    for name, (precision, recall) in rows.items():
        print(f"| {name} | {precision:.3f} | {recall:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("posts", type=Path)
    options = parser.parse_args()
    measure(read_pairs(options.pairs), Rarities(options.posts))


if __name__ == "__main__":
    main()
