"""How much one chat may take. A process is given its limits once, and every session of it carries them."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

KEY = "limits"  # in AsyncSession.info


@dataclass(frozen=True, slots=True)
class Limits:
    """What a chat may have: subscriptions at a time, posts of a day told one by one, questions to the archive in a minute."""

    topics: int = 200
    alerts_a_day: int = 10_000
    searches_a_minute: int = 30


def limits_of(session: AsyncSession) -> Limits:
    """The limits of the process that this session belongs to."""
    found = session.info.get(KEY)
    return found if isinstance(found, Limits) else Limits()
