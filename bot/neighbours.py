"""This process among the others on the same PostgreSQL: a name, the time, a line to hear and to tell, and a share of the pace.

On SQLite there are no others, and nothing of it costs anything.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from bot.allotment import Allotment
from bot.pace import Pace
from bot.settings import BotSettings
from bot.shared_pace import SharedPace
from monitor.chat_paces import Limits
from monitor.clock import Clock
from monitor.database import Sessions
from monitor.line import RETRY_S, TIME, Line

logger = logging.getLogger(__name__)


class Neighbours:
    """`heard` says what each word of the others leads to; `bot_id` is whose token is shared."""

    def __init__(
        self, sessions: Sessions, settings: BotSettings, bot_id: int, heard: Mapping[str, Callable[[], None]]
    ) -> None:
        self.name = secrets.token_hex(8)
        self.clock = Clock()
        self._sessions = sessions
        self.limits: Limits | None = None
        overall, chat = settings.overall_per_second, settings.messages_per_second_in_a_chat
        group = settings.messages_per_minute_in_a_group
        self.pace: Pace
        self._allotment: Allotment | None = None
        if sessions.engine.dialect.name == "sqlite":
            self.pace = Pace(overall=overall, chat=chat, group=group)
        else:
            self.pace = shared = SharedPace(overall=overall, chat=chat, group=group)
            self.limits = shared.limits
            self._allotment = Allotment(sessions, self.name, bot_id, shared, self.clock)
            shared.hurry = self._allotment.hurry
            heard = {**heard, "pace": self._allotment.hurry}
        self._line = Line(sessions.own, self.name, self.clock, heard)
        self._stopping = asyncio.Event()

    @property
    def alone(self) -> bool:
        """Whether there can be no others."""
        return self._allotment is None

    async def ask_time(self) -> None:
        """Have the database's time before the line tells it; one that is away for a while is waited for."""
        while True:
            asked_at = time.monotonic()
            try:
                async with self._sessions() as session:
                    self.clock.set((await session.execute(TIME)).scalar_one(), asked_at)
            except DBAPIError as error:
                logger.warning("the database does not tell the time, trying again: error=%s", error.orig)
                await asyncio.sleep(RETRY_S)
            else:
                return

    def tell(self, word: str) -> None:
        """Say it to the others soon."""
        self._line.tell(word)

    def stop(self) -> None:
        """End `run`."""
        if self._allotment is not None:
            self._allotment.stop()
        self._stopping.set()

    async def run(self, *, sends: bool) -> None:
        """Be one of them until stopped; `sends` with the bot's token."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._line.run())
            if sends and self._allotment is not None:
                await self._allotment.run(self._line)
            await self._stopping.wait()
            self._line.stop()
