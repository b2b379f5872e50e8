"""Commas that people write for "or"."""

import pytest

from monitor.query.commas import as_choice


@pytest.mark.parametrize(
    ("query", "choice"),
    [
        ("Баку, Ибрагимов", "Баку | Ибрагимов"),
        ("Баку,Ибрагимов,Гянджа", "Баку | Ибрагимов | Гянджа"),
        ("мост в Баку, паром -футбол", "мост в Баку | паром -футбол"),
        ("(мост, паром) Баку", "(мост | паром) Баку"),
        ('"мост, паром" Баку, Гянджа', '"мост, паром" Баку | Гянджа'),
        ("Баку Ибрагимов", None),
        ("1,5 процента", None),
        ('"мост, паром"', None),
        (r"/мост, паром/ Баку", None),
        ("Баку,", None),
        ("a, " * 40 + "b", "a | " * 40 + "b"),
        ("(a, b", None),
    ],
)
def test_a_choice_is_offered_where_a_comma_stands_between_words(query: str, choice: str | None) -> None:
    assert as_choice(query) == choice
