"""Which language a post is said to be in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from monitor import language
from monitor.database import Sessions
from monitor.language import RECENT, Habits, detect
from monitor.models import Post
from tests.monitor.arrivals import CHANNEL, arrival, arrive, watch


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("az", "azerbaycanda yeni qanun qebul olunub, deputatlar ses verib"),  # typed without a single ə
        ("az", "Бакыда јени мәктәб ачылыб, ушаглар севинир"),
        ("be", "Газета піша пра новыя цэны на бензін у Мінску"),  # no ў
        ("kk", "Бала мектепке барды, мен жаттап алдым деп айтты"),  # none of the letters that only Kazakh has
        ("uk", "Це дуже добра новина для всього народу"),  # no і
        ("ru", "Новая дорога откроется после праздников для машин"),  # no ы
        ("fa", "دولت درباره قانون تازه با نمایندگان مجلس حرف زد"),
        ("fa", "دولت در باره ي قانون است كه به مردم"),  # typed with Arabic letters
        ("tr", "Turkiye'de yeni yasa icin meclis bugun toplandi ve oylandi"),
        ("ru", "ВНИМАНИЕ! ДВИЖЕНИЕ ПО МОСТУ ЗАКРЫТО ДО УТРА"),
        ("ru", "Вышла новая версия Visual Studio Code Insiders для Windows"),
        ("en", "The minister said that talks would continue on Monday"),
    ],
)
def test_a_language_is_told_without_the_letters_that_give_it_away(expected: str, text: str) -> None:
    assert detect(text) == expected


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("uz", "Prezident bugun yangi qonunni imzoladi, deb xabar berdi matbuot xizmati"),
        ("uz", "Президент бугун янги қонунни имзолади, деб хабар берди матбуот хизмати"),
        ("ky", "Президент бүгүн жаңы мыйзамга кол койду деп билдирди басма сөз кызматы"),
        ("tt", "Казанда бүген яңа мәктәп ачылды, дип хәбәр итә шәһәр хакимияте"),
        ("tg", "Президент имрӯз қонуни навро имзо кард ва дар бораи он хабар дод"),
        ("bg", "Правителството прие новия закон, съобщиха от пресцентъра на кабинета"),
        ("sr", "Влада је данас усвојила нови закон, саопштено је из кабинета"),
        ("ar", "أعلنت الحكومة اليوم عن قانون جديد بعد اجتماع مجلس الوزراء"),
        ("ur", "حکومت نے آج نئے قانون کا اعلان کیا ہے اور اس پر بحث جاری ہے"),
        ("ckb", "حکومەت ئەمڕۆ یاسایەکی نوێی ڕاگەیاند لە شاری هەولێر"),
        ("pl", "Rząd przyjął dziś nową ustawę, poinformowała rzeczniczka"),
        ("de", "Die Regierung hat heute ein neues Gesetz beschlossen"),
        ("fr", "Le gouvernement a adopté aujourd'hui une nouvelle loi"),
        ("es", "El gobierno aprobó hoy una nueva ley sobre la vivienda"),
        ("ro", "Guvernul a adoptat astăzi o nouă lege privind locuințele"),
    ],
)
def test_a_neighbour_is_not_taken_for_a_common_language(expected: str, text: str) -> None:
    assert detect(text) == expected


@pytest.mark.parametrize(
    "text", ["", "🔥🔥", "12:30 — 45 %", "https://example.org/новости/вышли", "中文新闻今天发布了消息", "@channel #тег"]
)
def test_without_letters_that_are_known_there_is_no_language(text: str) -> None:
    assert detect(text) is None
    assert Habits().detect(1, text) is None


def test_a_short_text_is_in_the_language_of_its_channel() -> None:
    habits = Habits()
    assert habits.detect(1, "Новая дорога откроется после праздников для машин") == "ru"
    assert habits.detect(1, "👍 12:30") == "ru"
    assert habits.detect(1, "Да") == "ru"
    assert habits.detect(1, "Це є місто") == "uk"  # short, and yet beyond doubt
    assert habits.detect(2, "👍 12:30") is None


def test_a_channel_may_change_its_language() -> None:
    habits = Habits()
    habits.learn(1, ["ru"] * RECENT)
    for _ in range(3 * RECENT):
        habits.detect(1, "The minister said that talks would continue on Monday")
    assert habits.detect(1, "👍") == "en"


def test_habits_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "CHANNELS", 10)
    habits = Habits()
    for channel_id in range(100):
        habits.learn(channel_id, ["ru"])
    assert habits.unknown(range(100)) == set(range(90))


async def test_habits_outlive_a_restart(sessions: Sessions) -> None:
    await watch(sessions)
    await arrive(sessions, *(arrival(n, f"Azərbaycanda {n} yeni məktəb açılıb") for n in range(1, 4)), habits=Habits())
    await arrive(sessions, arrival(9, "👍 12:30"), habits=Habits())
    async with sessions() as session:
        assert (
            await session.scalar(select(Post.language).where(Post.channel_id == CHANNEL, Post.message_id == 9)) == "az"
        )


def test_every_thread_and_every_run_says_the_same() -> None:
    texts = [
        f"{word} {number}"
        for word in ("Правда ли это всё", "Bakida yeni", "Нова школа тут", "خبر جديد عن")
        for number in range(20)
    ]
    language._guess.cache_clear()
    language._factory.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(detect, texts))
    language._guess.cache_clear()
    assert list(map(detect, reversed(texts))) == first[::-1]


def test_undecided_are_those_that_take_a_guess() -> None:
    clear = "Қазақстан Республикасының Президенті және Үкімет осы туралы айтты"
    assert language.undecided([clear, "Дом стоит", "", "1"]) == ["Дом стоит"]
