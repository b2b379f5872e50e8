"""Exports of Telegram Desktop, from bytes to rows."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor import channels
from monitor.channels import Joined
from monitor.database import Sessions
from monitor.desktop import stream
from monitor.desktop.importing import Imported, import_export
from monitor.desktop.reading import Export, NotAChannelExportError, NotAnExportError, is_export
from monitor.desktop.stream import BrokenFileError, Stream
from monitor.desktop.texts import flatten
from monitor.models import Channel, Delivery, Match, Post
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

DATA = Path(__file__).parents[2] / "data"
CHANNEL = (DATA / "channel_export.json").read_bytes()
ACCOUNT = (DATA / "account_export.json").read_bytes()


async def imported(sessions: Sessions, data: bytes | Export) -> Imported:
    opened = data if isinstance(data, Export) else Export(io.BytesIO(data))
    return await import_export(sessions, opened, NOW, lambda _bytes, _posts: None, processes=1)


async def posts(sessions: Sessions) -> dict[int, Post]:
    async with sessions() as session:
        return {post.message_id: post for post in await session.scalars(select(Post))}


async def count(sessions: Sessions, model: type) -> int:
    async with sessions() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


def export(*messages: Any, **header: Any) -> bytes:
    head = {"name": "Канал", "type": "public_channel", "id": 77} | header
    return json.dumps({**head, "messages": messages}).encode()


def message(number: int, text: Any = "", **fields: Any) -> dict[str, Any]:
    return {"id": number, "type": "message", "date_unixtime": "1704107100", "text": text} | fields


async def test_every_kind_of_message_becomes_its_post(sessions: Sessions) -> None:
    done = await imported(sessions, CHANNEL)
    stored = await posts(sessions)
    assert (done.posts.new, done.service, done.unsupported, done.broken) == (9, 1, 1, None)
    assert stored[2].text == "🔥 Посольство закрыто: тут https://example.org/b"
    assert [(each["type"], each["offset"], each["length"]) for each in stored[2].entities] == [
        ("bold", 3, 10),
        ("text_link", 23, 3),
        ("url", 27, 21),
    ]
    assert (stored[2].media, stored[2].links) == (["link"], ["https://example.org/a"])
    assert stored[2].date == datetime(2024, 1, 1, 11, 5, tzinfo=UTC)
    assert stored[2].edited_at == datetime(2024, 1, 1, 11, 15, tzinfo=UTC)
    assert stored[6].forward == {"channel_id": 987, "name": "Репортёр"}
    assert stored[6].text == "Переслано\x0bс управляющим знаком"
    assert (stored[7].text, stored[7].media) == ("Вы за?\nДа\nНет", ["poll"])
    assert (stored[8].text, stored[8].media) == ("", ["file"])
    assert stored[10].date == datetime(1970, 1, 1, tzinfo=UTC)
    assert stored[99999999999].text == "Большой номер"


async def test_parts_of_an_album_are_found_by_second_and_number(sessions: Sessions) -> None:
    await imported(sessions, CHANNEL)
    stored = await posts(sessions)
    assert stored[3].album_id == stored[4].album_id == stored[3].id
    assert stored[5].album_id == stored[5].id
    assert (stored[3].media, stored[4].media) == (["photo"], ["video"])


async def test_two_pictures_with_a_caption_each_are_two_posts(sessions: Sessions) -> None:
    await imported(sessions, export(message(1, "Первый", photo="a.jpg"), message(2, "Второй", photo="b.jpg")))
    assert [post.grouped_id for post in (await posts(sessions)).values()] == [None, None]


async def test_an_import_is_matched_and_alerts_nobody_and_may_be_repeated(sessions: Sessions) -> None:
    await subscribe(sessions, "посольство")
    await imported(sessions, CHANNEL)
    again = await imported(sessions, CHANNEL)
    assert (again.posts.new, again.posts.edited, again.posts.unchanged) == (0, 0, 9)
    assert await count(sessions, Match) == 1
    assert await count(sessions, Delivery) == 0


async def test_of_an_account_only_the_channels_are_taken(sessions: Sessions) -> None:
    opened = Export(io.BytesIO(ACCOUNT))
    done = await imported(sessions, opened)
    assert (done.posts.new, opened.left_out, opened.found) == (2, 2, 2)
    async with sessions() as session:
        found = await session.execute(select(Channel.id, Channel.title, Channel.watched).order_by(Channel.id))
        assert found.all() == [(555, "Новости", False), (556, "Старый канал", False)]


async def test_a_private_chat_is_refused(sessions: Sessions) -> None:
    done = await imported(sessions, export(message(1, "личное"), type="personal_chat"))
    assert isinstance(done.broken, NotAChannelExportError)
    assert await count(sessions, Post) == 0


async def test_other_json_is_no_export(sessions: Sessions) -> None:
    assert isinstance((await imported(sessions, b'{\n "a": [1, {"b": 2}]}')).broken, NotAnExportError)


@pytest.mark.parametrize("end", range(200, len(CHANNEL), 97))
async def test_what_stands_before_a_break_is_stored(sqlite_sessions: Sessions, end: int) -> None:
    done = await imported(sqlite_sessions, CHANNEL[:end])
    assert isinstance(done.broken, BrokenFileError)
    whole = [each for each in (2, 3, 4, 5, 6, 7, 8) if CHANNEL.index(b'{"id": %d,' % (each + 1)) <= end]
    assert set(whole) <= (await posts(sqlite_sessions)).keys()


async def test_the_byte_where_a_file_breaks_is_told_whatever_stands_before(sessions: Sessions) -> None:
    good = (
        b'\xef\xbb\xbf{\n "type": "public_channel", "id": 5, "messages": ['
        + json.dumps(message(1, "Ж\x0b🔥"), ensure_ascii=False).replace("\\u000b", "\\x0B").encode()
    )
    done = await imported(sessions, good + b", garbage]}")
    assert isinstance(done.broken, BrokenFileError)
    assert done.broken.params["byte"] == len(good) + 2
    assert [post.text for post in (await posts(sessions)).values()] == ["Ж\x0b🔥"]


async def test_a_message_without_sense_is_counted_named_and_passed_over(sessions: Sessions) -> None:
    bad = [None, 5, [], {}, message(0), message(1 << 70), message(3, date_unixtime="never"), message(4) | {"id": "4"}]
    bad += [message(5, date_unixtime="99999999999999999"), message(6) | {"type": "surprise"}]
    bad += [message(7) | {"id": True}]
    opened = Export(io.BytesIO(export(*bad, message(9, {"odd": 1}, poll=[], media_type=7, views=1 << 40))))
    done = await imported(sessions, opened)
    assert (done.posts.new, opened.misfits.count, done.broken) == (1, len(bad), None)
    assert opened.misfits.first[0] == "a message: it is no object"


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ((b'"text": "two"', b'"text": "two'), "never closed"),
        ((b'"text": "two"', b'"text" "two"'), "no colon"),
        ((b'"two"}, {', b'"two" {'), "no comma"),
        ((b'"two"}', b'"two"}}]'), "too many ends"),
        ((b'"text": "two"', b'"text": \x00\xff\xfe'), "other bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_damaged_message_costs_no_other(
    sqlite_sessions: Sessions, damage: tuple[bytes, bytes], why: str
) -> None:
    data = export(*(message(number, word) for number, word in enumerate(("one", "two", "three", "four"), start=1)))
    data = data.replace(*damage)
    opened = Export(io.BytesIO(data))
    done = await imported(sqlite_sessions, opened)
    assert {1, 3, 4} <= (await posts(sqlite_sessions)).keys(), why
    assert (opened.misfits.count, done.broken) == (1, None)
    assert opened.misfits.first[0].endswith(": it is damaged")


async def test_a_damaged_message_is_passed_over_wherever_the_window_ends(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 61)
    monkeypatch.setattr(stream, "LARGEST", 2_000)
    data = export(*(message(number, f"the {number}th") for number in range(1, 60)))
    opened = Export(io.BytesIO(data.replace(b'"the 7th"', b'"the 7th').replace(b'"the 30th"', b"the")))
    await imported(sqlite_sessions, opened)
    assert set(range(1, 60)) - (await posts(sqlite_sessions)).keys() == {7, 30}
    assert opened.misfits.count == 2


async def test_half_a_character_does_not_stop_the_rest(sessions: Sessions) -> None:
    data = export(message(1, "a\ud83db"), message(2, "после"), name="Кан\udfffал").replace(b"after", b"\xff")
    await imported(sessions, data.replace(b'"text": "a', b'"text": "\xff'))
    assert [post.text for post in (await posts(sessions)).values()] == ["\ufffd\ufffdb", "после"]
    async with sessions() as session:
        assert await session.scalar(select(Channel.title)) == "Кан\ufffdал"


async def test_what_telegram_told_is_not_replaced_by_what_an_export_tells(sessions: Sessions) -> None:
    await watch(sessions, 77)
    await arrive(sessions, arrival(1, "Текст", channel_id=77, entities=({"type": "bold", "offset": 0, "length": 5},)))
    same = await imported(sessions, export(message(1, "Текст")))
    assert (same.posts.edited, same.posts.unchanged) == (0, 1)
    edit = await imported(sessions, export(message(1, "Текст исправлен", edited_unixtime="1904107100")))
    assert edit.posts.edited == 1
    assert (await posts(sessions))[1].version == 2


async def test_a_channel_known_from_an_export_is_watched_from_its_newest_post(sessions: Sessions) -> None:
    await imported(sessions, export(message(1, "Старое")))
    async with sessions.begin() as session:
        await channels.join(session, "main", Joined(77, "kanal", "Канал", access_hash=7, newest=500), NOW)
    async with sessions() as session:
        channel = await session.get_one(Channel, 77)
    assert (channel.cursor, channel.watched, channel.username) == (500, True, "kanal")


async def test_files_larger_than_the_window_are_read_whole(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHUNK", 61)
    assert (await imported(sqlite_sessions, CHANNEL)).posts.new == 9
    assert (await imported(sqlite_sessions, ACCOUNT)).posts.new == 2


def test_numbers_at_the_edge_of_the_window_are_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHUNK", 3)
    read = Stream(io.BytesIO(b"[1234567, 12e3 ,true]"))
    assert [read.value() for _ in read.elements()] == [1234567, 12000.0, True]


@pytest.mark.parametrize(
    "data", [b"[" * 200_000, b'{"messages": ' + b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}", b""]
)
def test_hostile_json_is_a_broken_file(data: bytes) -> None:
    with pytest.raises(BrokenFileError):
        Stream(io.BytesIO(data)).value()


def test_every_kind_of_part_has_its_place() -> None:
    parts = [
        "😀",
        {"type": "italic", "text": "и"},
        {"type": "mention_name", "text": "Имя", "user_id": 5},
        {"type": "pre", "text": "x", "language": "py"},
        {"type": "pre", "text": "y", "language": ""},
        {"type": "blockquote", "text": "z", "collapsed": True},
        {"type": "custom_emoji", "text": "🔥", "document_id": "54321"},
        {"type": "custom_emoji", "text": "🔥", "document_id": "stickers/a.webp"},
        {"type": "phone", "text": "+1"},
        {"type": "bank_card", "text": "4000"},
        {"type": "never seen", "text": "!"},
    ]
    text, entities = flatten(parts)
    assert text == "😀иИмяxyz🔥🔥+14000!"
    assert list(entities) == [
        {"type": "italic", "offset": 2, "length": 1},
        {"type": "pre", "offset": 6, "length": 1, "language": "py"},
        {"type": "pre", "offset": 7, "length": 1},
        {"type": "expandable_blockquote", "offset": 8, "length": 1},
        {"type": "custom_emoji", "offset": 9, "length": 2, "custom_emoji_id": "54321"},
        {"type": "phone_number", "offset": 13, "length": 2},
    ]


@pytest.mark.parametrize("data", [CHANNEL, ACCOUNT, export(message(1)), b"\xef\xbb\xbf" + CHANNEL])
def test_an_export_is_known_by_its_beginning(data: bytes) -> None:
    assert is_export(data[:4096])


@pytest.mark.parametrize(
    "data", [b"", b'{"channel": "a", "id": 1, "date": "2024", "text": "\\"messages\\": ["}\n', b"text"]
)
def test_other_files_are_no_exports(data: bytes) -> None:
    assert not is_export(data)
