"""Posts that break messages: each is shown so that Telegram takes it, cut at a word, with the way to the whole of it."""

from typing import Any

import pytest

from bot import views
from bot.i18n import translator
from bot.views import Rendered, Repeat, Shown, Since
from monitor.incoming import stored_text
from monitor.models import Channel, Post, Topic, Translation
from tests.bot.test_views import assert_acceptable, post, units

L10N = translator("en")
CHANNEL = Channel(id=10, username="ostorozhno_novosti", title="Осторожно, новости 😀")
LOUD = Channel(id=11, username="loud", title="😀🇦🇿" * 32)
LINK = "https://t.me/ostorozhno_novosti/5"
TOPIC = [Topic(id=1, name="взрыв")]
EMOJI, FAMILY, FLAG = "😀", "👨\u200d👩\u200d👧", "🇦🇿"
ARABIC = "اخبار عاجلة \u202bمن باكو\u202c "

Entities = list[dict[str, Any]]


def custom_emoji(count: int) -> Entities:
    return [
        {"type": "custom_emoji", "offset": 2 * number, "length": 2, "custom_emoji_id": "5368324170671202286"}
        for number in range(count)
    ]


def links(count: int) -> tuple[str, Entities]:
    """So many words with a link of its own each."""
    url = 'https://example.org/?q=<&>"'
    return "слово " * count, [
        {"type": "text_link", "offset": 6 * number, "length": 5, "url": f"{url}{number}"} for number in range(count)
    ]


BROKEN: dict[str, tuple[str, Entities]] = {
    "emoji": (EMOJI * 2048, []),
    "emoji of several signs": (FAMILY * 512, []),
    "flags": (FLAG * 1024, []),
    "custom emoji": (EMOJI * 2048, custom_emoji(2048)),
    "right to left": (ARABIC * 200, [{"type": "bold", "offset": 0, "length": 4000}]),
    "half a character": ("новость \ud83d и \ude00 конец", [{"type": "bold", "offset": 8, "length": 1}]),
    "an entity that halves a character": (f"{EMOJI}{EMOJI}", [{"type": "bold", "offset": 1, "length": 2}]),
    "a hundred links": links(100),
    "a hundred plain links": ("https://example.org/path?a=1&b=2 " * 100, []),
    "longer than a message": ("слово " * 3000, [{"type": "italic", "offset": 100, "length": 17_000}]),
    "one word longer than a message": ("а" * 9000, []),
    "entities crossing": ("слово слово слово", [{"type": kind, "offset": 3 * place, "length": 8}
                                                for place, kind in enumerate(("bold", "code", "spoiler"))]),
    "nothing": ("", []),
    "what looks like markup": ("<b>Баку</b> & [x](tg://user?id=1) `**`", []),
}  # fmt: skip


def changed(broken: Post) -> Post:
    """The post after an edit and a deletion."""
    return post(broken.text, broken.entities, album_id=1, edited_at=broken.date, deleted_at=broken.date)


def shown(broken: Post) -> Shown:
    return Shown(broken, CHANNEL, [(0, 3)], TOPIC)


def drawn(broken: Post) -> dict[str, Rendered]:
    """The post in every message that shows posts."""
    told = [Repeat(broken, LOUD), *[Repeat(broken, CHANNEL)] * 200]
    return {
        "alert": views.alert(broken, CHANNEL, [(0, 3)], TOPIC, L10N),
        "edited": views.alert(changed(broken), CHANNEL, [(0, 3)], TOPIC, L10N, since=Since("было " * 800)),
        "an edit of one letter": views.alert(
            changed(broken), CHANNEL, [(0, 3)], TOPIC, L10N, since=Since(f"{broken.text}а", matches=False)
        ),
        "deleted and told by others": views.alert(
            changed(broken), LOUD, [(0, 3)], TOPIC, L10N, again=True, since=Since(repeats=told)
        ),
        "timeline": views.timeline(told, L10N, told),
        "translation": views.translation(broken, CHANNEL, Translation(text=broken.text), L10N),
        "joined": views.joined([shown(broken)] * 5, L10N),
        "digest": views.digest([shown(broken)] * 5, L10N)[0],
    }


def links_of(rendered: Rendered) -> list[str]:
    return [entity.url or "" for entity in rendered.entities if entity.type == "text_link"]


@pytest.mark.parametrize("name", BROKEN)
def test_telegram_takes_it_and_it_leads_to_the_whole(name: str) -> None:
    text, formatting = BROKEN[name]
    for kind, rendered in drawn(post(stored_text(text), formatting)).items():
        assert_acceptable(rendered)
        assert any(way.endswith("/5") for way in links_of(rendered)), kind


@pytest.mark.parametrize("channel", [CHANNEL, LOUD])
def test_a_caption_is_no_longer_than_telegram_takes(channel: Channel) -> None:
    rendered = views.pictures(post("слово"), channel, L10N)
    assert_acceptable(rendered)
    assert units(rendered.text) <= 1024


@pytest.mark.parametrize("name", ["emoji", "flags", "custom emoji", "right to left", "longer than a message"])
def test_as_much_is_shown_as_there_is_room_for(name: str) -> None:
    text, formatting = BROKEN[name]
    rendered = views.alert(post(text * 2, formatting), CHANNEL, [], [], L10N)
    assert units(rendered.text) > 3900
    assert " …" in rendered.text


def test_the_cut_stands_behind_a_word_and_formatting_ends_with_it() -> None:
    text, formatting = BROKEN["longer than a message"]
    rendered = views.alert(post(text, formatting), CHANNEL, [], [], L10N)
    end = rendered.text.index(" …")
    assert rendered.text[:end].endswith("слово")
    (italic,) = [entity for entity in rendered.entities if entity.type == "italic" and entity.length > 100]
    assert italic.extract_from(rendered.text).endswith("слово")


@pytest.mark.parametrize("sign", ["👨‍👩‍👧‍👦", "🇺🇦", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "क्षि", "שָׁ", "и\u0306"])
def test_no_sign_is_cut_in_two(sign: str) -> None:
    for lead in range(len(sign) + 1):
        text = "я" * lead + sign * 3000
        _, shown, _ = views.alert(post(text), CHANNEL, [], [], L10N).text.split("\n\n")
        kept = shown.removesuffix(" …").removeprefix("я" * lead)
        assert kept == sign * (len(kept) // len(sign))


def test_of_marks_without_end_as_many_are_shown_as_there_is_room_for() -> None:
    rendered = views.alert(post("a" + "\u0301" * 5000), CHANNEL, [], [], L10N)
    assert units(rendered.text) > 3900


def test_custom_emoji_and_links_keep_what_they_stand_on() -> None:
    text, formatting = BROKEN["a hundred links"]
    rendered = views.alert(post(text, formatting), CHANNEL, [], [], L10N)
    found = [entity for entity in rendered.entities if entity.url and entity.url.startswith("https://example.org")]
    assert {entity.extract_from(rendered.text) for entity in found} == {"слово"}
    assert 90 <= len(found) < 100, "Telegram takes a hundred, of which the message itself needs some"
    assert rendered.entities[-1].url == LINK
    rendered = views.alert(post(EMOJI * 9, custom_emoji(9)), CHANNEL, [], [], L10N)
    custom = [entity for entity in rendered.entities if entity.type == "custom_emoji"]
    assert [entity.extract_from(rendered.text) for entity in custom] == [EMOJI] * len(custom)
