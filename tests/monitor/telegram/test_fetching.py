"""Pictures, through real Telethon and a loopback Telegram."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from monitor import pictures, subscribers
from monitor.database import Sessions
from monitor.models import ChatKind, Picture, Post
from monitor.store import Store
from sandbox.entities import Media
from sandbox.mtproto.server import Server
from tests.monitor.telegram.loopback import PATIENT, Listening, eventually, watch

CONTENT = b"\xff\xd8" + bytes(range(256)) * 2000  # three parts of a download
KINDS = {"photo": Media("photo", CONTENT, "image/jpeg"), "video": Media("video", CONTENT, "video/mp4", "a.mp4")}


async def ask(sessions: Sessions, store: Store) -> None:
    """Somebody asks for the pictures of the one stored post."""
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, 7, 0, ChatKind.PRIVATE, "az", now)
        post = (await session.scalars(select(Post))).one()
        await pictures.request(session, subscriber.id, post.album_id, now)
    store.requests.pictures_wanted.set()


async def fetched(sessions: Sessions) -> Picture | None:
    async with sessions() as session:
        return await session.scalar(select(Picture).where(Picture.settled_at.is_not(None)))


async def fetch(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store, media: Media, *, fault: bool = False
) -> Picture:
    telegram.world.add_channel("port", "Порт")
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@port")
        telegram.world.publish("port", "паром", media=media)

        async def stored() -> bool:
            async with sessions() as session:
                return await session.scalar(select(Post.id)) is not None

        await eventually(stored)
        if fault:
            telegram.faults.add("rpc_error", method="upload.getFile", code=400, message="FILE_ID_INVALID")
        await ask(sessions, store)

        async def settled() -> bool:
            return await fetched(sessions) is not None

        await eventually(settled)
    picture = await fetched(sessions)
    assert picture is not None
    return picture


@pytest.mark.parametrize("kind", ["photo", "video"])
async def test_the_account_fetches_what_a_reader_asks_for(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store, kind: str
) -> None:
    picture = await fetch(telegram, listening, sessions, store, KINDS[kind])
    assert (picture.kind, picture.content, picture.problem) == (kind, CONTENT, None)


async def test_what_telegram_refuses_is_written_down(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store
) -> None:
    picture = await fetch(telegram, listening, sessions, store, KINDS["photo"], fault=True)
    assert (picture.content, picture.problem) == (None, "FileIdInvalidError")


async def test_what_is_too_large_is_not_fetched(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pictures.LARGEST, "video", 1000)
    picture = await fetch(telegram, listening, sessions, store, KINDS["video"])
    assert (picture.content, picture.problem) == (None, "too_big")
