"""A relay in a process of its own, which can be killed.

`python -m tests.soak.relaying API_URL TOKEN DATABASE JOINED_FROM [PATIENCE]`: the last are seconds that it waits for an answer.
"""

import asyncio
import signal
import sys
from datetime import timedelta

from bot import lean

lean.import_aiogram()

from bot import sending  # noqa: E402 -- as `dozor run` begins, in a third of the time
from bot.delivery_bot import create_bot  # noqa: E402
from bot.pace import Pace  # noqa: E402
from bot.relay import OutboxRelay  # noqa: E402
from bot.settings import BotSettings  # noqa: E402
from monitor import outcomes  # noqa: E402
from monitor.database import create_engine, create_sessions  # noqa: E402


async def relay(api_url: str, token: str, database: str, joined_from: int, patience: int = sending.TIMEOUT) -> None:
    sending.TIMEOUT = patience
    longest = timedelta(seconds=10 * patience)  # as it is to the product's own patience
    outcomes.SILENT_WAITS = tuple(min(wait, longest) for wait in outcomes.SILENT_WAITS)
    bot = create_bot(BotSettings.model_validate({"token": token, "api_url": api_url}))
    engine = create_engine(database)
    pace = Pace(overall=1000, chat=100, group=6000)
    relaying = OutboxRelay(bot, create_sessions(engine), pace, joined_from=joined_from)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, relaying.stop)
    await relaying.run()
    await bot.session.close()
    await engine.dispose()


if __name__ == "__main__":
    url, token, database, *numbers = sys.argv[1:]
    asyncio.run(relay(url, token, database, *map(int, numbers)))
