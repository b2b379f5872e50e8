"""What the bot says about its query language is true, and a query that it cannot read is shown where it goes wrong."""

import pytest

from bot import views
from bot.i18n import locales, translator
from bot.views.cheat_sheet import BETWEEN
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import QuerySyntaxError, parse
from tests.bot.telegram import Chat, Request

# A post for each line of the sheet that its query finds, and one that it does not.
POSTS: dict[str, list[tuple[Document, Document]]] = {
    "en": [
        (Document("In Baku two embassies closed"), Document("The embassy in Ankara")),
        (Document("Protests go on"), Document("All is quiet")),
        (Document("A strike of teachers"), Document("A football strike")),
        (Document("Protest at the railway"), Document("Protest at the port")),
        (Document("The central banks wait"), Document("A bank in a central street")),
        (Document("The bank raised its rates; a bank has a new rate"), Document("bank of one and two and three rate")),
        (Document("He sold apple shares"), Document("He sold apples")),
        (Document("Two were arrested"), Document("Two were detained")),
        (Document("Сказал Ибрагимов"), Document("Сказал Алиев")),
        (Document("Tomorrow #election"), Document("The election is tomorrow")),
        (Document("See https://example.org/news"), Document("See https://example.com/news")),
        (Document("The rate 95 today"), Document("The rate today")),
        (Document("An earthquake", channel="news"), Document("An earthquake", channel="other")),
        (Document("An earthquake", language="en"), Document("An earthquake", language="tr")),
        (Document("An earthquake", media=frozenset({"photo"})), Document("An earthquake")),
        (Document("An earthquake"), Document("An earthquake", is_forward=True)),
    ],
    "ru": [
        (Document("В Баку закрыли посольства"), Document("Посольство в Анкаре")),
        (Document("Протесты продолжаются"), Document("Всё тихо")),
        (Document("Забастовка учителей"), Document("Забастовка в футболе")),
        (Document("На вокзале протесты"), Document("В порту протесты")),
        (Document("Решение центрального банка"), Document("Банк на центральной улице")),
        (Document("Ставку снова поднял банк"), Document("Ставка, как один раз решил банк")),
        (Document("Репчатый лук"), Document("Стрелял луками")),
        (Document("Двоих арестовали"), Document("Двоих задержали")),
        (Document("İbrahimov said"), Document("Aliyev said")),
        (Document("Завтра #выборы"), Document("Завтра выборы")),
        (Document("См. https://example.org/news"), Document("См. https://example.com/news")),
        (Document("Курс 95 сегодня"), Document("Курс сегодня")),
        (Document("Землетрясения", channel="news"), Document("Землетрясение", channel="other")),
        (Document("Землетрясения", language="ru"), Document("Землетрясение", language="uk")),
        (Document("Землетрясения", media=frozenset({"photo"})), Document("Землетрясение")),
        (Document("После землетрясения"), Document("Землетрясение", is_forward=True)),
    ],
    "az": [
        (Document("Bakıda iki səfirlik bağlandı"), Document("Ankarada səfirlik")),
        (Document("Etirazlar davam edir"), Document("Hər şey sakitdir")),
        (Document("Müəllimlərin tətili"), Document("Futbol klubunda tətil")),
        (Document("Vağzalda etiraz"), Document("Limanda etiraz")),
        (Document("Mərkəzi Bankın qərarı"), Document("Bank şəhərin mərkəzi küçəsindədir")),
        (Document("Bank yenə faizi artırdı"), Document("Bank bir daha bu gün faizi artırdı")),
        (Document("Qırmızı alma"), Document("Qırmızı almalar")),
        (Document("İki nəfər həbsdədir"), Document("İki nəfər saxlanılıb")),
        (Document("Сказал Ибрагимов"), Document("Сказал Алиев")),
        (Document("Sabah #seçki"), Document("Sabah seçki")),
        (Document("Bax: https://example.org/news"), Document("Bax: https://example.com/news")),
        (Document("Bu gün məzənnə 95"), Document("Bu gün məzənnə")),
        (Document("Zəlzələlər", channel="news"), Document("Zəlzələ", channel="other")),
        (Document("Zəlzələlər", language="az"), Document("Zəlzələ", language="tr")),
        (Document("Zəlzələlər", media=frozenset({"photo"})), Document("Zəlzələ")),
        (Document("Zəlzələdən sonra"), Document("Zəlzələ", is_forward=True)),
    ],
    "uk": [
        (Document("У Баку зачинили посольства"), Document("Посольство в Анкарі")),
        (Document("Протести тривають"), Document("Усе тихо")),
        (Document("Страйк учителів"), Document("Страйк у футболі")),
        (Document("На вокзалі протести"), Document("У порту протести")),
        (Document("Рішення центрального банку"), Document("Банк на центральній вулиці")),
        (Document("Ставку знову підняв банк"), Document("Ставка, як один раз вирішив банк")),
        (Document("Ріпчастий лук"), Document("Стріляв луками")),
        (Document("Двох арештували"), Document("Двох затримали")),
        (Document("İbrahimov said"), Document("Aliyev said")),
        (Document("Завтра #вибори"), Document("Завтра вибори")),
        (Document("Див. https://example.org/news"), Document("Див. https://example.com/news")),
        (Document("Курс 95 сьогодні"), Document("Курс сьогодні")),
        (Document("Землетруси", channel="news"), Document("Землетрус", channel="other")),
        (Document("Землетруси", language="uk"), Document("Землетрус", language="ru")),
        (Document("Землетруси", media=frozenset({"photo"})), Document("Землетрус")),
        (Document("Після землетрусу"), Document("Землетрус", is_forward=True)),
    ],
}


