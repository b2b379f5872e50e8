"""A chat takes as much as the settings allow, and no more; another one is not affected."""

from datetime import timedelta

import pytest

from monitor import questions, subscribers, subscriptions
from monitor.database import Sessions, create_sessions
from monitor.limits import Limits
from monitor.models import ChatKind
from monitor.questions import TooManySearchesError
from monitor.subscriptions import TooManySubscriptionsError
from tests.conftest import NOW


@pytest.fixture
def few(sqlite_sessions: Sessions) -> Sessions:
    return create_sessions(sqlite_sessions.engine, Limits(topics=2, searches_a_minute=3))


async def test_subscriptions_end_at_the_limit_and_begin_again_below_it(few: Sessions) -> None:
    async with few.begin() as session:
        mine = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", NOW)
        other = await subscribers.get_or_create(session, 2, 0, ChatKind.PRIVATE, "en", NOW)
        topics = [(await subscriptions.subscribe(session, mine, query, NOW))[0] for query in ("one", "two")]
        with pytest.raises(TooManySubscriptionsError) as caught:
            await subscriptions.subscribe(session, mine, "three", NOW)
        assert caught.value.params == {"limit": 2}
        assert (await subscriptions.subscribe(session, mine, "one", NOW)) == (topics[0], False)
        assert (await subscriptions.subscribe(session, other, "three", NOW))[1]


async def test_searches_end_at_the_limit_for_a_minute(few: Sessions) -> None:
    async with few.begin() as session:
        mine = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", NOW)
        other = await subscribers.get_or_create(session, 2, 0, ChatKind.PRIVATE, "en", NOW)
        for _ in range(3):
            await questions.keep(session, mine, "one", NOW)
        with pytest.raises(TooManySearchesError):
            await questions.keep(session, mine, "two", NOW + timedelta(seconds=59))
        await questions.keep(session, other, "two", NOW)
        await questions.keep(session, mine, "two", NOW + timedelta(seconds=60))
