"""Texts written for these tests."""

from datetime import timedelta

import pytest

from monitor.footers import without_footer
from monitor.similarity import are_copies, is_glimpsed, is_repetition, shape

SOON, LATER, NEXT_DAY = timedelta(minutes=5), timedelta(hours=3), timedelta(hours=26)
NEWS = (
    "Паромное сообщение между Северным портом и островом Лунный прервано из-за шторма, на причале ждут сорок машин. "
    "Капитан порта обещает открыть линию завтра утром, если ветер стихнет."
)
RATES = "Курсы на утро: доллар 81,20, евро 94,75, юань 11,30, золото 9120 за грамм, серебро 104 за грамм."
OTHER_RATES = "Курсы на утро: доллар 82,95, евро 96,10, юань 11,55, золото 9340 за грамм, серебро 107 за грамм."


@pytest.mark.parametrize(
    "copy",
    [
        NEWS,
        "⚡️ " + NEWS.upper(),
        NEWS + "\n\n👉 [Подписаться](https://t.me/lunny_port) | [Прислать новость](https://t.me/lunny_bot)",
        NEWS + "\n\nUPD: линию откроют только вечером, сообщил дежурный по порту.",
        NEWS.replace("сорок", "пятьдесят"),
        "Срочная новость с побережья. " + NEWS + " Мы следим за событиями и расскажем, что будет дальше с паромом.",
        NEWS.replace("о", "o").replace("а", "a"),
        NEWS.replace("е", "ё").replace("стихнет", "cтиxнет").replace("остров", "о\u0301стров"),
    ],
    ids=[
        "the same",
        "letter case and signs",
        "a footer",
        "an addition",
        "a word",
        "a longer post",
        "look-alikes",
        "another spelling",
    ],
)
def test_a_copy_is_known_whatever_was_put_around_it(copy: str) -> None:
    assert are_copies(shape(NEWS), shape(copy), LATER)


@pytest.mark.parametrize(
    "other",
    [
        "Музей маяка на острове Лунный закрывают на ремонт, экскурсии перенесут в здание старой почты на набережной.",
        "",
        "Паромное сообщение прервано.",
    ],
    ids=["another news", "nothing", "a few of its words"],
)
def test_what_says_something_else_is_no_copy(other: str) -> None:
    assert not are_copies(shape(NEWS), shape(other), SOON)


def test_a_template_filled_with_other_numbers_is_no_copy() -> None:
    assert not are_copies(shape(RATES), shape(OTHER_RATES), NEXT_DAY)
    assert not is_repetition(shape(RATES), shape(OTHER_RATES), SOON)
    assert is_repetition(shape(RATES), shape(RATES + " 🌤"), NEXT_DAY)


def test_a_channel_that_soon_says_more_of_the_same_repeats_it_and_the_next_day_says_something_else() -> None:
    more = shape(
        NEWS + " В очереди стоят сорок машин, среди них две кареты скорой помощи и автобус с детским хором."
        " Пассажирам предлагают переждать в здании вокзала, где работает буфет и открыта комната матери и ребёнка."
    )
    assert is_repetition(shape(NEWS), more, SOON)
    assert not is_repetition(shape(NEWS), more, NEXT_DAY)


def test_a_list_of_which_little_is_left_out_is_the_same_list_and_other_numbers_make_another() -> None:
    walks = [
        f"Прогулка к маяку {name} и обратно, сбор у старой пристани" for name in ("Северный", "Южный", "Восточный")
    ]
    whole = shape(
        "Куда пойти 16 и 17 ноября: " + "; ".join([*walks, *(f"катание на лодках в бухте {x}" for x in "абвг")])
    )
    rest = shape("Куда пойти 17 ноября: " + "; ".join([*walks, *(f"катание на лодках в бухте {x}" for x in "абвг")]))
    other = shape("Куда пойти 23 ноября: " + "; ".join([*walks, *(f"катание на лодках в бухте {x}" for x in "абвг")]))
    assert is_repetition(whole, rest, NEXT_DAY)
    assert not is_repetition(whole, other, NEXT_DAY)
    assert not is_repetition(shape(RATES), shape(RATES.replace(", серебро 104 за грамм", "")), NEXT_DAY)


def test_a_text_is_glimpsed_in_a_longer_one_that_holds_it_and_not_in_one_that_shares_a_phrase() -> None:
    assert is_glimpsed(NEWS, "Срочная новость с побережья. " + NEWS)
    assert not is_glimpsed(NEWS, "Паромное сообщение между Северным портом открыто. " + RATES * 3)
    assert is_glimpsed("", NEWS)


def test_a_number_corrected_at_once_is_the_same_news_and_later_another() -> None:
    ten, eleven = (
        shape(f"Мост через Быструю речку разведут сегодня в {hour}:00, объезд по дамбе") for hour in (10, 11)
    )
    assert are_copies(ten, eleven, SOON)
    assert not are_copies(ten, eleven, LATER)


def test_a_short_sentence_said_again_another_day_is_another_news() -> None:
    short = shape("Паром на Лунный снова ходит")
    assert are_copies(short, short, SOON)
    assert not are_copies(short, short, NEXT_DAY)
    assert not are_copies(shape("Доброе утро"), shape("Доброе утро"), SOON)


def test_three_words_are_a_copy_if_they_come_at_once_and_alone() -> None:
    place = shape("Обстановка у маяка")
    assert are_copies(place, shape("🔴 обстановка у маяка"), SOON)
    assert not are_copies(place, place, LATER)
    assert not are_copies(place, shape("Обстановка у маяка спокойная, вышли смотреть на волны"), SOON)


def test_numbers_are_compared_however_they_are_written() -> None:
    assert shape("Собрали 1 000 000 крышек").numbers == shape("Собрали 1,000,000 крышек").numbers == {"1000000"}


def test_a_footer_of_hidden_links_is_left_out() -> None:
    text = "🏝 Паром снова ходит\n\nПодписаться | Прислать новость"
    links = [
        {"type": "text_link", "offset": 22, "length": 11, "url": "https://t.me/lunny_port"},
        {"type": "text_link", "offset": 36, "length": 16, "url": "https://t.me/lunny_bot"},
    ]
    assert without_footer(text, links) == "🏝 Паром снова ходит"
    assert without_footer(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Паром снова ходит\n@lunny_port", "Паром снова ходит"),
        ("Паром снова ходит\n\nhttps://t.me/lunny_port\n\n", "Паром снова ходит"),
        ("Паром снова ходит, подробности у @lunny_port", "Паром снова ходит, подробности у @lunny_port"),
        ("[Подписаться](https://t.me/lunny_port)", ""),
        ("Что почитать:\n" + "\n".join(["[Глава](https://example.org)"] * 4), None),
        ("", ""),
    ],
)
def test_lines_of_links_at_the_end_are_a_footer_unless_they_are_a_list(text: str, left: str | None) -> None:
    assert without_footer(text) == (text if left is None else left)


def test_a_sketch_is_the_same_in_every_process() -> None:
    """Rows of one process are found by another: the numbers must never change without a migration."""
    assert shape("раз два три четыре").sketch() == [25_869_186_748_907, 108_253_521_613_663]
