"""What each chat bears, however many relays write to it: a relay that claims a chat's message takes the chat's turn with it.

PostgreSQL only; the one relay on SQLite remembers it by itself. Times are the relay's, which follows the database's clock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Float, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor.among import among
from monitor.tables import CHAT_PACES

GROWTH, RECOVERY, SLOWEST_S = 2.0, 0.98, 60.0
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds from message to message to a person and to a group, and how many of them may come at once."""

    person_s: float = 1.0
    group_s: float = 3.0
    person_burst: int = 2
    group_burst: int = 3

    def every(self, chat_id: int) -> float:
        """Seconds from message to message; groups have negative ids."""
        return self.group_s if chat_id < 0 else self.person_s

    def burst(self, chat_id: int) -> int:
        """How many may come at once."""
        return self.group_burst if chat_id < 0 else self.person_burst


_C = CHAT_PACES.c
_TAKE = text(  # the turns that were taken, each as long as the chat's own pace says
    "INSERT INTO chat_paces (chat_id, every, free_at)"
    " SELECT chat, usual, CAST(:now AS timestamptz) + number * usual * interval '1 second'"
    " FROM unnest(CAST(:chats AS bigint[]), CAST(:usual AS float8[]), CAST(:numbers AS int[])) AS taken(chat, usual, number)"
    " ON CONFLICT (chat_id) DO UPDATE SET every = greatest(excluded.every, chat_paces.every * :recovery),"
    " free_at = greatest(chat_paces.free_at, :now)"
    " + coalesce((excluded.free_at - :now) * (chat_paces.every / nullif(excluded.every, 0)), interval '0')"
).bindparams(bindparam("now", type_=_C.free_at.type), bindparam("recovery", RECOVERY, Float))
_PACES = select(_C.chat_id, _C.every, _C.free_at).where(among("postgresql", _C.chat_id, "chats"))


async def free_from(session: AsyncSession, chats: Collection[int], limits: Limits) -> dict[int, datetime]:
    """{chat: from when it may be written to}, of those that have been written to lately."""
    rows = await session.execute(_PACES, {"chats": list(chats)})
    return {chat: free_at - timedelta(seconds=(limits.burst(chat) - 1) * every) for chat, every, free_at in rows}


async def take(session: AsyncSession, chats: Mapping[int, int], now: datetime, limits: Limits) -> None:
    """So many messages go to each of these chats, {chat: how many}; each makes a chat that had refused some a little faster."""
    ordered = sorted(chats)
    if ordered:
        filling = {"usual": list(map(limits.every, ordered)), "numbers": [chats[chat] for chat in ordered], "now": now}
        await session.execute(_TAKE, {"chats": ordered, **filling})


async def slow_down(session: AsyncSession, chat: int) -> None:
    """The chat refused a message: from now on it is written to half as often. When again, its delivery says."""
    slower = func.least(SLOWEST_S, _C.every * GROWTH)
    await session.execute(update(CHAT_PACES).where(_C.chat_id == chat).values(every=slower))


async def forget(session: AsyncSession, now: datetime) -> None:
    """Drop what does not hold anybody up any more."""
    await session.execute(delete(CHAT_PACES).where(_C.free_at < now - KEPT))
