"""Sentences that the admins are told without having asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from monitor import outbox, subscribers


async def tell(session: AsyncSession, people: Iterable[int], key: str, now: datetime, **params: Any) -> None:
    """Owe everybody of these (user ids) who has met the bot the sentence `key` of the locales."""
    for person in people:
        subscriber = await subscribers.find(session, person)
        if subscriber is not None:
            await outbox.enqueue_notice(session, subscriber.id, key, now, **params)
