"""Texts that are no text: halves of characters, as a JSON file may hold them."""

from sqlalchemy import select

from monitor.database import Sessions
from monitor.models import Post
from tests.monitor.arrivals import arrival, arrive, subscribe, watch


async def test_half_a_character_is_stored_as_a_sign_for_it_and_the_rest_is_matched(sessions: Sessions) -> None:
    await watch(sessions)
    await subscribe(sessions, "посольство")
    links = ("https://example.org/\ud83d", "\x00")
    done = await arrive(sessions, arrival(1, "У посольства \ud83d тихо \ude00", preview="\udfff", links=links))
    assert (done.new, done.matched, done.owed) == (1, 1, 1)
    async with sessions() as session:
        (post,) = await session.scalars(select(Post))
    assert (post.text, post.preview) == ("У посольства \ufffd тихо \ufffd", "\ufffd")
    assert post.links == ["https://example.org/\ufffd", ""]
