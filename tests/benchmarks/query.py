"""Speed of standing queries on real posts: `python -m tests.benchmarks.query POSTS.jsonl [--queries N] [--posts N]`."""

import argparse
import json
import random
import re
import time
from itertools import islice
from pathlib import Path

from monitor.query.analyzer import post_keys
from monitor.query.document import Document
from monitor.query.matcher import Matcher
from monitor.query.syntax import parse
from monitor.query.tokens import TOKEN


def main() -> None:
    """Print posts a second for the matcher, warm and cold, and for a loop of compiled expressions beside it."""
    options = _options()
    with options.posts_file.open(encoding="utf-8") as lines:
        texts = [json.loads(line).get("text") or "" for line in islice(lines, options.posts)]
    queries = _queries(texts, options.queries)
    matcher, built = Matcher(), time.perf_counter()
    for number, query in enumerate(queries):
        matcher.add(number, parse(query))
    print(f"build: {len(queries):,} queries in {time.perf_counter() - built:.1f} s, RSS {_rss():.0f} MB")
    post_keys.cache_clear()
    documents = [Document(text) for text in texts]
    print(f"cold: {_rate(matcher, documents):,.0f} posts/s")
    print(f"warm: {_rate(matcher, documents):,.0f} posts/s, RSS {_rss():.0f} MB")
    _reference(queries, texts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts_file", type=Path)
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=3_000)
    return parser.parse_args()


def _queries(texts: list[str], count: int) -> list[str]:
    """85 % of one or two words, 10 % phrases, 5 % with a NOT; words as rare as a vocabulary has them."""
    vocabulary = sorted({raw for text in texts for raw in TOKEN.findall(text) if raw.isalpha() and len(raw) > 3})
    chance = random.Random(1)
    shapes = ["{}"] * 8 + ["{} {}"] * 9 + ['"{} {}"'] * 2 + ["{} -{}"]
    return [chance.choice(shapes).format(*chance.choices(vocabulary, k=2)) for _ in range(count)]


def _rate(matcher: Matcher, documents: list[Document]) -> float:
    started = time.perf_counter()
    matches = sum(len(matcher.match(document)) for document in documents)
    spent = time.perf_counter() - started
    print(f"  {matches / len(documents):.1f} matches a post")
    return len(documents) / spent


def _reference(queries: list[str], texts: list[str]) -> None:
    """What other monitors do: every query an expression, every post through all of them."""
    patterns = [re.compile(re.escape(query.split()[0].strip('"')), re.IGNORECASE) for query in queries[:20_000]]
    started = time.perf_counter()
    for text in texts[:5]:
        for pattern in patterns:
            pattern.search(text)
    print(f"loop of {len(patterns):,} expressions: {5 / (time.perf_counter() - started):,.1f} posts/s")


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
