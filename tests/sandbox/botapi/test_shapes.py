"""What a request's JSON may look like, and what is said of the rest."""

from typing import Any

import pytest

from sandbox.botapi.refusal import RefusalError
from sandbox.botapi.shapes import MisfitError, shaped


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("MessageEntity", {"type": "bold", "offset": "0", "length": 1.0, "x": 1}, {"type": "bold", "offset": 0, "length": 1}),
        ("KeyboardButton", "Да", {"text": "Да"}),
        ("ReactionType", {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👍"}),
        ("InputMedia", {"type": "photo", "media": "x", "has_spoiler": True}, {"type": "photo", "media": "x", "has_spoiler": True}),
        ("RichText", ["a", {"type": "bold", "text": "b"}], ["a", {"type": "bold", "text": "b"}]),
        ("BotCommandScope", {"type": "chat", "chat_id": 5}, {"type": "chat", "chat_id": 5}),
        ("MenuButton", {"type": "commands"}, {"type": "commands"}),
    ],
)  # fmt: skip
def test_values_are_read_leniently(kind: str, value: Any, found: Any) -> None:
    assert shaped(kind, value) == found


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("MessageEntity", 5, "can't parse MessageEntity: expected an Object"),
        ("MessageEntity", {"type": "bold"}, 'can\'t parse MessageEntity: Can\'t find field "offset"'),
        ("MessageEntity", {"type": "bold", "offset": "x"}, 'can\'t parse MessageEntity: Field "offset" must be a valid Number'),
        ("MessageEntity", {"type": "bold", "offset": True}, 'can\'t parse MessageEntity: Field "offset" must be of type Number'),
        ("MessageEntity", {"type": []}, 'can\'t parse MessageEntity: Field "type" must be of type String'),
        ("InlineKeyboardMarkup", {"inline_keyboard": [[{"url": "x"}]]},
         'can\'t parse inline keyboard button: Can\'t find field "text"'),
        ("InlineKeyboardMarkup or ForceReply", {"inline_keyboard": 5},
         'can\'t parse InlineKeyboardMarkup: Field "inline_keyboard" must be of type Array'),
        ("InputMedia", {"type": "photo"}, 'can\'t parse InputMedia: Can\'t find field "media"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(kind: str, value: Any, words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        shaped(kind, value)
    assert refused.value.description == f"Bad Request: {words}"


def test_a_value_without_a_type_is_left_to_its_parameter() -> None:
    with pytest.raises(MisfitError, match="must be of type Array"):
        shaped("Array of Integer", 5)
