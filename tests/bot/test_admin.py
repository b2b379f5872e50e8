"""What admins see and do in chat, and that nobody else does."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.alarm import PERIOD, Alarm
from bot.i18n import translator
from bot.schedule import Schedule
from bot.timings import Timings
from monitor import accounts, dead_letters, digest, outbox, subscribers
from monitor.database import Sessions
from monitor.health import health
from monitor.models import AdminAction, Channel, ChatKind, Delivery, DeliveryState, Subscriber
from tests.bot.conftest import ADMIN
from tests.bot.telegram import Chat, Request, ScriptedTelegram
from tests.bot.test_relay import Clock
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch

EN = translator("en")


def only(requests: list[Request]) -> Request:
    assert len(requests) == 1, requests
    return requests[0]


async def actions(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(AdminAction.action).order_by(AdminAction.id)))


async def owed(sessions: Sessions) -> list[tuple[int, dict[str, object]]]:
    """Chat → notice of every delivery, in order."""
    async with sessions() as session:
        rows = select(Subscriber.chat_id, Delivery.notice).join(Delivery, Delivery.subscriber_id == Subscriber.id)
        return [(chat, notice or {}) for chat, notice in await session.execute(rows.order_by(Delivery.id))]


@pytest.mark.parametrize("command", ["/admin", "/broadcast hello"])
async def test_only_admins_see_and_speak(reader: Chat, command: str) -> None:
    assert only(await reader.say(command)).text == EN("error-admins_only")


@pytest.mark.parametrize("data", ["admin:home", "again:0", "say:1:1"])
async def test_only_admins_press(reader: Chat, data: str) -> None:
    assert only(await reader.press(data)).text == EN("error-admins_only")


async def test_the_first_page_leads_to_the_others_and_back(admin: Chat) -> None:
    home = only(await admin.say("/admin"))
    assert EN("admin-title") in home.text
    assert "admin.show" not in home.text, "nothing was measured yet"
    titles = {"log": "actions-title", "people": "people-title", "dead": "letters-none", "an old name": "admin-title"}
    for name, title in titles.items():
        _, page = await admin.press(f"admin:{name}")
        assert EN(title) in page.text
        assert "admin:home" in page.buttons().values()
    assert "admin.show" in (await admin.press("admin:home"))[1].text


async def test_health_counts_what_there_is(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(Channel(id=10, title="News", pushed=5, found=2, added_at=NOW))
        session.add(Channel(id=11, title="Left", watched=False, pushed=9, found=9, added_at=NOW))
        await accounts.beat(session, "main", NOW)
        await accounts.fail(session, "second", "session_revoked", NOW)
        for chat in (1, 2, 3):
            person = await subscribers.get_or_create(session, chat, 0, ChatKind.PRIVATE, "en", NOW - timedelta(days=9))
            await outbox.enqueue_notice(session, person.id, "hint", NOW + timedelta(minutes=chat - 2))
        await session.execute(update(Subscriber).where(Subscriber.chat_id == 3).values(active=False))
        await session.execute(update(Delivery).where(Delivery.due_at == NOW).values(state=DeliveryState.DEAD))
    async with sessions() as session:
        found = await health(session, NOW)
    assert [(account.name, account.problem, count) for account, count in found.accounts] == [
        ("main", None, 0),
        ("second", "session_revoked", 0),
    ]
    assert (found.channels, found.orphans, found.pushed, found.found) == (1, 1, 5, 2)
    queue, people = found.queue, found.people
    assert (queue.due, queue.later, queue.oldest, queue.dead) == (1, 1, NOW - timedelta(minutes=1), 1)
    assert (people.active, people.gone, people.new, people.asking) == (2, 1, 0, 0)


async def test_a_message_that_was_given_up_is_sent_again_by_a_button(admin: Chat, sqlite_sessions: Sessions) -> None:
    await admin.say("/start")
    async with sqlite_sessions.begin() as session:
        person = await subscribers.find(session, ADMIN)
        assert person is not None
        for _ in range(3):
            await outbox.enqueue_notice(session, person.id, "hint", NOW)
        dead = {"state": DeliveryState.DEAD, "attempts": 8, "error": "Bad Request", "settled_at": NOW}
        await session.execute(update(Delivery).values(dead))
    _, page = await admin.press("admin:dead")
    assert "Bad Request" in page.text
    _, left = await admin.press(page.buttons()["↻ 1"])
    assert "↻ 1" not in left.buttons()
    _, none = await admin.press(left.buttons()[EN("letters-all")])
    assert none.text == EN("letters-none")
    async with sqlite_sessions() as session:
        rows = (await session.scalars(select(Delivery))).all()
        assert {(row.state, row.attempts, row.settled_at) for row in rows} == {(DeliveryState.DUE, 0, None)}
    assert await actions(sqlite_sessions) == ["resent", "resent"]


async def test_of_a_message_that_was_given_up_its_kind_and_what_it_is_about_are_shown(
    admin: Chat, sqlite_sessions: Sessions
) -> None:
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    await arrive(sqlite_sessions, arrival(1, "Паром ушёл"))
    async with sqlite_sessions.begin() as session:
        (person,) = await session.scalars(select(Subscriber).where(Subscriber.chat_id == 7))
        await outbox.enqueue_notice(session, person.id, "hint", NOW)
        await digest.enqueue(session, person.id, "digest:2025-07-01", NOW, NOW)
        await session.execute(update(Delivery).values(state=DeliveryState.DEAD, error="Bad Request", settled_at=NOW))
    page = (await admin.press("admin:dead"))[-1]
    lines = [line for line in page.text.splitlines() if "→ 7" in line]
    assert len(lines) == 3
    newest, notice, alert = lines
    assert EN("letters-digest") in newest
    assert f"{EN('letters-notice')} hint" in notice
    assert f"{EN('letters-alert')} · Осторожно, новости: Паром ушёл" in alert
    assert "https://t.me/ostorozhno_novosti/1" in [entity.get("url") for entity in page.params["entities"]]


async def test_admins_hear_once_an_hour_of_what_was_given_up(admin: Chat, sqlite_sessions: Sessions) -> None:
    await admin.say("/start")
    clock = Clock()
    schedule = Schedule(sqlite_sessions, admins=[ADMIN, 999], clock=clock)  # the other one never met the bot

    async def told_after(minutes: int, *, dies: int = 0, key: str | None = None) -> list[object]:
        """What the admin is told of, after so many minutes, where so many messages are given up."""
        clock.now += timedelta(minutes=minutes)
        before = len(await owed(sqlite_sessions))
        async with sqlite_sessions.begin() as session:
            person = await subscribers.get_or_create(session, 5, 0, ChatKind.PRIVATE, "en", NOW)
            for _ in range(dies):
                number = await outbox.enqueue_notice(session, person.id, "hint", clock.now)
                dead = {"state": DeliveryState.DEAD, "settled_at": clock.now, "key": key}
                await session.execute(update(Delivery).where(Delivery.id == number).values(dead))
        await schedule._tell_of_dead_letters()
        said = (await owed(sqlite_sessions))[before + dies :]
        return [(chat, notice["key"], notice["params"]) for chat, notice in said]

    def of(count: int) -> list[object]:
        return [(ADMIN, "letters_given_up", {"count": count})]

    assert await told_after(0) == []
    assert await told_after(1, dies=2) == of(2)
    assert await told_after(30, dies=3) == []
    assert await told_after(30) == of(3)
    assert await told_after(61) == []
    assert await told_after(1, dies=1, key="letters:0") == [], "what tells of them is no news itself"
    assert await told_after(1, dies=1) == of(1)


async def test_nothing_but_what_was_given_up_is_sent_again(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        person = await subscribers.get_or_create(session, 1, 0, ChatKind.PRIVATE, "en", NOW)
        await outbox.enqueue_notice(session, person.id, "hint", NOW)
        await session.execute(update(Delivery).values(state=DeliveryState.SENT))
        assert await dead_letters.send_again(session, None, ADMIN, NOW) == 0


async def test_a_word_to_everybody_goes_out_once_after_a_second_press(
    telegram: ScriptedTelegram, admin: Chat, sqlite_sessions: Sessions
) -> None:
    for user in (7, 8, 9):
        await Chat(telegram, user=user).say("/start")
    await Chat(telegram, user=9).membership("member", "kicked")
    bold = {"type": "bold", "offset": len("/broadcast 😀 ") + 1, "length": 5}
    preview = only(await admin.say("/broadcast 😀 tonight I am away", entities=[bold]))
    assert "😀 tonight I am away" in preview.text
    assert preview.marked("bold") == ["tonig"]
    assert await owed(sqlite_sessions) == []
    send = preview.buttons()[EN("broadcast-send", count=3)]
    for _ in range(2):
        _, sent = await admin.press(send)
        assert sent.text == EN("broadcast-sent", count=3)
    said = await owed(sqlite_sessions)
    assert sorted(chat for chat, _ in said) == [ADMIN, 7, 8]
    assert {str(notice["key"]) for _, notice in said} == {"broadcast"}
    assert await actions(sqlite_sessions) == ["broadcast"]


async def test_a_word_to_everybody_may_be_dropped(admin: Chat, sqlite_sessions: Sessions) -> None:
    answered = {"message_id": 3, "date": 1, "chat": {"id": ADMIN, "type": "private"}, "text": "Away tonight"}
    preview = only(await admin.say("/broadcast", reply_to_message=answered))
    assert "Away tonight" in preview.text
    send, drop = preview.buttons().values()
    for data in (drop, send):
        _, edited = await admin.press(data)
        assert edited.text == EN("broadcast-dropped")
    assert await owed(sqlite_sessions) == []


async def test_a_word_to_everybody_needs_words_and_not_too_many(admin: Chat) -> None:
    assert only(await admin.say("/broadcast")).text == EN("broadcast-usage")
    long = only(await admin.say("/broadcast " + "x" * 3501))
    assert long.text == EN("error-broadcast_too_long", limit=3500)


async def test_what_admins_do_is_written_down(admin: Chat, sqlite_sessions: Sessions) -> None:
    await admin.say("/watch @rian_ru")
    assert await actions(sqlite_sessions) == ["watch"]
    assert "@rian_ru" in (await admin.press("admin:log"))[1].text


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> object:
        return self.now


async def test_an_error_reaches_the_admin_once_a_while_with_its_number(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        await subscribers.get_or_create(session, ADMIN, 0, ChatKind.PRIVATE, "en", NOW)
    watch = Watch()
    alarm = Alarm(sqlite_sessions, [ADMIN, 99], clock=watch)  # type: ignore[arg-type]
    log = logging.getLogger("tests.alarm")
    log.addHandler(alarm)
    for number in range(1000):
        log.error("delivery %d failed", number)
    await alarm.tell()
    log.error("delivery %d failed", 1000)
    log.warning("no error")
    await alarm.tell()
    watch.now += PERIOD
    await alarm.tell()
    watch.now += PERIOD
    await alarm.tell()
    log.removeHandler(alarm)
    told = [(notice["key"], notice["params"]) for _, notice in await owed(sqlite_sessions)]
    where = {"where": "tests.alarm", "what": "delivery 0 failed"}
    assert told == [("alarm", {**where, "count": 1000}), ("alarm", {**where, "count": 1})]


async def test_errors_of_one_kind_do_not_hide_another_and_secrets_stay_secret(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        await subscribers.get_or_create(session, ADMIN, 0, ChatKind.PRIVATE, "en", NOW)
    alarm = Alarm(sqlite_sessions, [ADMIN], clock=lambda: NOW)
    log = logging.getLogger("tests.alarm")
    log.addHandler(alarm)
    try:
        raise ValueError
    except ValueError:
        log.exception("cannot use 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    log.error("cannot use 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    log.removeHandler(alarm)
    await alarm.tell()
    params = [notice["params"] for _, notice in await owed(sqlite_sessions)]
    assert {str(each["what"]) for each in params} == {"cannot use *** (ValueError)", "cannot use ***"}  # type: ignore[index]


async def test_an_error_amid_another_and_one_whose_values_do_not_fit_are_told(sqlite_sessions: Sessions) -> None:
    async with sqlite_sessions.begin() as session:
        await subscribers.get_or_create(session, ADMIN, 0, ChatKind.PRIVATE, "en", NOW)
    alarm = Alarm(sqlite_sessions, [ADMIN], clock=lambda: NOW)
    log = logging.getLogger("tests.alarm")
    log.propagate = False
    log.addHandler(alarm)

    class Failing:
        def __str__(self) -> str:
            log.error("the collector ends something")
            return "it"

    log.error("cannot use %s", Failing())
    log.error("delivery=%d", "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    log.removeHandler(alarm)
    log.propagate = True
    await alarm.tell()
    params = [notice["params"] for _, notice in await owed(sqlite_sessions)]
    assert {str(each["what"]) for each in params} == {  # type: ignore[index]
        "cannot use it",
        "the collector ends something",
        "delivery=%d (its values do not fit: TypeError)",
    }


async def test_the_slowest_handlers_come_first() -> None:
    moments = iter([0.0, 0.5, 1.0, 1.1])
    timings = Timings(lambda: next(moments))

    async def handler(event: object, data: dict[str, object]) -> None:
        return None

    for _ in range(2):
        await timings(handler, None, {})  # type: ignore[arg-type]
    (slowest,) = timings.slowest(3)
    assert (slowest.name, slowest.worst_ms) == ("?", 500)
