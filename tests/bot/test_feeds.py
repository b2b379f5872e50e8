"""A topic read as a feed: the secret link in the chat, and what stands under it, over real HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from xml.etree.ElementTree import Element, fromstring

import aiohttp
import pytest
from sqlalchemy import func, select, update
from yarl import URL

from bot.feeds import feed_routes
from bot.http import HttpPortError, HttpServer
from bot.i18n import translator
from bot.middlewares import Access
from bot.settings import HttpSettings
from monitor import members, subscriptions
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import ingest
from monitor.models import Channel, Feed, Member, Post, Standing, Topic
from monitor.topics import StandingTopics
from tests.bot.conftest import Running
from tests.bot.telegram import Chat, Request
from tests.conftest import NOW

EN = translator("en")
BASE = "http://feeds.example"
ATOM = "{http://www.w3.org/2005/Atom}"


@asynccontextmanager
async def serving(
    sessions: Sessions, access: Access = Access.OPEN, admins: frozenset[int] = frozenset()
) -> AsyncIterator[str]:
    """The HTTP server runs; its address."""
    http = HttpServer("127.0.0.1", 0, feed_routes(sessions, BASE, access, admins))
    task = asyncio.create_task(http.run())
    try:
        yield f"http://127.0.0.1:{await http.port}"
    finally:
        http.stop()
        await task


@pytest.fixture
async def server(sqlite_sessions: Sessions) -> AsyncIterator[str]:
    async with serving(sqlite_sessions) as address:
        yield address


@pytest.fixture
async def reader(running: Running) -> AsyncIterator[Chat]:
    """A reader of a bot that serves feeds, subscribed to a topic."""
    async with running(feeds_url=BASE) as telegram:
        chat = Chat(telegram)
        await chat.say("/subscribe Баку")
        yield chat


async def store(sessions: Sessions, *texts: str) -> None:
    posts = [IncomingPost(10, n, NOW - timedelta(minutes=n), text) for n, text in enumerate(texts, 1)]
    async with sessions.begin() as session:
        await session.merge(Channel(id=10, username="news", title="News & <views>", added_at=NOW))
        await session.flush()
        await ingest(session, StandingTopics(), posts, now=NOW)


async def make_link(reader: Chat) -> tuple[Request, str]:
    (shown,) = await reader.say("/feed баку")
    _, made = await reader.press(shown.buttons()[EN("feed-make")])
    return made, path(made)


def path(shown: Request) -> str:
    (address,) = shown.marked("code")
    assert address.startswith(f"{BASE}/feeds/")
    return address.removeprefix(BASE)


async def get(url: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


def texts(feed: Element, name: str) -> list[str]:
    return [str(found.text) for found in feed.iter(ATOM + name)]


async def test_a_query_that_would_be_refused_today_has_an_empty_feed(
    reader: Chat, server: str, sqlite_sessions: Sessions
) -> None:
    _, link = await make_link(reader)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Topic).values(query="баку lang:qq"))
    status, body, _ = await get(server + link)
    assert (status, texts(fromstring(body), "content")) == (200, [])


async def test_a_feed_is_valid_atom_whatever_stands_in_posts(
    reader: Chat, server: str, sqlite_sessions: Sessions
) -> None:
    await store(sqlite_sessions, "Баку & <b>жирно</b> ]]>\x0b конец\nвторая строка", "Баку 🔥")
    _, link = await make_link(reader)
    status, body, headers = await get(server + link)
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = fromstring(body)
    assert [child.tag.removeprefix(ATOM) for child in feed][:4] == ["id", "title", "updated", "link"]
    assert texts(feed, "title") == ["Баку", "Баку & <b>жирно</b> ]]> конец", "Баку 🔥"]
    assert texts(feed, "content")[0].startswith("<b>Баку</b> &amp; &lt;b&gt;жирно&lt;/b&gt; ]]&gt; конец<br>вторая")
    assert texts(feed, "name") == ["News & <views>"] * 2
    assert len(set(texts(feed, "id"))) == 3
    assert [found.get("href") for found in feed.iter(ATOM + "link")] == [
        BASE + link, "https://t.me/news/1", "https://t.me/news/2",
    ]  # fmt: skip


async def test_a_feed_is_sent_again_only_when_it_has_changed(
    reader: Chat, server: str, sqlite_sessions: Sessions
) -> None:
    await store(sqlite_sessions, "Баку")
    _, link = await make_link(reader)
    _, _, headers = await get(server + link)
    tag, changed = headers["ETag"], headers["Last-Modified"]
    assert (await get(server + link, **{"If-None-Match": tag}))[:2] == (304, b"")
    assert (await get(server + link, **{"If-None-Match": f'"x", W/{tag}'}))[0] == 304
    assert (await get(server + link, **{"If-Modified-Since": changed}))[0] == 304
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Post).values(edited_at=NOW + timedelta(hours=1)))
    assert (await get(server + link, **{"If-None-Match": tag, "If-Modified-Since": changed}))[0] == 200
    assert (await get(server + link, **{"If-Modified-Since": changed}))[0] == 200


async def test_a_link_is_shown_again_renewed_and_revoked(reader: Chat, server: str) -> None:
    made, link = await make_link(reader)
    (again,) = await reader.say("/feed Баку")
    assert path(again) == link
    assert len(link.removeprefix("/feeds/").removesuffix(".atom")) >= 32
    _, renewed = await reader.press(made.buttons()[EN("feed-renew")])
    assert (await get(server + link))[0] == 404
    assert (await get(server + path(renewed)))[0] == 200
    _, revoked = await reader.press(made.buttons()[EN("feed-revoke")])
    assert EN("feed-none") in revoked.text
    assert (await get(server + path(renewed)))[0] == 404


async def test_feeds_are_chosen_from_a_list_and_only_ones_own_are_given(reader: Chat) -> None:
    (listed,) = await reader.say("/feed")
    _, shown = await reader.press(listed.buttons()["📰 Баку"])
    assert EN("feed-none") in shown.text
    (unknown,) = await reader.say("/feed погода")
    assert unknown.text == EN("error-not_subscribed")
    (answer,) = await Chat(reader.telegram, user=8).press(listed.buttons()["📰 Баку"])
    assert answer.text == EN("error-topic_gone")


async def test_a_link_leads_nowhere_while_its_topic_is_not_told_and_is_forgotten_with_it(
    reader: Chat, server: str, sqlite_sessions: Sessions
) -> None:
    _, link = await make_link(reader)
    (listed,) = await reader.say("/unsubscribe")
    await reader.press(next(iter(listed.buttons().values())))
    assert (await get(server + link))[0] == 404
    await reader.say("/subscribe Баку")
    assert (await get(server + link))[0] == 200
    await reader.press(next(iter(listed.buttons().values())))
    await subscriptions.sweep(sqlite_sessions, NOW + timedelta(days=2))
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Feed)) == 0


async def test_a_link_to_a_topic_that_is_not_told_any_more_can_be_revoked_and_not_renewed(
    reader: Chat, sqlite_sessions: Sessions
) -> None:
    made, _ = await make_link(reader)
    (listed,) = await reader.say("/unsubscribe")
    await reader.press(next(iter(listed.buttons().values())))
    (readable,) = await reader.say("/feed")
    _, shown = await reader.press(readable.buttons()["📰 Баку"])
    (refused,) = await reader.press(made.buttons()[EN("feed-renew")])
    assert refused.text == EN("error-topic_gone")
    _, revoked = await reader.press(shown.buttons()[EN("feed-revoke")])
    assert EN("feed-none") in revoked.text
    async with sqlite_sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Feed)) == 0


@pytest.mark.parametrize("access", [Access.INVITE, Access.CLOSED])
async def test_where_people_are_let_in_a_link_ends_when_its_holder_is_not_in_any_more(
    reader: Chat, sqlite_sessions: Sessions, access: Access
) -> None:
    _, link = await make_link(reader)

    async def status(admins: frozenset[int] = frozenset()) -> int:
        async with serving(sqlite_sessions, access, admins) as server:
            return (await get(server + link))[0]

    assert await status() == 404  # the bot was open when the link was made
    assert await status(admins=frozenset({7})) == 200
    async with sqlite_sessions.begin() as session:
        session.add(Member(user_id=7, name="Reader", standing=Standing.ADMITTED, asked_at=NOW))
    assert await status() == 200
    for standing in (Standing.DECLINED, Standing.ADMITTED):
        async with sqlite_sessions.begin() as session:
            await members.decide(session, 7, standing, 1, NOW)
        assert await status() == 404  # nor when they come back: a link that somebody else may have is not given twice


async def test_a_groups_link_asks_for_no_member(running: Running, sqlite_sessions: Sessions) -> None:
    group = {"id": -100, "type": "supergroup", "title": "Group"}
    async with running(feeds_url=BASE) as telegram:
        chat = Chat(telegram, chat=group)
        await chat.say("/subscribe Баку")
        _, link = await make_link(chat)
    async with serving(sqlite_sessions, Access.INVITE) as server:
        assert (await get(server + link))[0] == 200


async def test_a_bot_without_a_server_says_that_it_serves_no_feeds(running: Running) -> None:
    async with running() as telegram:
        (answer,) = await Chat(telegram).say("/feed")
        assert answer.text == EN("error-feeds_off")


@pytest.mark.parametrize("token", ["%00", "a%00b", "%ED%A0%80", "a" * 7000, "..%2fx", "'or'1"])
async def test_a_link_that_could_be_none_is_not_looked_for(
    server: str, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with aiohttp.ClientSession() as http, http.get(URL(f"{server}/feeds/{token}.atom", encoded=True)) as answer:
        assert answer.status == 404
        assert "feed" not in await answer.text()
    assert not caplog.records


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
async def test_what_is_no_http_is_refused_and_told_nobody(
    server: str, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reading, writing = await asyncio.open_connection("127.0.0.1", int(server.rpartition(":")[2]))
    writing.write(request_)
    async with asyncio.timeout(10):
        assert b" 400 " in await reading.readline()
    writing.close()
    assert not caplog.records


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HttpPortError, match=f"127.0.0.1:{port}"):
            await HttpServer("127.0.0.1", port, []).run()


def test_links_begin_with_the_url_that_people_reach() -> None:
    assert HttpSettings().address is None
    assert HttpSettings(port=8080).address == "http://127.0.0.1:8080"
    assert HttpSettings(port=8080, url="https://a.example").address == "https://a.example"
    assert HttpSettings(url="https://a.example").address is None


def test_a_server_for_every_address_needs_to_be_told_its_own() -> None:
    assert HttpSettings(host="0.0.0.0", port=8080).address is None
    assert HttpSettings(host="0.0.0.0", port=8080, url="https://a.example").address == "https://a.example"
