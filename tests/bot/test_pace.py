"""The pace, by a clock of the test's own, against Telegram's limits as the sandbox has them."""

import random
from collections.abc import Callable

import pytest

from bot.pace import LONG_S, Pace
from sandbox.botapi.limits import Limits
from sandbox.botapi.refusal import RefusalError
from sandbox.people import Bot, Chat

PERSON, GROUP = 5, -5
BOT = Bot(1, "1:a", "dozor_bot", "Dozor")


class Clock:
    """Seconds, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(now=clock)


def chat(number: int) -> Chat:
    return Chat(number, "private" if number > 0 else "supergroup", "chat")


def run(clock: Clock, seconds: float, pick: Callable[[], int | None], pace: Pace) -> tuple[int, int]:
    """(messages that the limits took, that they refused): whoever `pick` names is written to as soon as the pace allows."""
    limits = Limits(clock)
    limits.on = True
    end, taken = clock.now + seconds, 0
    while clock.now < end:
        number = pick()
        if number is None or pace.overall_wait() > 0:
            clock.now += max(0.0005, pace.overall_wait())
            continue
        pace.take(number)
        try:
            limits.take(BOT, chat(number))
            taken += 1
        except RefusalError as error:
            pace.refuse(number, error.parameters["retry_after"])
    return taken, limits.refused


def test_ten_minutes_of_load_use_the_rate_and_are_refused_nothing(clock: Clock, pace: Pace) -> None:
    chances = random.Random(1)
    chats = [*range(1, 401), *range(-100, 0)]

    def pick() -> int | None:
        return next((one for one in chances.sample(chats, 20) if pace.chat_wait(one) <= 0), None)

    taken, refused = run(clock, 600, pick, pace)
    assert refused == 0
    assert taken >= 0.97 * 30 * 600


@pytest.mark.parametrize(("number", "allowed"), [(PERSON, 600), (GROUP, 200)])
def test_one_chat_gets_its_own_rate_and_is_refused_nothing(clock: Clock, pace: Pace, number: int, allowed: int) -> None:
    taken, refused = run(clock, 600, lambda: None if pace.chat_wait(number) > 0 else number, pace)
    assert refused == 0
    assert taken >= 0.97 * allowed


def test_a_stricter_telegram_is_learnt(clock: Clock) -> None:
    hasty = Pace(overall=60, now=clock)
    chances = random.Random(1)
    taken, refused = run(clock, 60, lambda: chances.randrange(1, 10_000), hasty)
    assert taken >= 0.8 * 30 * 60
    assert refused < 0.1 * taken


def test_a_refused_chat_waits_alone_and_is_slower_for_a_while(clock: Clock, pace: Pace) -> None:
    pace.take(PERSON)
    pace.refuse(PERSON, 10)
    assert pace.chat_wait(PERSON) == pytest.approx(10)
    assert pace.chat_wait(PERSON + 1) == 0
    clock.now += 10
    gaps = []
    for _ in range(300):
        clock.now += pace.chat_wait(PERSON)
        pace.take(PERSON)
        gaps.append(pace.chat_wait(PERSON))
    assert gaps[5] > 1.5
    assert gaps[-1] == pytest.approx(1, rel=0.01)


def test_a_long_refusal_holds_its_chat_and_everybody_when_the_next_one_hears_it_too(pace: Pace) -> None:
    pace.refuse(GROUP, 3600)
    assert pace.chat_wait(GROUP) == pytest.approx(3600)
    assert pace.overall_wait() == pace.answer_wait(PERSON) == 0
    pace.refuse(PERSON, LONG_S)
    assert pace.overall_wait() == pytest.approx(LONG_S)


def test_groups_in_slow_mode_hold_nobody_else(clock: Clock, pace: Pace) -> None:
    for number in range(10):
        pace.refuse(GROUP - number, 3600)
        pace.refuse(GROUP - number - 100, 3600)
        pace.bear()
        pace.refuse(PERSON + number, 3600)
        clock.now += LONG_S
        assert pace.overall_wait() == 0


def test_where_there_are_groups_alone_the_third_that_is_refused_for_long_holds_all(pace: Pace) -> None:
    for number in range(3):
        assert pace.overall_wait() == 0
        pace.refuse(GROUP - number, 600)
    assert pace.overall_wait() == pytest.approx(600)


def test_an_answer_goes_before_its_time_and_what_waits_goes_later(clock: Clock, pace: Pace) -> None:
    for number in range(1, 4):
        pace.take(number)
    waited = pace.overall_wait()
    assert waited > 0
    assert pace.answer_wait(PERSON + 1) == 0
    pace.take(PERSON + 1)
    assert pace.overall_wait() > waited


def test_answers_keep_within_the_burst_that_telegram_bears(clock: Clock, pace: Pace) -> None:
    limits = Limits(clock)
    limits.on = True
    for number in range(1, 3001):
        clock.now += pace.answer_wait(number)
        pace.take(number)
        limits.take(BOT, chat(number))
    assert clock.now - 1000 >= 0.9 * 3000 / 30


def test_chats_that_are_long_free_are_forgotten(clock: Clock, pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pace.KEPT", 100)
    for number in range(1, 1000):
        pace.take(number)
        clock.now += 1
    assert len(pace._chats) <= 101


def test_what_is_paid_for_goes_a_thousand_times_a_second(clock: Clock) -> None:
    paid = Pace(overall=1000, now=clock)
    for number in range(10_000):
        clock.now += paid.overall_wait()
        paid.take(number)
    assert clock.now - 1000 == pytest.approx(10, rel=0.01)


def test_each_part_of_an_album_is_a_message(clock: Clock, pace: Pace) -> None:
    limits = Limits(clock)
    limits.on = True
    pace.take(GROUP, 10)
    limits.take(BOT, chat(GROUP), 10)
    assert pace.chat_wait(GROUP) > 8 * 60 / 20 - 1
    assert pace.overall_wait() > 8 / 30
    for _ in range(11):
        clock.now += pace.chat_wait(GROUP)
        pace.take(GROUP)
        limits.take(BOT, chat(GROUP))
    assert limits.refused == 0
