"""Posts for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor import channels, subscribers, subscriptions
from monitor.channels import Joined
from monitor.database import Sessions
from monitor.incoming import IncomingPost
from monitor.ingest import Ingested, ingest
from monitor.models import ChatKind, Subscriber, Topic
from monitor.topics import StandingTopics
from tests.conftest import NOW

CHANNEL = 1001


def arrival(message_id: int, text: str, **fields: Any) -> IncomingPost:
    """A post of the test channel, a minute after the one before it."""
    date = fields.pop("date", NOW + timedelta(minutes=message_id))
    return IncomingPost(fields.pop("channel_id", CHANNEL), message_id, date, text, **fields)


async def watch(sessions: Sessions, channel_id: int = CHANNEL, username: str = "ostorozhno_novosti") -> None:
    async with sessions.begin() as session:
        await channels.join(session, "main", Joined(channel_id, username, "Осторожно, новости", access_hash=7), NOW)


async def subscribe(sessions: Sessions, query: str, chat_id: int = 1) -> tuple[Subscriber, Topic]:
    async with sessions.begin() as session:
        subscriber = await subscribers.get_or_create(session, chat_id, 0, ChatKind.PRIVATE, "ru", NOW)
        topic, _ = await subscriptions.subscribe(session, subscriber, query, NOW)
        return subscriber, topic


async def arrive(
    sessions: Sessions, *posts: IncomingPost, topics: StandingTopics | None = None, now: datetime = NOW, **options: Any
) -> Ingested:
    async with sessions.begin(
        quick=options.get("alert", True)
    ) as session:  # as what is pushed is stored, and what is not
        return await ingest(session, topics or StandingTopics(), posts, now=now, **options)


def texts(found: Sequence[Any]) -> list[str]:
    return [each.post.text for each in found]
