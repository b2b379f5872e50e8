"""Speed of standing queries on real posts: `python -m tests.benchmarks.query POSTS.jsonl [--sizes N,N] [--sets A,B] [--posts N]`.

Each row is measured in a process of its own, by the processor's time of one core: building the queries from their texts,
dictionaries included; posts never seen before; the same posts again; and, in the same run, a loop of compiled expressions.
"""

import argparse
import gc
import json
import re
import time
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from monitor.query.document import Document
from monitor.query.matcher import Matcher
from monitor.query.syntax import parse
from tests.benchmarks.queries import SETS, Words

SAMPLE = 20_000  # posts that the words of the queries are taken from
SHOWN = 500  # posts that the matcher is shown to tell frequent words from rare ones; not measured
LOOP = 20_000  # expressions, at most
LOOP_POSTS = 5
ROUNDS = 3  # over the same posts; the best counts
HEAD = ("set", "queries", "build s", "RSS MB", "new posts/s", "warm posts/s", "matches a post", "loop posts/s", "times")


class Row(NamedTuple):
    """What came out for one set of one size."""

    name: str
    queries: int
    build_s: float
    rss_mb: float
    new: float
    warm: float
    matches: float
    loop: float

    def __str__(self) -> str:
        figures = (self.new, self.warm, self.matches, self.loop, self.warm / self.loop)
        return (
            f"| {self.name} | {self.queries:,} | {self.build_s:.1f} | {self.rss_mb:.0f} | "
            + " | ".join(f"{figure:,.1f}" if figure < 100 else f"{figure:,.0f}" for figure in figures)
            + " |"
        )


def main() -> None:
    """Print a table, a row for each set and size, and how the time per post grows with the size."""
    options = _options()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in islice(lines, max(SAMPLE, options.posts + SHOWN))]
    words = Words(texts)
    print("|", " | ".join(HEAD), "|\n|" + " --- |" * len(HEAD), flush=True)
    for name in options.sets.split(","):
        rows = [_row(words, texts[: options.posts + SHOWN], name, int(size)) for size in options.sizes.split(",")]
        if len(rows) < 2:
            continue
        grown, first, last = rows[0].warm / rows[-1].warm, rows[0].queries, rows[-1].queries
        print(f"| {name} | {first:,} → {last:,} | time per post × {grown:.1f}" + " | " * (len(HEAD) - 2), flush=True)


def _row(words: Words, texts: list[str], name: str, size: int) -> Row:
    with get_context("spawn").Pool(1) as process:
        row: Row = process.apply(measure, (name, list(SETS[name](words, size)), texts))
    print(row, flush=True)
    return row


def measure(name: str, queries: list[str], texts: list[str]) -> Row:
    """One row; nothing of the product was used before in this process."""
    before, started = _rss(), time.process_time()
    gc.disable()  # as the product does while it loads
    matcher = Matcher(texts[-SHOWN:])
    for number, query in enumerate(queries):
        matcher.add(number, parse(query))
    built, used = time.process_time() - started, _rss() - before
    gc.freeze()
    gc.enable()
    documents = [Document(text) for text in texts[:-SHOWN]]
    new, matches = _rate(matcher, documents)
    warm = max(_rate(matcher, documents)[0] for _ in range(ROUNDS))
    return Row(name, len(queries), built, used, new, warm, matches, _loop(queries[:LOOP], texts[:LOOP_POSTS]))


def _rate(matcher: Matcher, documents: list[Document]) -> tuple[float, float]:
    started = time.process_time()
    matches = sum(len(matcher.match(document)) for document in documents)
    return len(documents) / (time.process_time() - started), matches / len(documents)


def _loop(queries: list[str], texts: list[str]) -> float:
    """What other monitors do: every query an expression, every post through all of them; here only each query's first word."""
    words = [re.findall(r"\w+", query)[0] for query in queries]
    expressions = [re.compile(re.escape(word), re.IGNORECASE) for word in words]
    started = time.process_time()
    for text in texts:
        for expression in expressions:
            expression.search(text)
    return len(texts) / (time.process_time() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path)
    parser.add_argument("--sizes", default="1000,20000,100000")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--posts", type=int, default=3_000)
    return parser.parse_args()


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
