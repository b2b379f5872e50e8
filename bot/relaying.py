"""From settings to the relay."""

import math

from aiogram import Bot

from bot.neighbours import Neighbours
from bot.relay import OutboxRelay
from bot.settings import BotSettings
from monitor.database import Sessions
from monitor.meter import Meter

BURST_S = 4
APART_S = 1 / 30


def create_relay(bot: Bot, sessions: Sessions, settings: BotSettings, here: Neighbours, meter: Meter) -> OutboxRelay:
    """The relay of this process."""
    return OutboxRelay(
        bot,
        sessions,
        here.pace,
        joined_from=joined_from(settings),
        meter=meter,
        clock=here.clock,
        name=here.name,
        limits=here.limits,
        apart=min(APART_S, 1 / settings.overall_per_second),
        paid=settings.paid_messages_per_second is not None,
    )


def joined_from(settings: BotSettings) -> int:
    """What would keep a chat busy for so many seconds goes out as one message."""
    return max(2, math.ceil(BURST_S * settings.messages_per_second_in_a_chat))
