"""Whether posts tell of the same event in other words. Texts written for these tests."""

from datetime import timedelta

import pytest

from monitor.events import likeness, rarity, told

SOON = timedelta(minutes=20)
COMMON = {"в": 0.0, "на": 0.0, "и": 0.0, "город": 0.3, "мост": 0.5, "сегодн": 0.2}
FERRY = "Паром «Альбатрос» с 40 пассажирами сел на мель у мыса Лунный, спасатели снимают людей катерами"


@pytest.mark.parametrize(
    "other",
    [
        "У мыса Лунный на мель сел «Альбатрос»: пассажиров парома снимают на катерах спасатели",
        "Спасатели катерами вывозят пассажиров с парома «Альбатрос», который сел на мель. На борту 40 человек",
        "Пором «Альбатрос» сів на мілину біля мису Лунний, пасажирів знімають катери рятувальників: мыс, паром, мель",
    ],
    ids=["turned round", "from the middle", "half in another language"],
)
def test_an_event_is_known_in_other_words(other: str) -> None:
    assert likeness(told(FERRY), told(other), COMMON, SOON) > 0


@pytest.mark.parametrize(
    "other",
    [
        "На мосту через Быструю столкнулись два грузовика, движение в сторону города закрыто",
        "Паром на остров отменили из-за ветра",
        "Театр открывает сезон премьерой балета",
        "",
    ],
    ids=["another accident", "another ferry", "nothing of it", "nothing"],
)
def test_another_event_is_not(other: str) -> None:
    assert likeness(told(FERRY), told(other), COMMON, SOON) < 0


def test_numbers_that_contradict_and_time_speak_against_it() -> None:
    one, other = (told(f"ПВО сбила {count} беспилотников над Лунным районом и заливом Быстрый") for count in ("8", "5"))
    same = told("Над Лунным районом и заливом Быстрый ПВО сбила восемь беспилотников")
    assert likeness(one, same, COMMON, SOON) > likeness(one, other, COMMON, SOON) + 2
    assert likeness(one, same, COMMON, SOON) > likeness(one, same, COMMON, timedelta(hours=20)) + 2


def test_a_number_is_one_number_in_digits_and_in_words() -> None:
    assert told("восемь лодок").numbers == told("8 лодок").numbers == told("eight boats").numbers == {"8"}


def test_what_comes_late_in_a_text_is_background() -> None:
    long = told(FERRY + " слово" * 60 + " Квазимодо 77")
    assert "квазим" not in long.stems
    assert "77" in long.all_numbers - long.numbers


def test_a_word_that_nobody_else_has_is_rarest() -> None:
    assert rarity(1000, 1) == 1
    assert rarity(1000, 1000) == 0
    assert 0.3 < rarity(1000, 30) < 0.7
    assert rarity(0, 0) >= 0
