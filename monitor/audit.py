"""What admins did, for one another to see."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.models import AdminAction


async def record(
    session: AsyncSession, admin_id: int, action: str, now: datetime, *, person_id: int | None = None, **details: Any
) -> None:
    """Write down that an admin did this; `person_id` is the user id of whom it was done to."""
    row = AdminAction(admin_id=admin_id, action=action, person_id=person_id, details=details, done_at=now)
    session.add(row)
    await session.flush()


async def recent(session: AsyncSession, limit: int) -> list[AdminAction]:
    """The newest actions first."""
    return list(await session.scalars(select(AdminAction).order_by(AdminAction.id.desc()).limit(limit)))
