"""Alerts and pages of results hold what Telegram accepts, whatever the post holds."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from aiogram.types import InlineKeyboardMarkup, MessageEntity
from hypothesis import given
from hypothesis import strategies as st

from bot import views
from bot.i18n import translator
from bot.views import Rendered
from monitor.coverage import Covered
from monitor.models import Channel, Post, Search, Topic
from monitor.search import FoundPost, Page

L10N = translator("en")
CHANNEL = Channel(id=10, username="ostorozhno_novosti", title="Осторожно, новости")
DATE = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)

texts = st.text(alphabet=st.sampled_from("аб 😀\n"), max_size=40)
long_texts = st.builds(str.__mul__, texts, st.integers(1, 300))
offsets = st.integers(-5, 120)
kinds = st.sampled_from(["bold", "italic", "code", "spoiler"])
entities = st.lists(st.fixed_dictionaries({"type": kinds, "offset": offsets, "length": offsets}), max_size=8)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)


def post(text: str, formatting: list[dict[str, Any]] | None = None, **fields: Any) -> Post:
    known = {
        "id": 1,
        "album_id": fields.get("id", 1),
        "message_id": 5,
        "date": DATE,
        "media": [],
        "forward": None,
        "edited_at": None,
        "stored_at": DATE,
    }
    return Post(**{**known, **fields}, text=text, entities=formatting or [])


def kept(query: str, number: int = 1) -> Search:
    return Search(id=number, query=query, filters={})


def marked(rendered: Rendered, kind: str) -> list[str]:
    return [entity.extract_from(rendered.text) for entity in rendered.entities if entity.type == kind]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cross(one: MessageEntity, other: MessageEntity) -> bool:
    first, second = sorted((one, other), key=lambda entity: (entity.offset, -entity.length))
    return second.offset < first.offset + first.length < second.offset + second.length


def assert_acceptable(rendered: Rendered) -> None:
    """Within 4,096 units, each entity on whole characters inside the text, any two nested or apart."""
    assert 0 < units(rendered.text) <= 4096
    assert rendered.text == rendered.text.strip()
    assert len(rendered.entities) <= 100
    for entity in rendered.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= entity.offset + entity.length <= units(rendered.text)
        entity.extract_from(rendered.text).encode("utf-8")
    assert not any(cross(one, other) for one, other in combinations(rendered.entities, 2))


def test_an_alert_shows_the_channel_the_topics_the_words_and_the_way_to_the_post() -> None:
    rendered = views.alert(post("😀 Взрыв в Баку"), CHANNEL, [(2, 7), (10, 14)], [Topic(id=1, name="взрыв баку")], L10N)
    assert marked(rendered, "bold") == ["Осторожно, новости", "Взрыв", "Баку"]
    assert marked(rendered, "italic") == ["взрыв баку"]
    links = [entity.url for entity in rendered.entities if entity.type == "text_link"]
    assert links == ["https://t.me/ostorozhno_novosti", "https://t.me/ostorozhno_novosti/5"]
    (time,) = [entity for entity in rendered.entities if entity.type == "date_time"]
    assert time.unix_time == DATE.timestamp()


def test_topics_of_an_alert_whose_names_have_commas_are_told_apart() -> None:
    topics = [Topic(id=1, name="Баку, порт"), Topic(id=2, name="взрыв")]
    assert marked(views.alert(post("Взрыв"), CHANNEL, [], topics, L10N), "italic") == ["Баку, порт · взрыв"]


def test_an_alert_says_that_a_post_was_found_late() -> None:
    assert "late" not in views.alert(post("Взрыв", stored_at=DATE + timedelta(minutes=1)), CHANNEL, [], [], L10N).text
    assert "late" in views.alert(post("Взрыв", stored_at=DATE + timedelta(minutes=10)), CHANNEL, [], [], L10N).text


def test_a_post_keeps_its_own_formatting() -> None:
    formatting = [
        {"type": "text_link", "offset": 3, "length": 5, "url": "https://example.org/?a=1&b=<2>"},
        {"type": "pre", "offset": 9, "length": 4, "language": "python"},
    ]
    rendered = views.alert(post("😀 <b>&a code", formatting), CHANNEL, [(2, 4), (8, 12)], [], L10N)
    assert "<b>&a" in rendered.text
    assert "https://example.org/?a=1&b=<2>" in [entity.url for entity in rendered.entities]
    assert [entity.language for entity in rendered.entities if entity.type == "pre"] == ["python"]
    assert marked(rendered, "bold") == ["Осторожно, новости", "<b"], "code may hold no other formatting"


def test_a_long_post_is_cut_at_a_word_and_led_to() -> None:
    rendered = views.alert(post("слово 😀 " * 2000), CHANNEL, [(0, 5)], [], L10N)
    assert_acceptable(rendered)
    assert units(rendered.text) > 4000
    assert rendered.text.splitlines()[-3].endswith((" слово …", " 😀 …"))


def test_a_post_without_text_still_makes_an_alert() -> None:
    rendered = views.alert(post("", media=["photo"]), CHANNEL, [], [], L10N, album=3)
    assert_acceptable(rendered)
    assert L10N("alert-album", count=3) in rendered.text
    assert rendered.link_preview.url == "https://t.me/ostorozhno_novosti/5"


def test_a_channel_without_a_username_is_reached_by_its_id() -> None:
    rendered = views.alert(post("text"), Channel(id=77, username=None, title="T"), [], [], L10N)
    assert [e.url for e in rendered.entities if e.type == "text_link"] == ["https://t.me/c/77/5"]


@given(long_texts, entities, spans)
def test_no_text_and_no_entities_make_an_alert_that_telegram_refuses(
    text: str, formatting: list[dict[str, Any]], matched: list[tuple[int, int]]
) -> None:
    topics = [Topic(id=1, name="тема " * 20) for _ in range(7)]
    assert_acceptable(views.alert(post(text, formatting), CHANNEL, matched, topics, L10N, album=2))


@pytest.mark.parametrize(
    "entity", [{}, {"type": "bold"}, {"type": "bold", "offset": "0", "length": 1}, {"offset": 0, "length": 2}]
)
def test_an_entity_that_lacks_something_is_left_out(entity: dict[str, Any]) -> None:
    assert marked(views.alert(post("text", [entity]), CHANNEL, [], [], L10N), "bold") == [CHANNEL.title]


@given(st.lists(st.tuples(long_texts, spans), min_size=1, max_size=5))
def test_a_page_of_results_is_one_that_telegram_accepts(found: list[tuple[str, list[tuple[int, int]]]]) -> None:
    page = Page([FoundPost(post(text), CHANNEL, matched) for text, matched in found], next=2**43)
    rendered = views.results(page, kept("запрос " * 200, 10**9), 10**6, L10N)
    assert_acceptable(rendered)
    assert len(rendered.reply_markup.inline_keyboard[0]) == 2  # type: ignore[union-attr]


def test_a_result_shows_the_words_found_far_into_a_post() -> None:
    text = "начало " * 100 + "взрыв" + " конец" * 100
    rendered = views.results(Page([FoundPost(post(text), CHANNEL, [(700, 705)])], None), kept("взрыв"), 1, L10N)
    assert marked(rendered, "bold") == ["взрыв", "взрыв"]
    assert rendered.text.count("…") == 2


def test_lists_too_long_for_one_message_say_how_much_is_missing() -> None:
    rendered = views.channels([Covered(Channel(id=n, username="u" * 32, title="Т" * 200)) for n in range(300)], L10N)
    assert_acceptable(rendered)
    shown = rendered.text.count("📢")
    assert rendered.text.endswith(L10N("list-more", count=300 - shown))


def test_of_very_many_muted_channels_as_many_can_be_heard_again_as_a_message_has_room_for() -> None:
    muted = range(300)
    rendered = views.channels([Covered(Channel(id=n, title=f"{n}")) for n in muted], L10N, muted=muted)
    assert isinstance(rendered.reply_markup, InlineKeyboardMarkup)
    assert 50 < len(rendered.reply_markup.inline_keyboard) <= 100


def test_a_notice_tells_what_became_of_a_wish() -> None:
    assert "Баку" in views.notice("watch_joined", {"title": "Баку"}, L10N).text
    assert views.notice("channel_private", {}, L10N).text == L10N("error-channel_private")
    assert views.notice("error-session_revoked", {}, L10N).text == L10N("error-session_revoked")


def test_more_than_a_thousand_answers_are_not_counted() -> None:
    page = Page([FoundPost(post("взрыв"), CHANNEL, [(0, 5)])], None)
    assert "🔎 взрыв · 1,000 posts" in views.results(page, kept("взрыв"), 1, L10N, 1000).text
    assert "🔎 взрыв · more than 1,000 posts" in views.results(page, kept("взрыв"), 1, L10N, 1001).text


def test_a_page_without_answers_yet_offers_to_go_on() -> None:
    rendered = views.results(Page([], 77), kept("/взр/"), 1, L10N)
    assert rendered.text == f"🔎 /взр/\n\n{L10N('search-further')}"
    assert rendered.reply_markup is not None
