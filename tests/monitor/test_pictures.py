"""Requests for pictures, on both databases: fetched once, shown to everybody who asked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from monitor import accounts, claims, pictures
from monitor.database import Sessions
from monitor.models import Channel, Delivery, Membership, Picture, PictureWish, Post, Subscriber
from monitor.pictures import CLAIM, PATIENCE, SPREAD, WAITING, PicturesOffError
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch


async def prepare(sessions: Sessions, *, parts: int = 1) -> tuple[list[Subscriber], list[Post]]:
    """Two readers and a post of so many pictures, in a channel that the account `main` reads."""
    await watch(sessions)
    readers = [(await subscribe(sessions, "паром", chat_id=chat_id))[0] for chat_id in (7, 8)]
    album = {"grouped_id": 5} if parts > 1 else {}
    await arrive(sessions, *(arrival(n + 1, "" if n else "паром", media=("photo",), **album) for n in range(parts)))
    async with sessions.begin() as session:
        await accounts.beat(session, "main", NOW)
        return readers, list(await session.scalars(select(Post).order_by(Post.message_id)))


async def ask(sessions: Sessions, reader: Subscriber, post: Post, after: timedelta = timedelta(0)) -> bool:
    async with sessions.begin() as session:
        return await pictures.request(session, reader.id, post.album_id, NOW + after)


async def claim(sessions: Sessions, account: str = "main", after: timedelta = timedelta(0)) -> int | None:
    async with sessions.begin() as session:
        found = await pictures.claim(session, account, NOW + after)
        return found[0].id if found else None


async def settle(sessions: Sessions, post: Post, content: bytes | None, problem: str | None = None) -> None:
    async with sessions.begin() as session:
        await pictures.settle(session, post.id, NOW, content=content, problem=problem)


async def due(sessions: Sessions, after: timedelta = timedelta(0)) -> list[tuple[int, Any]]:
    """(reader, key of the notice) of what can be sent besides alerts."""
    async with sessions.begin() as session:
        parcels = await claims.claim(session, "relay", NOW + after, 10, joined_from=4)
        owed = [delivery for parcel in parcels for delivery in parcel.deliveries]
        return [(each.subscriber_id, each.notice["key"]) for each in owed if each.notice]


async def without_alerts(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(Delivery))


async def test_what_two_readers_ask_for_is_fetched_once_and_sent_to_one_after_the_other(sessions: Sessions) -> None:
    (one, other), (post,) = await prepare(sessions)
    await without_alerts(sessions)
    assert [await ask(sessions, reader, post) for reader in (one, other, one)] == [False] * 3
    assert await due(sessions) == []
    assert [await claim(sessions), await claim(sessions)] == [post.id, None]
    await settle(sessions, post, b"bytes")
    assert await due(sessions) == [(one.id, "pictures")]
    assert await due(sessions, SPREAD) == [(other.id, "pictures")]
    async with sessions() as session:
        assert list(await session.scalars(select(PictureWish))) == []


async def test_an_album_is_told_when_its_last_picture_is_there(sessions: Sessions) -> None:
    (reader, _), parts = await prepare(sessions, parts=3)
    await without_alerts(sessions)
    await ask(sessions, reader, parts[0])
    assert {await claim(sessions) for _ in range(4)} == {*(part.id for part in parts), None}
    await settle(sessions, parts[0], b"first")
    await settle(sessions, parts[2], None, "too_big")
    assert await due(sessions) == []
    await settle(sessions, parts[1], b"second")
    assert await due(sessions) == [(reader.id, "pictures")]
    async with sessions() as session:
        ready = await pictures.ready(session, parts[0].album_id)
        assert [picture.content for picture in ready] == [b"first", b"second"]


async def test_what_telegram_has_is_uploaded_no_more_and_asked_for_no_more(sessions: Sessions) -> None:
    (one, other), (post,) = await prepare(sessions)
    await without_alerts(sessions)
    await ask(sessions, one, post)
    await claim(sessions)
    await settle(sessions, post, b"bytes")
    async with sessions.begin() as session:
        await pictures.keep(session, {post.id: "AgAC"})
    assert await ask(sessions, other, post)
    assert await claim(sessions) is None
    async with sessions() as session:
        picture = (await session.scalars(select(Picture))).one()
        assert (picture.file_id, picture.content) == ("AgAC", None)


async def test_a_picture_that_cannot_be_had_is_said_and_may_be_asked_for_again(sessions: Sessions) -> None:
    (reader, _), (post,) = await prepare(sessions)
    await without_alerts(sessions)
    await ask(sessions, reader, post)
    await claim(sessions)
    await settle(sessions, post, None, "gone")
    assert await due(sessions) == [(reader.id, "pictures_none")]
    assert not await ask(sessions, reader, post)
    assert await claim(sessions) == post.id


async def test_only_an_account_that_reads_the_channel_fetches_and_another_later_if_it_dies(sessions: Sessions) -> None:
    (reader, _), (post,) = await prepare(sessions)
    async with sessions.begin() as session:
        session.add(Membership(channel_id=CHANNEL, account="second", access_hash=2, joined=True))
    await ask(sessions, reader, post)
    assert await claim(sessions, "stranger") is None
    assert await claim(sessions) == post.id
    assert await claim(sessions, "second") is None
    assert await claim(sessions, "second", CLAIM * 2) == post.id
    assert await claim(sessions, "second", WAITING * 2) is None


async def test_what_takes_too_long_is_said(sessions: Sessions) -> None:
    (reader, _), (post,) = await prepare(sessions)
    await without_alerts(sessions)
    await ask(sessions, reader, post)
    assert await due(sessions, PATIENCE) == [(reader.id, "pictures_late")]


async def test_nothing_is_fetched_of_a_protected_channel_or_while_nobody_listens(sessions: Sessions) -> None:
    (reader, _), (post,) = await prepare(sessions)
    with pytest.raises(PicturesOffError):
        await ask(sessions, reader, post, accounts.GONE_AFTER * 2)
    async with sessions.begin() as session:
        await session.execute(update(Channel).values(protected=True))
    with pytest.raises(PicturesOffError):
        await ask(sessions, reader, post)


@pytest.mark.parametrize(
    ("username", "protected", "media", "hidden"),
    [
        ("port", False, [["photo"]], False),
        ("port", False, [["photo"], ["video"]], True),
        ("port", False, [["photo"], ["file"]], False),
        (None, False, [["video"]], True),
        (None, True, [["video"]], False),
        (None, False, [["poll"]], False),
    ],
)
def test_a_preview_hides_what_it_cannot_show(
    username: str | None, protected: bool, media: list[list[str]], hidden: bool
) -> None:
    parts = [Post(media=kinds) for kinds in media]
    assert pictures.are_hidden(parts, Channel(username=username, protected=protected)) is hidden


def test_pictures_that_were_deleted_are_not_offered() -> None:
    parts = [Post(media=["photo"], deleted_at=deleted) for deleted in (NOW, NOW, None)]
    assert not pictures.are_hidden(parts, Channel(username="port", protected=False))
    assert pictures.are_hidden(parts[2:], Channel(username=None, protected=False))
    assert not pictures.are_hidden(parts[:2], Channel(username=None, protected=False))
