"""Pictures, through real Telethon and a loopback Telegram."""

import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from telethon import types

from monitor import pictures, subscribers
from monitor.database import Sessions
from monitor.models import ChatKind, Picture, Post
from monitor.store import Store
from monitor.telegram.client import PromptClient
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
    telegram: Server, listening: Listening, sessions: Sessions, store: Store, media: Media, *, fault: str | None = None
) -> Picture:
    telegram.world.add_channel("port", "Порт")
    async with listening(PATIENT) as listener:
        await watch(telegram, listener, "@port")
        telegram.world.publish("port", "паром", media=media)

        async def stored() -> bool:
            async with sessions() as session:
                return await session.scalar(select(Post.id)) is not None

        await eventually(stored)
        if fault is not None:
            telegram.faults.add("rpc_error", method="upload.getFile", code=400, message=fault)
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
    picture = await fetch(telegram, listening, sessions, store, KINDS["photo"], fault="FILE_ID_INVALID")
    assert (picture.content, picture.problem) == (None, "FileIdInvalidError")


async def test_what_is_too_large_is_not_fetched(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pictures.LARGEST, "video", 1000)
    picture = await fetch(telegram, listening, sessions, store, KINDS["video"])
    assert (picture.content, picture.problem) == (None, "too_big")


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_data_centre_that_cannot_be_reached_ends_no_connection(
    telegram: Server,
    listening: Listening,
    sessions: Sessions,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_known: bool,
) -> None:
    monkeypatch.setattr(pictures, "CLAIM", timedelta(0))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        options = [types.DcOption(4, "127.0.0.1", closed.getsockname()[1])] if is_known else []
        monkeypatch.setattr(PromptClient, "_config", SimpleNamespace(dc_options=options))
        picture = await fetch(telegram, listening, sessions, store, KINDS["photo"], fault="FILE_MIGRATE_4")
    assert (picture.content, picture.problem) == (CONTENT, None)  # it was asked for again
    assert any("no way to a picture" in each for each in caplog.messages)
    assert not [each for each in caplog.messages if "connection lost" in each or "listener failed" in each]
