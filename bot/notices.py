"""Telling the admins what needs a person."""

from collections.abc import Iterable
from datetime import datetime

from monitor import notices
from monitor.database import Sessions


async def tell_admins(sessions: Sessions, admins: Iterable[int], code: str, now: datetime, **params: str) -> None:
    """Owe every admin who has met the bot the sentence of this error."""
    async with sessions.begin() as session:
        await notices.tell(session, admins, f"error-{code}", now, **params)
