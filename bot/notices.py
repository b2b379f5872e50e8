"""Telling the admins what needs a person."""

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor import outbox, subscribers
from monitor.database import Sessions


async def tell_admins(sessions: Sessions, admins: Iterable[int], code: str, **params: str) -> None:
    """Owe every admin who has met the bot the sentence of this error."""
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        for admin in admins:
            subscriber = await subscribers.find(session, admin)
            if subscriber is not None:
                await outbox.enqueue_notice(session, subscriber.id, f"error-{code}", now, **params)
