"""How well each channel is covered: how far its changes are known, and who found its posts, pushes or the listener."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import Channel


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
