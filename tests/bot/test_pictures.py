"""Pictures that a preview does not show: asked for by a button, or following the alert. With a relay on a scripted Telegram."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.i18n import translator
from monitor import accounts, outbox, pictures
from monitor.database import Sessions
from monitor.models import Channel, Delivery, Picture, Post, Subscriber
from tests.bot.telegram import Chat, Request
from tests.bot.test_relay import Delivering
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

RU = translator("ru")
SHOW = RU("pictures-button")


@pytest.fixture
async def delivering(sqlite_sessions: Sessions) -> Delivering:
    """Two readers of a channel that has no username, so that its posts have no previews."""
    await watch(sqlite_sessions)
    for chat_id in (7, 8):
        await subscribe(sqlite_sessions, "паром", chat_id=chat_id)
    async with sqlite_sessions.begin() as session:
        await accounts.beat(session, "main", NOW)
        await session.execute(update(Channel).values(username=None))
    return Delivering(sqlite_sessions)


async def publish(sessions: Sessions, *kinds: str) -> int:
    """A post with these pictures and videos; its id, or that of its first part."""
    album = {"grouped_id": 5} if len(kinds) > 1 else {}
    posts = [arrival(n, "" if n > 1 else "паром", media=(kind,), **album) for n, kind in enumerate(kinds, 1)]
    await arrive(sessions, *posts)
    async with sessions() as session:
        return (await session.scalars(select(Post.id).order_by(Post.message_id))).all()[0]


async def fetch(sessions: Sessions) -> None:
    """What a listener does: all that is asked for is there."""
    async with sessions.begin() as session:
        while (wanted := await pictures.claim(session, "main", NOW)) is not None:
            await pictures.settle(session, wanted[0].id, NOW, content=b"content")


def shown(delivering: Delivering) -> list[Request]:
    return delivering.telegram.of("sendPhoto", "sendVideo", "sendMediaGroup")


async def choose(sessions: Sessions, *chat_ids: int) -> None:
    """These readers want pictures always."""
    async with sessions.begin() as session:
        wanting = update(Subscriber).where(Subscriber.chat_id.in_(chat_ids))
        await session.execute(wanting.values(shows_pictures=True))


async def test_the_button_brings_the_picture_in_answer_to_its_alert(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    await publish(sqlite_sessions, "photo")
    await delivering.step()
    alert = delivering.telegram.of("sendMessage")[0]
    (said,) = await reader.press(alert.buttons()[SHOW])
    assert said.text == RU("pictures-coming")
    await fetch(sqlite_sessions)
    await delivering.step(1)
    (photo,) = shown(delivering)
    async with sqlite_sessions() as session:
        sent = await session.scalar(
            select(Delivery.message_id).join(Subscriber).where(Subscriber.chat_id == 7, Delivery.post_id.is_not(None))
        )
    assert (photo.method, photo.params["chat_id"]) == ("sendPhoto", 7)
    assert photo.params["reply_parameters"]["message_id"] == sent
    assert "Осторожно, новости" in photo.params["caption"]


async def test_a_second_reader_is_sent_the_file_that_telegram_has(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await choose(sqlite_sessions, 7, 8)
    await publish(sqlite_sessions, "video")
    await delivering.step()
    await fetch(sqlite_sessions)
    for _ in range(3):
        await delivering.step(4)
    first, second = shown(delivering)
    assert (first.method, second.method) == ("sendVideo", "sendVideo")
    async with sqlite_sessions() as session:
        picture = (await session.scalars(select(Picture))).one()
        assert (second.params["video"], picture.content) == (picture.file_id, None)
    assert first.params["video"] != picture.file_id


async def test_an_album_comes_as_one_with_its_text_under_the_first(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await choose(sqlite_sessions, 7)
    await publish(sqlite_sessions, "photo", "video", "photo")
    await delivering.step(10)
    await fetch(sqlite_sessions)
    await delivering.step(1)
    (album,) = shown(delivering)
    parts: list[Any] = album.params["media"]
    assert [part["type"] for part in parts] == ["photo", "video", "photo"]
    assert [bool(part.get("caption")) for part in parts] == [True, False, False]
    async with sqlite_sessions() as session:
        assert None not in set(await session.scalars(select(Picture.file_id)))


async def test_pictures_follow_only_alerts_that_were_sent_and_only_of_whoever_wants_them(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await choose(sqlite_sessions, 8)
    delivering.fail((500, "Internal Server Error", {}), (500, "Internal Server Error", {}))
    await publish(sqlite_sessions, "photo")
    await delivering.step()
    async with sqlite_sessions() as session:
        assert (await session.scalars(select(Picture))).all() == []
    await delivering.step(10)
    await fetch(sqlite_sessions)
    await delivering.step(1)
    assert [request.params["chat_id"] for request in shown(delivering)] == [8]


async def test_a_picture_that_telegram_refuses_leaves_the_link(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await choose(sqlite_sessions, 7)
    delivering.fail((400, "Bad Request: IMAGE_PROCESS_FAILED", {}), method="sendPhoto")
    await publish(sqlite_sessions, "photo")
    await delivering.step()
    await fetch(sqlite_sessions)
    await delivering.step(1)
    assert "🖼" in delivering.telegram.of("sendMessage")[-1].text


async def test_of_protected_posts_and_of_those_with_a_preview_there_is_no_button(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await choose(sqlite_sessions, 7, 8)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Channel).values(protected=True))
    await publish(sqlite_sessions, "photo", "photo")
    await delivering.step(10)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Channel).values(protected=False, username="port"))
    await arrive(sqlite_sessions, arrival(9, "паром", media=("photo",)))
    await delivering.step(1)
    alerts = delivering.telegram.of("sendMessage")
    assert len(alerts) == 4
    assert not [alert for alert in alerts if SHOW in alert.buttons()]
    assert shown(delivering) == []


async def test_a_reader_chooses_when_pictures_come(sqlite_sessions: Sessions, reader: Chat) -> None:
    async def chosen() -> bool:
        async with sqlite_sessions() as session:
            return (await session.scalars(select(Subscriber.shows_pictures).where(Subscriber.chat_id == 7))).one()

    (said,) = await reader.say("/pictures")
    assert await chosen() is False
    await reader.press(next(data for label, data in said.buttons().items() if "Always" in label))
    assert await chosen() is True
    await reader.say("/pictures off")
    assert await chosen() is False


async def test_a_button_says_that_nobody_can_fetch_any_more(
    sqlite_sessions: Sessions, delivering: Delivering, reader: Chat
) -> None:
    post_id = await publish(sqlite_sessions, "photo")
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Channel).values(protected=True))
    (said,) = await reader.press(f"pic:{post_id}")
    assert said.text == RU("error-pictures_off")


@pytest.mark.parametrize("kinds", [("photo",), ("photo", "video")], ids=["one", "an album"])
async def test_what_another_bot_had_uploaded_is_fetched_and_uploaded_again(
    sqlite_sessions: Sessions, delivering: Delivering, kinds: tuple[str, ...]
) -> None:
    """Whoever gives the bot another token has file_ids of no use."""
    await choose(sqlite_sessions, 7)
    await publish(sqlite_sessions, *kinds)
    await delivering.step(10)
    await fetch(sqlite_sessions)
    await delivering.step(1)
    await choose(sqlite_sessions, 8)
    async with sqlite_sessions.begin() as session:
        other = select(Subscriber.id).where(Subscriber.chat_id == 8).scalar_subquery()
        await pictures.request(session, await session.scalar(select(other)) or 0, await _first(session), NOW)
        await session.execute(update(Picture).values(file_id="of another bot"))
    refused = (400, "Bad Request: wrong file identifier/HTTP URL specified", {})
    delivering.fail(refused, method="sendPhoto" if len(kinds) == 1 else "sendMediaGroup")
    await delivering.step(1)
    async with sqlite_sessions() as session:
        assert set(await session.scalars(select(Picture.file_id))) == {None}
    async with sqlite_sessions.begin() as session:
        await outbox.enqueue_notice(session, await session.scalar(select(other)) or 0, "watched", NOW, title="A")
    sent = len(delivering.telegram.of("sendMessage"))
    await delivering.step(1)
    assert len(delivering.telegram.of("sendMessage")) == sent + 1  # it does not wait for the pictures
    await fetch(sqlite_sessions)
    await delivering.step(1)
    assert [request.params["chat_id"] for request in shown(delivering)] == [7, 8, 8]
    async with sqlite_sessions() as session:
        assert None not in set(await session.scalars(select(Picture.file_id)))


async def _first(session: Any) -> int:
    return (await session.scalars(select(Post.id).order_by(Post.message_id))).all()[0]
