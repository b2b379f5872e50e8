"""Everything that can be done over HTTP."""

from typing import Any

import aiohttp
import pytest

from sandbox.faults import BOT_API_KINDS, MTPROTO_KINDS
from tests.sandbox.control.conftest import TOKEN, Remote

PHONE = "+9996620001"


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
    assert [post["text"] for post in found["posts"]] == ["один", "два!", "два", "альбом", "", ""]
    assert found["posts"][1]["versions"] == ["два", "два!"]
    assert found["posts"][1]["forward"]["message_id"] == 1
    assert found["posts"][1]["reactions"] == {"🔥": 5}
    assert found["deleted"] == [1]
    assert len({post["grouped_id"] for post in found["posts"] if post["id"] in album["ids"]}) == 1
    assert (found["posts"][1]["views"], found["posts"][1]["edited"]) == (100, True)


async def test_a_channel_is_renamed_hidden_and_ended(control: Remote) -> None:
    added = await control("POST", "channels", {"username": "news", "title": "News"})
    assert added["invite"].startswith("https://t.me/+")
    await control("PATCH", "channels/news", {"title": "Olds", "username": "olds", "noforwards": True})
    assert (await control("GET", "world"))[0]["title"] == "Olds"
    await control("PATCH", "channels/olds", {"username": None})
    assert "There is no channel olds" in await control.mistake("GET", "channels/olds/posts")
    await control("POST", "posts", {"channel": "+Olds", "text": "for members"})
    assert len((await control("GET", f"channels/{added['id']}/posts"))["posts"]) == 1
    await control("DELETE", f"channels/{added['id']}")
    assert await control("GET", "world") == []


async def test_accounts_are_listed_banned_and_pardoned(control: Remote) -> None:
    phone = {"phone": "+9996620009"}
    added = await control("POST", "accounts", {**phone, "name": "Second"})
    await control("POST", "accounts", {**phone, "name": "Second", "premium": True})
    await control("POST", "accounts/ban", {**phone, "banned": True})
    shown = {"id": added["id"], **phone, "name": "Second", "premium": True, "banned": True}
    assert await control("GET", "accounts") == [shown | {"sessions": 0, "channels": [], "code": None}]
    await control("POST", "accounts/ban", {**phone, "banned": False})
    assert not (await control("GET", "accounts"))[0]["banned"]


async def test_people_and_the_bot_come_to_a_group_and_leave_it(control: Remote) -> None:
    bot = control.sandbox.chats.bots[TOKEN]
    group = f"groups/{(await control('POST', 'groups', {'title': 'Редакция', 'admins': ['Leyla']}))['id']}/members"
    found = await control("POST", group, {"name": "Rauf", "by": "Leyla"})
    rauf = (await control("POST", "people", {"name": "Rauf"}))["id"]
    assert rauf in found["members"]
    assert bot.id in (await control("POST", group, {"name": bot.username, "by": "Leyla", "admin": True}))["admins"]
    found = await control("POST", group, {"name": bot.username, "by": "Leyla", "out": True, "banned": True})
    assert bot.id not in found["members"]


async def test_the_manual_names_every_request(control: Remote) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{control.sandbox.control_url}/control") as answer:
        manual = await answer.text()
    for path in ("channels", "posts", "accounts/ban", "groups/{id}/members", "faults", "clock"):
        assert f"/control/{path}" in manual
    for kind in MTPROTO_KINDS | BOT_API_KINDS:
        assert kind in manual


async def test_files_of_the_bot_can_be_had(control: Remote) -> None:
    file = control.sandbox.chats.files.add("document", "a.csv", b"a,b", "text/csv")
    url = f"{control.sandbox.control_url}/control/files/{file.id}"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert (await answer.read(), answer.content_type) == (b"a,b", "text/csv")
    async with aiohttp.ClientSession() as http, http.get(f"{url}x") as answer:
        assert answer.status == 400


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
    everything = MTPROTO_KINDS | BOT_API_KINDS
    for kind in sorted(everything):
        await control("POST", "faults", {"kind": kind, "seconds": 3})
    assert {fault["kind"] for fault in await control("GET", "faults")} == everything
    await control("DELETE", "faults?kind=flood_wait")
    assert {fault["kind"] for fault in await control("GET", "faults")} == everything - {"flood_wait"}
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
    await control("POST", "channels/news/unban", {"phone": "+9996620009"})
    assert not control.sandbox.world.channel("news").banned


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
        ("POST", "accounts/revoke", {"json": {"phone": PHONE, "why": "X"}}, "no session ends with X: choose from"),
        ("POST", "accounts", {"json": {"phone": 5, "name": "A"}}, '"phone" must be a string, not 5.'),
        ("POST", "clock", {"json": {"skew": "x"}}, "\"skew\" must be a whole number, not 'x'."),
        ("POST", "posts", {"json": {"channel": "olds", "text": 5}}, '"text" must be a string, not 5.'),
        ("POST", "posts", {"json": {"channel": "olds", "text": "", "media": "gif"}}, "There is no media 'gif'"),
        ("POST", "posts", {"json": {"channel": "olds", "text": "", "date": "x"}}, "'x' is not a date"),
        ("POST", "posts", {"json": {"channel": "olds", "text": "", "id": 1}}, "olds already has a post 1."),
        ("POST", "posts", {"json": {"channel": "olds", "text": "a", "entities": [{}]}}, "{} is no entity"),
        ("PATCH", "posts/olds/7", {"json": {"text": "a"}}, "olds has no post 7."),
        ("PATCH", "channels/olds", {"json": {"username": "taken"}}, "taken is taken."),
        ("GET", "chats/5", {}, "There is no chat 5."),
    ],
)
async def test_a_mistake_is_explained(
    control: Remote, method: str, path: str, request_: dict[str, Any], words: str
) -> None:
    control.sandbox.world.add_account(PHONE, "Second")
    control.sandbox.world.add_channel("taken", "Taken")
    control.sandbox.world.publish(control.sandbox.world.add_channel("olds", "Olds"), "one")
    assert (await control.mistake(method, path, **request_)).startswith(words)


async def test_an_unknown_address_is_said_to_be_one(control: Remote) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{control.sandbox.control_url}/control/chanels") as answer:
        assert answer.status == 404
        assert "GET /control lists what there is" in (await answer.json())["error"]
