"""Real Telethon objects in, incoming posts out; no server."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from telethon.tl import types

from monitor.telegram.convert import incoming_post

DATE = datetime(2025, 7, 1, 12, 30, tzinfo=UTC)


def message(text: str = "Пожар в Баку", **fields: Any) -> types.Message:
    return types.Message(id=7, peer_id=types.PeerChannel(1001), date=DATE, message=text, post=True, **fields)


def rich(text: str) -> types.TextPlain:
    return types.TextPlain(text)


def plain(text: str) -> types.TextWithEntities:
    return types.TextWithEntities(text, [])


def poll(question: str, *options: str) -> types.MessageMediaPoll:
    answers = [types.PollAnswer(plain(option), bytes([number])) for number, option in enumerate(options)]
    return types.MessageMediaPoll(types.Poll(1, plain(question), answers, 0), types.PollResults())


def web_page(url: str) -> types.MessageMediaWebPage:
    return types.MessageMediaWebPage(types.WebPage(1, url, url.removeprefix("https://"), 0))


def document(*attributes: Any) -> types.Document:
    return types.Document(1, 1, b"", DATE, "application/pdf", 10, 2, list(attributes))


def test_the_title_of_a_linked_page_and_what_stands_under_a_post_are_kept() -> None:
    page = types.MessageMediaWebPage(types.WebPage(1, "https://a.org", "a.org", 0, title="Пожар потушен"))
    counts = [
        types.ReactionCount(types.ReactionEmoji("👍"), 5),
        types.ReactionCount(types.ReactionCustomEmoji(77), 2),
        types.ReactionCount(types.ReactionPaid(), 1),
    ]
    post = incoming_post(message(media=page, forwards=3, reactions=types.MessageReactions(counts)))
    assert post is not None
    assert (post.preview, post.forwards, post.reactions) == ("Пожар потушен", 3, {"👍": 5, "77": 2, "⭐": 1})


def test_a_post_keeps_its_bare_channel_id_its_time_and_its_text() -> None:
    post = incoming_post(message(views=12, grouped_id=99))
    assert post is not None
    assert (post.channel_id, post.message_id, post.date, post.text) == (1001, 7, DATE, "Пожар в Баку")
    assert (post.views, post.grouped_id, post.edit_date, post.forward) == (12, 99, None, None)


@pytest.mark.parametrize(
    "other",
    [
        types.MessageService(8, types.PeerChannel(1001), DATE, types.MessageActionPinMessage()),
        types.MessageEmpty(9, types.PeerChannel(1001)),
        types.Message(id=7, peer_id=types.PeerUser(5), date=DATE, message="private"),
    ],
)
def test_what_is_no_post_of_a_channel_is_not_converted(other: Any) -> None:
    assert incoming_post(other) is None


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (types.MessageEntityBold(0, 5), {"type": "bold"}),
        (types.MessageEntityItalic(0, 5), {"type": "italic"}),
        (types.MessageEntityUnderline(0, 5), {"type": "underline"}),
        (types.MessageEntityStrike(0, 5), {"type": "strikethrough"}),
        (types.MessageEntitySpoiler(0, 5), {"type": "spoiler"}),
        (types.MessageEntityCode(0, 5), {"type": "code"}),
        (types.MessageEntityPre(0, 5, "python"), {"type": "pre", "language": "python"}),
        (types.MessageEntityPre(0, 5, ""), {"type": "pre"}),
        (types.MessageEntityTextUrl(0, 5, "https://a.org"), {"type": "text_link", "url": "https://a.org"}),
        (types.MessageEntityBlockquote(0, 5), {"type": "blockquote"}),
        (types.MessageEntityBlockquote(0, 5, collapsed=True), {"type": "expandable_blockquote"}),
        (types.MessageEntityCustomEmoji(0, 5, 123), {"type": "custom_emoji", "custom_emoji_id": "123"}),
        (types.MessageEntityUrl(0, 5), {"type": "url"}),
        (types.MessageEntityMention(0, 5), {"type": "mention"}),
        (types.MessageEntityHashtag(0, 5), {"type": "hashtag"}),
        (types.MessageEntityCashtag(0, 5), {"type": "cashtag"}),
        (types.MessageEntityEmail(0, 5), {"type": "email"}),
        (types.MessageEntityPhone(0, 5), {"type": "phone_number"}),
        (types.MessageEntityBotCommand(0, 5), {"type": "bot_command"}),
        (
            types.MessageEntityFormattedDate(0, 5, DATE, day_of_week=True, long_date=True, short_time=True),
            {"type": "date_time", "unix_time": int(DATE.timestamp()), "date_time_format": "wDt"},
        ),
    ],
)
def test_every_entity_of_telegram_has_its_shape_of_the_bot_api(entity: Any, expected: dict[str, Any]) -> None:
    post = incoming_post(message(entities=[entity]))
    assert post is not None
    assert post.entities == ({**expected, "offset": 0, "length": 5},)


@pytest.mark.parametrize(
    "entity",
    [
        types.MessageEntityMentionName(0, 5, user_id=42),
        types.MessageEntityBankCard(0, 5),
        types.MessageEntityBold(100, 5),
        types.MessageEntityBold(-1, 5),
        types.MessageEntityBold(0, 0),
    ],
)
def test_an_entity_that_no_bot_can_send_is_dropped(entity: Any) -> None:
    post = incoming_post(message(entities=[entity]))
    assert post is not None
    assert post.entities == ()


def test_offsets_count_utf16_units_and_an_overhang_is_clipped() -> None:
    post = incoming_post(message("🔥🔥 ok", entities=[types.MessageEntityBold(5, 50), types.MessageEntityItalic(2, 2)]))
    assert post is not None
    assert [(each["offset"], each["length"]) for each in post.entities] == [(5, 2), (2, 2)]


@pytest.mark.parametrize(
    ("media", "kinds"),
    [
        (types.MessageMediaPhoto(), ("photo",)),
        (types.MessageMediaDocument(document=document(types.DocumentAttributeVideo(1.0, 2, 2))), ("video",)),
        (types.MessageMediaDocument(round=True), ("video",)),
        (types.MessageMediaDocument(document=document()), ("file",)),
        (web_page("https://a.org"), ("link",)),
        (poll("?", "yes"), ("poll",)),
        (types.MessageMediaPaidMedia(1, [types.MessageExtendedMediaPreview(video_duration=3)]), ("video",)),
        (types.MessageMediaPaidMedia(1, [types.MessageExtendedMedia(types.MessageMediaPhoto())]), ("photo",)),
        (types.MessageMediaGeo(types.GeoPointEmpty()), ()),
    ],
)
def test_the_kind_of_media_is_named(media: Any, kinds: tuple[str, ...]) -> None:
    post = incoming_post(message(media=media))
    assert post is not None
    assert post.media == kinds


def test_an_address_in_the_text_makes_the_post_have_a_link() -> None:
    post = incoming_post(message("a.org", media=types.MessageMediaPhoto(), entities=[types.MessageEntityUrl(0, 5)]))
    assert post is not None
    assert post.media == ("photo", "link")


def test_hidden_addresses_are_collected_once_and_visible_ones_are_not() -> None:
    row = types.KeyboardButtonRow([types.KeyboardInlineButton("Read", types.InlineButtonTypeUrl("https://c.org"))])
    post = incoming_post(
        message(
            "see b.org here",
            entities=[
                types.MessageEntityTextUrl(0, 3, "https://a.org"),
                types.MessageEntityTextUrl(10, 4, "https://a.org"),
            ],
            media=web_page("https://b.org"),
            reply_markup=types.ReplyInlineMarkup([row]),
        )
    )
    assert post is not None
    assert post.links == ("https://a.org", "https://c.org")


def test_the_question_and_the_options_of_a_poll_are_its_text() -> None:
    post = incoming_post(message("", media=poll("Кто победит?", "Нефтчи", "Карабах")))
    assert post is not None
    assert post.text == "Кто победит?\nНефтчи\nКарабах"


def test_a_rich_message_is_read_block_by_block() -> None:
    link = types.TextUrl(rich("ссылка"), "https://a.org", 0)
    blocks = [
        types.PageBlockTitle(rich("Главное")),
        types.PageBlockParagraph(types.TextConcat([rich("Тут "), types.TextBold(link)])),
        types.PageBlockList([types.PageListItemText(rich("раз")), types.PageListItemText(rich("два"))]),
        types.PageBlockDivider(),
    ]
    post = incoming_post(message("", rich_message=types.RichMessage(blocks, [types.PhotoEmpty(1)], [])))
    assert post is not None
    assert (post.text, post.links, post.media) == ("Главное\nТут ссылка\nраз\nдва", ("https://a.org",), ("photo",))


def test_a_forward_keeps_its_origin_as_plain_json() -> None:
    header = types.MessageFwdHeader(DATE, from_id=types.PeerChannel(55), channel_post=3, post_author="Редактор")
    post = incoming_post(message(fwd_from=header))
    assert post is not None
    assert post.forward is not None
    expected = {"channel_id": 55, "message_id": 3, "name": "Редактор", "date": "2025-07-01T12:30:00+00:00"}
    assert json.loads(json.dumps(post.forward)) == expected


def test_a_forward_from_a_hidden_person_keeps_the_name_alone() -> None:
    post = incoming_post(message(fwd_from=types.MessageFwdHeader(DATE, from_name="Кто-то")))
    assert post is not None
    assert post.forward == {"name": "Кто-то", "date": "2025-07-01T12:30:00+00:00"}


@pytest.mark.parametrize(("hidden", "expected"), [(None, DATE), (True, None)])
def test_an_edit_counts_unless_telegram_hides_it(hidden: bool | None, expected: datetime | None) -> None:
    post = incoming_post(message(edit_date=DATE, edit_hide=hidden))
    assert post is not None
    assert post.edit_date == expected
