"""Entities and media as MTProto has them."""

from datetime import UTC, datetime

import pytest
from telethon import types

from sandbox.entities import Media, Post
from sandbox.mtproto.attachment import attachment, entity

NOW = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
KINDS = {
    "mention": types.MessageEntityMention(3, 4),
    "hashtag": types.MessageEntityHashtag(3, 4),
    "cashtag": types.MessageEntityCashtag(3, 4),
    "bot_command": types.MessageEntityBotCommand(3, 4),
    "url": types.MessageEntityUrl(3, 4),
    "email": types.MessageEntityEmail(3, 4),
    "phone_number": types.MessageEntityPhone(3, 4),
    "bold": types.MessageEntityBold(3, 4),
    "italic": types.MessageEntityItalic(3, 4),
    "underline": types.MessageEntityUnderline(3, 4),
    "strikethrough": types.MessageEntityStrike(3, 4),
    "spoiler": types.MessageEntitySpoiler(3, 4),
    "code": types.MessageEntityCode(3, 4),
    "pre": types.MessageEntityPre(3, 4, "python"),
    "text_link": types.MessageEntityTextUrl(3, 4, "https://example.org/"),
    "text_mention": types.MessageEntityMentionName(3, 4, 42),
    "custom_emoji": types.MessageEntityCustomEmoji(3, 4, 5368324170671202286),
    "blockquote": types.MessageEntityBlockquote(3, 4, collapsed=False),
    "expandable_blockquote": types.MessageEntityBlockquote(3, 4, collapsed=True),
    "date_time": types.MessageEntityFormattedDate(3, 4, NOW),
}
EXTRA = {
    "language": "python",
    "url": "https://example.org/",
    "user": {"id": 42},
    "custom_emoji_id": "5368324170671202286",
    "unix_time": int(NOW.timestamp()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_entity_keeps_its_type_place_and_extra(kind: str) -> None:
    assert entity({"type": kind, "offset": 3, "length": 4} | EXTRA).to_dict() == KINDS[kind].to_dict()


def test_an_unknown_entity_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown type"):
        entity({"type": "blink", "offset": 0, "length": 1})


def test_a_poll_and_a_web_page_can_be_written_down() -> None:
    poll = attachment(Post(1, 1, NOW, "", media=Media("poll", question="Who?", answers=("A", "B"))))
    page = attachment(Post(2, 1, NOW, "", media=Media("webpage", url="https://example.org/a")))
    assert [answer.text.text for answer in poll.poll.answers] == ["A", "B"]
    assert page.webpage.url == "https://example.org/a"
    assert bytes(poll)
    assert bytes(page)
