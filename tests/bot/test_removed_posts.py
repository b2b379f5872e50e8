"""What the bot says of a post that is no longer kept."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.callbacks import PicturesOf, StoryOf, TranslatePost
from bot.i18n import translator
from bot.schedule import Schedule
from monitor import outbox, pictures
from monitor.database import Sessions
from monitor.models import Delivery, DeliveryState, Post, Search, Subscriber
from tests.bot.telegram import Chat
from tests.bot.test_translation import rendered
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

EN = translator("en")
OLD = NOW - timedelta(days=91)


@pytest.fixture
async def post_id(sqlite_sessions: Sessions) -> int:
    """An old post of which a reader was told; its id."""
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    await arrive(sqlite_sessions, arrival(1, "Паром ушёл", date=OLD), now=OLD)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscriber).values(locale="en"))
        await session.execute(update(Delivery).values(state=DeliveryState.SENT, message_id=70, settled_at=OLD))
        return (await session.scalars(select(Post.id))).one()


async def run_hourly_job(sessions: Sessions, keep: timedelta | None) -> None:
    await Schedule(sessions, keep=keep, clock=lambda: NOW)._expire()


async def is_kept(sessions: Sessions, post_id: int) -> bool:
    async with sessions() as session:
        return await session.get(Post, post_id) is not None


@pytest.mark.parametrize(("days", "kept"), [(None, True), (92, True), (90, False)])
async def test_the_schedule_removes_what_is_older_than_posts_are_kept(
    sqlite_sessions: Sessions, post_id: int, days: int | None, kept: bool
) -> None:
    await run_hourly_job(sqlite_sessions, timedelta(days=days) if days else None)
    assert await is_kept(sqlite_sessions, post_id) is kept


async def test_a_stopped_schedule_removes_nothing_more(sqlite_sessions: Sessions, post_id: int) -> None:
    schedule = Schedule(sqlite_sessions, keep=timedelta(days=90), clock=lambda: NOW)
    schedule.stop()
    await schedule._expire()
    assert await is_kept(sqlite_sessions, post_id)


async def test_a_database_that_is_away_ends_the_job_and_not_the_schedule(
    sqlite_sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    async with sqlite_sessions.begin() as session:
        await session.run_sync(lambda sync: sync.connection().exec_driver_sql("ALTER TABLE posts RENAME TO away"))
    await run_hourly_job(sqlite_sessions, timedelta(days=90))
    assert "trying again later" in caplog.text


async def test_buttons_under_its_alert_say_that_it_is_gone(
    sqlite_sessions: Sessions, post_id: int, reader: Chat
) -> None:
    await run_hourly_job(sqlite_sessions, timedelta(days=90))
    for button in (StoryOf(post=post_id), TranslatePost(post=post_id), PicturesOf(post=post_id)):
        (answer,) = await reader.press(button.pack())
        assert (answer.method, answer.text) == ("answerCallbackQuery", EN("error-post_gone"))


async def test_story_says_that_it_may_be_gone(sqlite_sessions: Sessions, post_id: int, reader: Chat) -> None:
    await run_hourly_job(sqlite_sessions, timedelta(days=90))
    assert not await is_kept(sqlite_sessions, post_id)
    message = {"message_id": 70, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "…"}
    (answer,) = await reader.say("/story", reply_to_message=message)
    assert answer.text == EN("error-no_alert")


async def test_a_kept_search_goes_on_without_it(sqlite_sessions: Sessions, post_id: int, reader: Chat) -> None:
    (found,) = await reader.say("/search паром")
    assert "Паром ушёл" in found.text
    async with sqlite_sessions.begin() as session:
        kept = await session.scalar(select(Search.id))
    await run_hourly_job(sqlite_sessions, timedelta(days=90))
    assert not await is_kept(sqlite_sessions, post_id)
    answers = await reader.press(f"page:{kept}:1:0")
    assert not any("Паром ушёл" in answer.text for answer in answers)


async def test_what_was_asked_for_and_came_too_late_is_answered(sqlite_sessions: Sessions, post_id: int) -> None:
    async with sqlite_sessions.begin() as session:
        reader = (await session.scalars(select(Subscriber.id))).one()
        await session.execute(delete(Delivery))
        await outbox.enqueue_notice(session, reader, pictures.SHOWN, NOW, post=post_id)
        await outbox.enqueue_notice(session, reader, "translation", NOW, post=post_id, language="en")
    await run_hourly_job(sqlite_sessions, timedelta(days=90))
    assert [said.text for said in await rendered(sqlite_sessions)] == [EN("error-post_gone")] * 2
