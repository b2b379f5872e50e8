"""The control interface over HTTP, as a test in another language would use it, and replay through it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.faults import MTPROTO_KINDS
from sandbox.replay import Replay, ReplayError
from sandbox.telegram import Sandbox

TOKEN = "4242:loopback"


class Remote:
    """The control interface of a sandbox."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._http = http

    async def __call__(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, f"{self.sandbox.control_url}/control/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def mistake(self, method: str, path: str, **request: Any) -> str:
        async with self._http.request(method, f"{self.sandbox.control_url}/control/{path}", **request) as answer:
            assert answer.status == 400
            return str((await answer.json())["error"])


@pytest.fixture
async def control() -> AsyncIterator[Remote]:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        sandbox.add_bot(TOKEN)
        yield Remote(sandbox, http)


async def test_a_channel_is_written_and_read(control: Remote) -> None:
    await control("POST", "channels", {"username": "news", "title": "News"})
    first = await control("POST", "posts", {"channel": "news", "text": "один", "media": ["link", "photo"], "views": 7})
    more = await control(
        "POST", "posts", [{"channel": "@news", "text": "два", "forward": {"channel": "news", "id": first["id"]}}] * 2
    )
    album = await control("POST", "albums", {"channel": "news", "caption": "альбом", "photos": 3})
    await control("PATCH", f"posts/news/{more['ids'][0]}", {"text": "два!", "views": 100, "reactions": {"🔥": 5}})
    assert await control("DELETE", f"posts/news/{first['id']}") == {"deleted": [1]}
    found = await control("GET", "channels/news/posts")
    assert [post["text"] for post in found["posts"]] == ["два!", "два", "альбом", "", ""]
    assert found["deleted"] == [1]
    assert len({post["grouped_id"] for post in found["posts"] if post["id"] in album["ids"]}) == 1
    assert (found["posts"][0]["views"], found["posts"][0]["edited"]) == (100, True)


async def test_people_talk_and_press(control: Remote) -> None:
    bot = control.sandbox.chats.bots[TOKEN]
    person = await control("POST", "people", {"name": "Leyla", "language_code": "ru"})
    await control("POST", "say", {"name": "Leyla", "text": "/start"})
    markup = {"inline_keyboard": [[{"text": "да", "callback_data": "yes"}]]}
    sent = control.sandbox.chats.send(bot, control.sandbox.chats.chats[person["id"]], text="?", reply_markup=markup)
    await control("POST", "press", {"name": "Leyla", "message_id": sent["message_id"], "data": "yes"})
    asked = await control("POST", "inline", {"name": "Leyla", "query": "баку"})
    assert await control("GET", f"inline/{asked['id']}") is None
    group = await control("POST", "groups", {"title": "Редакция", "members": ["Leyla"], "basic": True})
    grown = await control("POST", f"groups/{group['id']}/promote", {"name": "Leyla"})
    await control("POST", "say", {"name": "Leyla", "text": "/help", "chat": grown["id"]})
    await control("POST", "block", {"name": "Leyla", "blocked": True})
    kinds = [next(kind for kind in update if kind != "update_id") for update in bot.updates]
    assert kinds == ["message", "callback_query", "inline_query", "message", "message", "message", "my_chat_member"]
    chat = await control("GET", "chats/Leyla")
    assert [message["text"] for message in chat["messages"]] == ["/start", "?"]


async def test_what_goes_wrong_is_switched_from_outside(control: Remote) -> None:
    for kind in sorted(MTPROTO_KINDS):
        await control("POST", "faults", {"kind": kind, "seconds": 3})
    assert {fault["kind"] for fault in await control("GET", "faults")} == MTPROTO_KINDS
    await control("DELETE", "faults")
    assert await control("GET", "faults") == []
    await control("POST", "clock", {"skew": 3600})
    assert control.sandbox.faults.clock_skew.total_seconds() == 3600
    await control("POST", "limits", {"on": True})
    assert control.sandbox.bot_api.limits.on
    await control("POST", "accounts", {"phone": "+9996620009", "name": "Second", "premium": True})
    await control("POST", "channels", {"username": "news", "title": "News"})
    await control("POST", "channels/news/ban", {"phone": "+9996620009"})
    await control("POST", "accounts/revoke", {"phone": "+9996620009"})
    assert await control("POST", "accounts/cut", {"phone": "+9996620009"}) == {"cut": 0}
    assert len(control.sandbox.world.channel("news").banned) == 1


@pytest.mark.parametrize(
    ("method", "path", "request_", "words"),
    [
        ("POST", "posts", {"data": b"{"}, "The body is not JSON."),
        ("POST", "posts", {"json": 5}, "Send a post or a list of posts."),
        ("POST", "posts", {"json": {"channel": "news"}}, '"text" is missing.'),
        ("POST", "posts", {"json": {"channel": "news", "text": ""}}, "There is no channel news: add it first."),
        ("POST", "say", {"json": []}, "Send a JSON object."),
        ("POST", "share", {"json": {"name": "Leyla", "channel": "news"}}, "There is no channel news: add it first."),
        ("POST", "faults", {"json": {"kind": "earthquake"}}, "unknown kind of fault: earthquake."),
        ("POST", "accounts/revoke", {"json": {"phone": "1"}}, "There is no account 1: add it first."),
        ("POST", "accounts/accept", {"json": {"phone": "1", "token": "x"}}, "Nobody waits with this token"),
        ("GET", "chats/5", {}, "There is no chat 5."),
    ],
)
async def test_a_mistake_is_explained(
    control: Remote, method: str, path: str, request_: dict[str, Any], words: str
) -> None:
    assert (await control.mistake(method, path, **request_)).startswith(words)


async def test_a_replay_carries_what_a_line_says(control: Remote, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    lines: list[dict[str, Any]] = [
        {"id": 7, "date": "2025-07-01T09:00:01+00:00", "text": "вторая", "media": "photo", "grouped_id": 5, "views": 9},
        {"id": 3, "date": "2025-07-01T09:00:00", "text": "первая", "fwd_from": "РИА", "edit_date": "2025-07-01T10:00:00+00:00"},
        {"id": 8, "date": "2025-07-01T09:00:01+00:00", "text": "", "media": ["video"], "grouped_id": 5},
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps({"channel": "news", **line}) for line in lines))
    assert await Replay(control.sandbox.control_url, keep=True).play([file]) == 3
    posts = control.sandbox.world.channel("news").posts
    assert list(posts) == [3, 7, 8]
    assert posts[3].forward is not None
    assert posts[3].forward.name == "РИА"
    assert posts[3].edit_date is not None
    assert [media.kind for number in (7, 8) if (media := posts[number].media)] == ["photo", "video"]
    assert (posts[7].grouped_id, posts[7].views, posts[7].date.isoformat()) == (5, 9, "2025-07-01T09:00:01+00:00")
    assert await Replay(control.sandbox.control_url, rate=1000).play([file]) == 3
    assert list(posts)[3:] == [9, 10, 11]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfe", "cannot be read: it is not UTF-8."),
        (b'\n{"channel": "news"}\n', "line 2: this is not a post"),
        (b"[]\n", "line 1: this is not a post"),
    ],
)
async def test_a_file_that_cannot_be_replayed_is_named(
    control: Remote, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "posts.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ReplayError) as caught:
        await Replay(control.sandbox.control_url).play([file])
    assert str(file) in str(caught.value)
    assert words in str(caught.value)


async def test_a_sandbox_that_is_not_there_is_missed_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"channel": "news", "id": 1, "date": "2025-07-01", "text": "x"}')
    with pytest.raises(ReplayError, match=r"No sandbox answers at http://127\.0\.0\.1:9"):
        await Replay("http://127.0.0.1:9").play([file])
