"""Translations, through real Telethon and a loopback Telegram."""

from datetime import UTC, datetime

from sqlalchemy import select

from monitor import channels, subscribers, translations
from monitor.channels import Joined
from monitor.database import Sessions
from monitor.models import ChatKind, Delivery, Post, Translation
from monitor.store import Store
from monitor.topics import StandingTopics
from sandbox.mtproto.server import Server
from tests.monitor.arrivals import arrival, arrive
from tests.monitor.telegram.loopback import PATIENT, Listening, eventually


async def ask(sessions: Sessions, store: Store) -> None:
    """Somebody asks for the stored post in Azerbaijani."""
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, 7, 0, ChatKind.PRIVATE, "az", now)
        post = (await session.scalars(select(Post))).one()
        await translations.request(session, subscriber, post, "az", now)
    store.requests.translations_wanted.set()


async def prepare(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await channels.join(session, "other", Joined(5, "news", "News", access_hash=1), datetime.now(UTC))
    await arrive(sessions, arrival(1, "посольство в Баку", channel_id=5), topics=StandingTopics())


async def settled(sessions: Sessions) -> bool:
    async with sessions() as session:
        return await session.scalar(select(Translation.settled_at)) is not None


async def test_a_post_that_the_account_does_not_even_see_is_translated(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store
) -> None:
    await prepare(sessions)
    async with listening(PATIENT):
        await ask(sessions, store)
        await eventually(lambda: settled(sessions))
    async with sessions() as session:
        assert await session.scalar(select(Translation.text)) == "[az] посольство в Баку"
        assert (await session.scalars(select(Delivery.notice))).one()["key"] == "translation"  # type: ignore[index]


async def test_what_telegram_refuses_is_said_and_the_account_listens_on(
    telegram: Server, listening: Listening, sessions: Sessions, store: Store
) -> None:
    await prepare(sessions)
    telegram.faults.add("rpc_error", method="messages.translateText", code=400, message="TRANSLATIONS_DISABLED")
    async with listening(PATIENT) as listener:
        await ask(sessions, store)
        await eventually(lambda: settled(sessions))
        assert listener.ready.is_set()
    async with sessions() as session:
        assert await session.scalar(select(Translation.problem)) == "TRANSLATIONS_DISABLED"
        assert (await session.scalars(select(Delivery.notice))).one()["key"] == "error-translation_off"  # type: ignore[index]
