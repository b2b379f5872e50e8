"""Accuracy and speed of telling languages: `python -m tests.benchmarks.language [POSTS.jsonl] [--gold FILE|DIR] [--length N]`.

Gold is lines of `language<TAB>text`, in one file or in every .tsv of a folder; without it, the sentences beside this module.
Each text is cut at a word's end to at most N characters. No channel's habit helps: only what the text itself gives away.
With posts, also what they take, whole, and how many need a guess.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from pathlib import Path

from monitor import language
from monitor.alphabets import COMMON

OWN = Path(__file__).with_name("languages.tsv")
SHOWN = 4  # wrong answers a line names


def main() -> None:
    """Print a table, a row for each language, and what all cost."""
    arguments = _arguments()
    gold = _read(arguments.gold)
    for script in language._PROFILES:
        language._factory(script)
    started = time.perf_counter()
    answers = {code: Counter(str(language.detect(cut(text, arguments.length))) for text in gold[code]) for code in gold}
    spent = (time.perf_counter() - started) * 1000 / max(1, sum(map(len, gold.values())))
    print(f"{arguments.length} characters, {spent:.2f} ms a text\n")
    _print(answers)
    if arguments.posts:
        _measure([text for line in arguments.posts.open(encoding="utf-8") if (text := json.loads(line)["text"])])


def _print(answers: dict[str, Counter[str]]) -> None:
    print("| language | texts | right | taken for |\n| --- | --- | --- | --- |")
    for code, said in sorted(answers.items(), key=lambda item: (item[0] not in COMMON, item[0])):
        print(f"| {code} | {said.total():,} | {said[code] / said.total():.3f} | {_wrong(code, said)} |")
    common = [said[code] / said.total() for code, said in answers.items() if code in COMMON]
    print(f"| the {len(common)} common | | {sum(common) / max(1, len(common)):.4f} | |\n")


def _measure(posts: list[str]) -> None:
    language._guess.cache_clear()
    spent = sorted(map(_seconds, posts))
    guessed = len(language.undecided(posts)) / len(posts)
    median, most = spent[len(spent) // 2] * 1000, spent[len(spent) * 99 // 100] * 1000
    print(f"{len(posts):,} posts: median {median:.2f} ms, 99th percentile {most:.2f} ms; a guess for {guessed:.0%}")


def _seconds(post: str) -> float:
    started = time.perf_counter()
    language.detect(post)
    return time.perf_counter() - started


def cut(text: str, length: int) -> str:
    """At most so many characters, whole words where there are any."""
    if len(text) <= length:
        return text
    return text[: length + 1].rpartition(" ")[0] or text[:length]


def _wrong(code: str, said: Counter[str]) -> str:
    return ", ".join(f"{other} {count}" for other, count in said.most_common(SHOWN + 1) if other != code)


def _read(path: Path) -> dict[str, list[str]]:
    gold: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(path.glob("*.tsv")) if path.is_dir() else [path]:
        for line in file.read_text(encoding="utf-8").splitlines():
            code, _, text = line.partition("\t")
            if text:
                gold[code].append(text)
    return gold


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", type=Path, nargs="?")
    parser.add_argument("--gold", type=Path, default=OWN)
    parser.add_argument("--length", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    main()
