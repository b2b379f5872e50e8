"""What relays on PostgreSQL leave to each other of a chat's pace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import Desk
from bot.reactions import Letter, Medium
from monitor import chat_paces, outbox
from monitor.chat_paces import Limits
from monitor.database import Sessions
from monitor.meter import Meter
from tests.conftest import NOW
from tests.monitor.arrivals import subscribe

GROUP = -5


@pytest.mark.parametrize("pictures", [0, 5])
async def test_each_part_of_an_album_takes_a_turn_of_the_chat(postgres_sessions: Sessions, pictures: int) -> None:
    limits = Limits()
    subscriber, _ = await subscribe(postgres_sessions, "паром", chat_id=GROUP)
    async with postgres_sessions.begin() as session:
        await outbox.enqueue_notice(session, subscriber.id, "pictures_none", NOW)
    desk = Desk(postgres_sessions, lambda: NOW, 4, Meter(), name="one", limits=limits)
    (prepared,) = await desk.claim(1, [], begins=True)
    assert isinstance(prepared.said, Letter)
    album = replace(prepared.said, media=(Medium(1, "photo", b"", None),) * pictures)
    assert await desk.begin(prepared.parcel, album)
    async with postgres_sessions() as session:
        free = await chat_paces.free_from(session, [GROUP], limits)
    turns = max(1, pictures) - (limits.group_burst - 1)
    assert free[GROUP] == NOW + turns * timedelta(seconds=limits.group_s)
