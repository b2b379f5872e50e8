"""What is found beside a story, on both databases. Texts written for these tests."""

from datetime import timedelta

from sqlalchemy import select

from monitor.database import Sessions
from monitor.models import Post
from monitor.related import related
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, watch

FERRY = "Паром «Альбатрос» с 40 пассажирами сел на мель у мыса Лунный, спасатели снимают людей катерами"
OTHER_WORDS = "У мыса Лунный на мель сел «Альбатрос»: пассажиров парома снимают на катерах спасатели"
NOISE = ["Театр открывает сезон премьерой", "Курс доллара вырос", "На мосту пробка", "Паром отменили из-за ветра"]
FIRST, SECOND, THIRD = 1001, 1002, 1003


async def found(sessions: Sessions, channel_id: int, message_id: int) -> list[tuple[int, int]]:
    """(channel, message) of what is related to a post."""
    async with sessions() as session:
        mine = (Post.channel_id == channel_id, Post.message_id == message_id)
        post = await session.scalar(select(Post).where(*mine))
        assert post is not None
        return [(other.channel_id, other.message_id) for other, _ in await related(session, post)]


async def told(sessions: Sessions) -> None:
    """Three channels; the second tells of the ferry in other words, the third copies the first; a day of noise."""
    for channel_id in (FIRST, SECOND, THIRD):
        await watch(sessions, channel_id, f"channel_{channel_id}")
    soon = NOW + timedelta(minutes=9)
    noise = [
        arrival(100 + n, f"{NOISE[n % 4]}, сообщили днём под номером {n}", channel_id=THIRD, date=NOW)
        for n in range(40)
    ]
    await arrive(sessions, arrival(1, FERRY), arrival(1, FERRY, channel_id=THIRD, date=soon), *noise)
    await arrive(sessions, arrival(2, OTHER_WORDS, channel_id=SECOND, date=soon), arrival(3, OTHER_WORDS, date=soon))
    await arrive(sessions, arrival(4, OTHER_WORDS, channel_id=SECOND, date=NOW + timedelta(days=9)))


async def test_other_channels_words_are_related_and_neither_copies_nor_ones_own(sessions: Sessions) -> None:
    await told(sessions)
    assert await found(sessions, FIRST, 1) == [(SECOND, 2)]


async def test_a_post_like_no_other_has_nothing_related(sessions: Sessions) -> None:
    await told(sessions)
    await arrive(sessions, arrival(9, "🔴 «»", channel_id=SECOND), arrival(10, "", channel_id=SECOND))
    assert await found(sessions, THIRD, 101) == []
    assert await found(sessions, SECOND, 9) == await found(sessions, SECOND, 10) == []
