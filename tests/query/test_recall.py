"""How much of what a word should find it finds, on the gold of this folder."""

import pytest

from monitor.query.analyzer import post_keys, word_keys
from tests.benchmarks import spelling
from tests.benchmarks.recall import GOLD, by_form, by_keys, measure, read

TARGETS = {"ru": (0.985, 0.95), "uk": (0.98, 0.97), "az": (0.88, 0.95), "en": (0.98, 0.96)}


@pytest.mark.parametrize(("language", "least"), TARGETS.items())
def test_a_word_in_citation_form_finds_its_forms_and_little_else(language: str, least: tuple[float, float]) -> None:
    pairs = read(GOLD)[language]
    recall, precision = measure(pairs, by_keys)
    assert (recall >= least[0], precision >= least[1]) == (True, True), (recall, precision)
    assert measure(pairs, by_form)[0] < 0.4  # the gold is not so easy that words themselves would do


def test_an_azerbaijani_word_in_any_form_finds_its_other_forms() -> None:
    rows = [line.partition("\t")[2].split() for line in (GOLD / "az.tsv").read_text(encoding="utf-8").splitlines()]
    found = [bool(word_keys(one) & set(post_keys(other))) for row in rows for one in row for other in row]
    assert sum(found) / len(found) >= 0.88


@pytest.mark.parametrize("half", [0, 1])
def test_a_name_in_one_spelling_finds_the_others(half: int) -> None:
    assert spelling.recall(spelling.read(GOLD / "names.tsv")[half::2]) >= 0.85


def test_names_that_differ_are_told_apart() -> None:
    names = [
        "гасанов",
        "гусейнов",
        "ибрагимов",
        "алиев",
        "агаев",
        "касимов",
        "песков",
        "лавров",
        "путин",
        "пашинян",
        "токаев",
    ]
    assert not spelling.collisions(names)
