"""What becomes of a text and the entities that a bot gives with it."""

import pytest

from sandbox.botapi.detection import detected
from sandbox.botapi.refusal import RefusalError
from sandbox.botapi.text import TEXT_LIMIT, prepared
from sandbox.botapi.utf16 import part


def bold(offset: int, length: int) -> dict[str, object]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ({"type": "x"}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "text_link"}, 'can\'t parse MessageEntity: Can\'t find field "url"'),
        ({"type": "text_link", "url": "nodot"}, "entity URL 'nodot' is invalid: Wrong HTTP URL"),
        ({"type": "date_time"}, 'can\'t parse MessageEntity: Can\'t find field "unix_time"'),
        ({"type": "bold", "offset": -1}, "receive an entity with incorrect offset -1"),
        ({"type": "bold", "offset": 1}, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        ({"type": "bold", "length": 1}, "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"),
        ({"type": "bold", "length": 99}, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 99"),
        ({"type": "bold", "offset": 99}, "entity begins after the end of the text at UTF-16 offset 99"),
    ],
)  # fmt: skip
def test_an_entity_out_of_place_is_named(entity: dict[str, object], words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        prepared("😀 hello", [{"offset": 0, "length": 2} | entity], None, TEXT_LIMIT)
    assert refused.value.description == f"Bad Request: {words}"


def test_blanks_around_a_text_go_and_its_entities_move() -> None:
    text, entities = prepared(" \r\n\u202eважно\r\n и  ", [bold(4, 5), bold(9, 4), bold(13, 2)], None, TEXT_LIMIT)
    assert text == "важно\n и"
    assert [part(text, each["offset"], each["length"]) for each in entities] == ["важно", "\n и"]


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "\u2060 \u200d"])
def test_a_text_of_nothing_visible_is_empty(text: str) -> None:
    assert prepared(text, None, None, TEXT_LIMIT) == ("", [])


def test_halves_of_characters_are_refused() -> None:
    with pytest.raises(RefusalError, match="encoded in UTF-8"):
        prepared("\ud83d", None, None, TEXT_LIMIT)


def test_what_telegram_finds_itself_is_not_taken_from_the_bot() -> None:
    given = [{"type": "url", "offset": 0, "length": 1}, {"type": "hashtag", "offset": 0, "length": 99}]
    assert prepared("слово", given, None, TEXT_LIMIT) == ("слово", [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("см. https://example.org/a_b?x=1#y, дальше", [("url", "https://example.org/a_b?x=1#y")]),
        ("(t.me/rian_ru/15)", [("url", "t.me/rian_ru/15")]),
        ("meduza.care и пример.рф, но не т.е. и не 3.14", [("url", "meduza.care"), ("url", "пример.рф")]),
        ("http://127.0.0.1:8080/x.", [("url", "http://127.0.0.1:8080/x")]),
        ("пишите: a.b+c@mail.example.org!", [("email", "a.b+c@mail.example.org")]),
        ("@rian_ru, @a и a@b", [("mention", "@rian_ru")]),
        ("/start@dozor_bot /x a/b //c", [("bot_command", "/start@dozor_bot"), ("bot_command", "/x")]),
        ("#выборы2024 #2024 a#b ##c", [("hashtag", "#выборы2024")]),
        ("$TON $1INCH $ton $TOOLONGNAME", [("cashtag", "$TON"), ("cashtag", "$1INCH")]),
    ],
)
def test_links_and_tags_are_found(text: str, found: list[tuple[str, str]]) -> None:
    entities = sorted(detected(text), key=lambda each: each["offset"])
    assert [(each["type"], part(text, each["offset"], each["length"])) for each in entities] == found


def test_nothing_is_found_in_code() -> None:
    assert detected("/start x.org", [{"type": "code", "offset": 0, "length": 12}]) == []