def examples(locale: str) -> list[str]:
    return [line.partition(BETWEEN)[0] for line in translator(locale)("query-help").splitlines()]


@pytest.mark.parametrize("locale", locales())
def test_every_example_finds_what_it_says_and_nothing_else(locale: str) -> None:
    for query, (post, other) in zip(examples(locale), POSTS[locale], strict=True):
        parsed, matcher = parse(query), Matcher()
        matcher.add(1, parsed)
        assert (explain(parsed, post) is not None, list(matcher.match(post))) == (True, [1]), query
        assert (explain(parsed, other), list(matcher.match(other))) == (None, []), query


@pytest.mark.parametrize("locale", locales())
def test_what_is_for_searches_alone_can_be_read(locale: str) -> None:
    words = translator(locale)("query-help-end").replace(",", " ").split()
    for word in words:
        if word.startswith(("after:", "before:", "last:")):
            parse(word)


@pytest.mark.parametrize("locale", locales())
async def test_help_query_shows_the_examples_ready_to_be_copied(reader: Chat, locale: str) -> None:
    sheet = views.cheat_sheet(translator(locale))
    assert [entity.extract_from(sheet.text) for entity in sheet.entities if entity.type == "code"] == examples(locale)
    (answer,) = await reader.say("/help query")
    assert answer.text == views.cheat_sheet(translator("en")).text


def shown(query: str) -> tuple[str, str]:
    """The line that shows the query and the line below it."""
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    view = views.mistake("No.", caught.value.query, caught.value.position)
    line, mark = view.text.removeprefix("No.\n\n").split("\n")
    assert [entity.extract_from(view.text) for entity in view.entities] == [f"{line}\n{mark}"]
    return line, mark


@pytest.mark.parametrize(
    ("query", "line", "at"),
    [
        ('Баку "взрыв', 'Баку "взрыв', '"'),
        ("a (b", "a (b", "("),
        ("курс ар*", "курс ар*", "а"),
        ("слово " * 20 + "has:smell", "…о слово слово has:smell", "h"),
        ("а\n\0б )", "а··б )", ")"),
        ("a" * 1001, "…" + "a" * 14 + "a", "a"),
        ("a |", "a |", ""),
    ],
)
def test_the_place_is_marked(query: str, line: str, at: str) -> None:
    seen, mark = shown(query)
    assert seen == line
    assert seen[len(mark) - 1 : len(mark)] == at


@pytest.mark.parametrize("command", ["subscribe", "search"])
async def test_a_wrong_query_is_answered_with_its_place_and_a_hint(reader: Chat, command: str) -> None:
    answers: list[Request] = await reader.say(f'/{command} взрыв "в Баку')
    (answer,) = answers
    assert answer.text == 'Did you forget a closing quote? (Character 7)\n\nвзрыв "в Баку\n      ⌃'
    assert answer.marked("pre") == ['взрыв "в Баку\n      ⌃']


async def test_a_filter_for_searches_alone_is_marked_in_a_subscription(reader: Chat) -> None:
    (answer,) = await reader.say("/subscribe взрыв last:7d")
    assert answer.marked("pre") == ["взрыв last:7d\n      ⌃"]
