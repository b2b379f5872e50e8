"""How well each channel is covered: how far it is known, who found its posts (pushes or the listener), and whether it falls silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Channel


@dataclass(frozen=True, slots=True)
class Line:
    """A channel as the list of chats shows it: its newest message id, its pts, what it is called, whether it may be copied from."""

    top: int
    pts: int
    title: str
    username: str | None
    protected: bool


async def note(
    session: AsyncSession, pts: Mapping[int, int], new: Mapping[int, int], now: datetime, *, pushed: bool
) -> None:
    """Keep the pts up to which a channel's changes are stored, and count its new posts ({channel id: how many})."""
    counter = "pushed" if pushed else "found"
    for channel_id in pts.keys() | new.keys():
        values: dict[str, object] = {}
        if channel_id in pts:
            values["pts"] = pts[channel_id]
        if channel_id in new:
            values[counter] = getattr(Channel, counter) + new[channel_id]
        await session.execute(update(Channel).where(Channel.id == channel_id).values(values))


async def swept(session: AsyncSession, seen: Mapping[int, Line | None], now: datetime) -> None:
    """These channels were compared with Telegram; a channel with a line is how the line shows it, renamed perhaps."""
    if not seen:
        return
    await session.execute(update(Channel).where(Channel.id.in_(seen)).values(checked_at=now))
    for channel_id, line in seen.items():
        if line is not None:
            shown = {"top": line.top, "title": line.title, "username": line.username, "protected": line.protected}
            differs = [getattr(Channel, name).is_distinct_from(value) for name, value in shown.items()]
            changed = update(Channel).where(Channel.id == channel_id, or_(*differs))
            await session.execute(changed.values(shown).execution_options(synchronize_session=False))
