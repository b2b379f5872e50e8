"""How much of what a word should find it finds: `python -m tests.benchmarks.recall [--gold FOLDER]`.

Gold files say which form belongs to which lemma, and their names begin with a language: treebanks in CoNLL-U
(``ru_gsd-ud-dev.conllu``) or tables (``az.tsv``: a lemma, a tab, its forms). Each lemma is asked for as a query, in citation
form, against all tokens of its language; recall and precision are means over the queries. Beside them, what a monitor finds
that looks for the word itself, or for its letters.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from monitor.query.analyzer import post_keys, word_keys
from monitor.query.folding import fold

GOLD = Path(__file__).parents[1] / "query" / "gold"
CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "VERB"})
MIN_LETTERS = 3
Gold = dict[str, Counter[tuple[str, str]]]  # language: how often a (lemma, form) stands there
Find = Callable[[list[str]], Callable[[str], set[str]]]


def main() -> None:
    """Print a table, a row for each language and way of finding."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--gold", type=Path, default=GOLD, help="folder with *.conllu and *.tsv")
    gold = read(parser.parse_known_args()[0].gold)
    print("| language | queries | tokens | found by | recall | precision |\n|" + " --- |" * 6)
    for language, pairs in sorted(gold.items()):
        for name, find in (("Dozor", by_keys), ("the same word", by_form), ("its letters", by_letters)):
            recall, precision = measure(pairs, find)
            lemmas = {lemma for lemma, _ in pairs}
            print(f"| {language} | {len(lemmas):,} | {pairs.total():,} | {name} | {recall:.3f} | {precision:.3f} |")


def read(folder: Path) -> Gold:
    """The gold of all files of a folder."""
    gold: Gold = defaultdict(Counter)
    for path in sorted([*folder.glob("*.conllu"), *folder.glob("*.tsv")]):
        if len(language := path.stem.partition("_")[0].partition("-")[0]) == 2:
            lines = path.read_text(encoding="utf-8").splitlines()
            gold[language].update(_treebank(lines) if path.suffix == ".conllu" else _table(lines))
    return gold


def measure(pairs: Counter[tuple[str, str]], find: Find) -> tuple[float, float]:
    """Mean recall and precision of the lemmas' queries, forms weighed by how often they stand in the gold."""
    right: defaultdict[str, set[str]] = defaultdict(set)
    for lemma, form in pairs:
        right[lemma].add(form)
    forms = sorted({form for _, form in pairs})
    of_form: Counter[str] = Counter()
    for (_, form), count in pairs.items():
        of_form[form] += count
    lookup = find(forms)
    recalls, precisions = [], []
    for lemma, own in right.items():
        hits = lookup(lemma)
        there = sum(pairs[lemma, form] for form in own)
        true = sum(pairs[lemma, form] for form in own & hits)
        recalls.append(true / there)
        if hits:
            precisions.append(true / sum(of_form[form] for form in hits))
    return sum(recalls) / len(recalls), sum(precisions) / max(len(precisions), 1)


def by_keys(forms: list[str]) -> Callable[[str], set[str]]:
    """What the query language finds."""
    index: defaultdict[str, set[str]] = defaultdict(set)
    for form in forms:
        for key in post_keys(form):
            index[key].add(form)
    return lambda lemma: set().union(*(index.get(key, ()) for key in word_keys(lemma)))


def by_form(forms: list[str]) -> Callable[[str], set[str]]:
    """What looks the same, whatever the letter case."""
    index: defaultdict[str, set[str]] = defaultdict(set)
    for form in forms:
        index[fold(form)].add(form)
    return lambda lemma: index.get(fold(lemma), set())


def by_letters(forms: list[str]) -> Callable[[str], set[str]]:
    """What holds the letters, as most monitors look for them."""
    folded = {form: fold(form) for form in forms}
    return lambda lemma: {form for form, letters in folded.items() if fold(lemma) in letters}


def _treebank(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(lemma, form) of the content words of a treebank (universaldependencies.org/format.html)."""
    for line in lines:
        fields = line.split("\t")
        if len(fields) == 10 and fields[3] in CONTENT and fields[2].isalpha() and len(fields[2]) >= MIN_LETTERS:
            yield fields[2], fields[1]


def _table(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        lemma, _, forms = line.partition("\t")
        for form in forms.split():
            yield lemma, form


if __name__ == "__main__":
    main()
