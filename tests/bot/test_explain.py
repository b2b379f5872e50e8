"""`dozor explain` on the command line: a line out for a line in, and one clear sentence about a line that is no post."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main


def explain(folder: Path, query: str, *lines: str) -> int:
    file = folder / "posts.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return main(["explain", query, str(file), "--json"])


def test_spans_are_in_characters_of_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    post = {"channel": "news", "id": 7, "text": "😀 Курсы и цены"}
    assert explain(tmp_path, "курс цена", json.dumps(post), "", json.dumps(post | {"id": 8, "text": "курс"})) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        {"channel": "news", "id": 7, "matched": True, "spans": [[2, 7], [10, 14]]},
        {"channel": "news", "id": 8, "matched": False, "spans": []},
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[1, 2]", 'write {"channel", "id", "date", "text"}'),
        ('{"channel": "a"', "its JSON breaks off or goes wrong at character"),
        ("[" * 100_000, "JSON"),
        ('{"channel": "a", "id": 1}', "'text' is missing"),
        ('{"channel": "a", "id": 1, "text": 5}', "'text' is not a string"),
        ('{"channel": "a", "id": "x", "text": "a"}', "'id' is not a number"),
        (f'{{"channel": "a", "id": {2**63}, "text": "a"}}', "'id' is not a number from 0 to 9223372036854775807"),
        ('{"channel": "a", "id": -1, "text": "a"}', "'id' is not a number"),
        ('{"channel": "a", "id": true, "text": "a"}', "'id' is not a number"),
        ('{"channel": " ", "id": 1, "text": "a"}', "'channel' is empty"),
        ('{"channel": "a", "id": 1, "text": "a", "views": "many"}', "'views' is not a number from 0 to 2147483647"),
        ('{"channel": "a", "id": 1, "text": "a", "grouped_id": [1]}', "'grouped_id' is not a number"),
        ('{"channel": "a", "id": 1, "text": "a", "fwd_from": {"x": NaN}}', "NaN is no JSON"),
        ('{"channel": "a", "id": 1, "text": "a", "date": "0001-01-01T00:00:00+14:00"}', "is not a date"),
        ('{"channel": "a", "id": 1, "text": "a", "date": 1e30}', "1e+30 is not a date"),
        ('{"channel": "a", "id": 1, "text": "a", "edit_date": "soon"}', "'soon' is not a date"),
        ('{"channel": "a", "id": 1, "text": "a", "media": [{"a": 1}]}', "'media' is not a list of words"),
    ],
)
def test_a_line_that_is_no_post_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    assert explain(tmp_path, "курс", '{"channel": "a", "id": 1, "text": "курс"}', "", line) == 1
    error = capsys.readouterr().err
    assert error.startswith("dozor: Line 3 is not a post: ")
    assert says in error
    assert error.count("\n") == 1


def test_a_wrong_query_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(tmp_path, "(курс") == 1
    assert capsys.readouterr().err == "dozor: Did you forget a closing bracket? (character 1)\n"
