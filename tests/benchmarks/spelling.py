"""How well names are found across spellings: `python -m tests.benchmarks.spelling [--names FILE] [--posts FILE…]`.

A row of the file is a name, its columns are orthographies, its cells spellings. Recall: over ordered pairs of different spellings of a
name, how often `~one` finds the other. Collisions: over the lemmas of the capitalised words of posts (JSON lines with a "text"), the
share whose keys meet those of a lemma that looks different: romanised letter by letter, more than a fifth of its letters (and more
than one) must change to make one of the other, and they are not forms of one word.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations
from pathlib import Path

from monitor.query import cyrillic, latin
from monitor.query.analyzer import name_keys, post_keys
from monitor.query.folding import fold
from monitor.query.tokens import TOKEN
from tests.benchmarks.recall import GOLD

Row = list[list[str]]  # the spellings of a name in each orthography
_ROMAN = dict(zip("абвгдезийклмнопрстуфыэіїєґ", "abvgdeziiklmnoprstufieiieg", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip


def main() -> None:
    """Print recall for each half of the names, and collisions among the words of posts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--names", type=Path, default=GOLD / "names.tsv")
    parser.add_argument("--posts", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    rows = read(options.names)
    for half in (0, 1):
        print(f"names, half {half + 1}: recall {recall(rows[half::2]):.3f}")
    if lemmas := vocabulary(options.posts):
        print(f"{len(lemmas):,} lemmas of capitalised words: {len(collisions(lemmas)) / len(lemmas):.4f} collide")


def read(path: Path) -> list[Row]:
    """The names of a table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.split() for cell in line.split("\t")] for line in lines if not line.startswith("#")]


def recall(rows: Iterable[Row]) -> float:
    """The share of ordered pairs of spellings of which one finds the other."""
    found = [
        bool(name_keys(first) & set(post_keys(second)))
        for row in rows
        for first, second in permutations([spelling for cell in row for spelling in cell], 2)
        if first != second
    ]
    return sum(found) / len(found)


def vocabulary(paths: Iterable[Path]) -> list[str]:
    """The lemmas, one for each word, of the capitalised words of posts."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    words = {word for line in lines for word in TOKEN.findall(json.loads(line)["text"])}
    forms = {fold(word) for word in words if word.isalpha() and word[0].isupper() and word[1:].islower()}
    shortest = {min(_lemmas(form), key=lambda lemma: (len(lemma), lemma)) for form in forms}
    return sorted(lemma for lemma in shortest if len(lemma) > 2)


def collisions(lemmas: list[str]) -> dict[str, set[str]]:
    """Lemmas and the other names that a query for them finds."""
    index: defaultdict[str, set[str]] = defaultdict(set)
    for lemma in lemmas:
        for key in post_keys(lemma.capitalize()):
            index[key].add(lemma)
    found = {lemma: _others(lemma, index) for lemma in lemmas}
    return {lemma: others for lemma, others in found.items() if others}


def _others(lemma: str, index: dict[str, set[str]]) -> set[str]:
    keys = [key for key in name_keys(lemma.capitalize()) if key[0] == "n"]
    hits = set[str]().union(*(index.get(key, ()) for key in keys))
    own, roman = _lemmas(lemma), _roman(lemma)
    return {other for other in hits if not own & _lemmas(other) and _is_different(roman, _roman(other))}


def _lemmas(form: str) -> set[str]:
    return cyrillic.lemmas(form) if cyrillic.is_cyrillic(form) else {min(latin.lemmas(form), key=len)}


def _roman(word: str) -> str:
    letters = "".join(_ROMAN.get(letter, letter) for letter in word).replace("y", "i")
    return "".join(letter for letter, before in zip(letters, f" {letters}", strict=False) if letter != before)


def _is_different(one: str, other: str) -> bool:
    return _changes(one, other) > max(1, min(len(one), len(other)) // 5)


def _changes(one: str, other: str) -> int:
    """Letters to put in, take out or change (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        row = list(_next(row, count, [letter != against for against in other]))
    return row[-1]


def _next(row: list[int], count: int, differs: list[bool]) -> Iterator[int]:
    last = count
    yield last
    for place, is_other in enumerate(differs):
        last = min(row[place] + is_other, row[place + 1] + 1, last + 1)
        yield last


if __name__ == "__main__":
    main()
