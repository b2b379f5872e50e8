"""In a group what is told there belongs to the group, and only its admins change it."""

import pytest
from sqlalchemy import func, select

from bot.i18n import translator
from monitor.database import Sessions
from monitor.models import Subscription
from tests.bot.telegram import Chat, Request, ScriptedTelegram, standing

EN, RU = translator("en"), translator("ru")
GROUP = {"id": -100500, "type": "supergroup", "title": "Readers"}


@pytest.fixture
def owner(telegram: ScriptedTelegram) -> Chat:
    telegram.group_admins = {7}
    return Chat(telegram, user=7, chat=GROUP)


@pytest.fixture
def member(telegram: ScriptedTelegram) -> Chat:
    return Chat(telegram, user=8, chat=GROUP)


async def count(sessions: Sessions) -> int:
    async with sessions() as session:
        live = select(func.count()).select_from(Subscription).where(Subscription.ended_at.is_(None))
        return await session.scalar(live) or 0


def said(requests: list[Request]) -> str:
    return next(each.text for each in requests if each.method != "getChatMember")


async def test_a_member_is_told_who_may_change_it(member: Chat, sqlite_sessions: Sessions) -> None:
    assert said(await member.say("/subscribe пожар")) == EN("error-group_admins_only")
    assert await count(sqlite_sessions) == 0


async def test_a_member_may_look_and_not_press(owner: Chat, member: Chat, sqlite_sessions: Sessions) -> None:
    (*_, subscribed) = await owner.say("/subscribe пожар")
    opened, end = (subscribed.buttons()[EN(key)] for key in ("topic-settings", "undo"))
    assert "пожар" in (await member.press(opened))[-1].text
    assert said(await member.press(end)) == EN("error-group_admins_only")
    assert await count(sqlite_sessions) == 1
    assert said((await owner.press(end))[1:]) == EN("topic-ended", topic="пожар")
    assert await count(sqlite_sessions) == 0


async def test_telegram_is_asked_once_a_minute(owner: Chat) -> None:
    await owner.say("/subscribe пожар")
    await owner.say("/subscribe дым")
    assert len(owner.telegram.of("getChatMember")) == 1


@pytest.mark.parametrize("command", ["stories", "pictures"])
async def test_what_a_group_has_on_or_off_only_its_admins_change(command: str, owner: Chat, member: Chat) -> None:
    await owner.say(f"/{command} on")
    (shown,) = await owner.say(f"/{command}")
    off = next(data for label, data in shown.buttons().items() if not label.startswith("✓"))
    assert said(await member.say(f"/{command} off")) == EN("error-group_admins_only")
    assert said(await member.press(off)) == EN("error-group_admins_only")
    (still,) = await owner.say(f"/{command}")
    assert (still.text, still.buttons()) == (shown.text, shown.buttons())
    (turned,) = [each for each in await owner.press(off) if each.method == "editMessageText"]
    assert turned.text != shown.text


async def test_the_language_of_a_group_only_its_admins_choose(owner: Chat, member: Chat) -> None:
    shown = next(each for each in await member.say("/language") if each.method == "sendMessage")
    russian = shown.buttons()["Русский"]
    assert said(await member.press(russian)) == EN("error-group_admins_only")
    assert said(await member.say("/language ru")) == EN("error-group_admins_only")
    assert RU("language-chosen") in [
        each.text for each in await owner.press(russian) if each.method == "editMessageText"
    ]


async def test_an_admin_who_writes_in_the_groups_name_may(owner: Chat, member: Chat, sqlite_sessions: Sessions) -> None:
    await member.say("/subscribe пожар", sender_chat=GROUP)
    await member.say("/subscribe дым", sender_chat={**GROUP, "id": -100777})
    assert await count(sqlite_sessions) == 1


async def test_a_telegram_that_does_not_answer_lets_nobody_in(owner: Chat, sqlite_sessions: Sessions) -> None:
    owner.telegram.failures["getChatMember"] = [(400, {"ok": False, "description": "Bad Request: no"})]
    assert said(await owner.say("/subscribe пожар")) == EN("error-group_admins_only")
    assert await count(sqlite_sessions) == 0


@pytest.mark.parametrize("status", [429, 500, 502])
async def test_what_telegram_did_not_answer_is_asked_again_at_once(
    owner: Chat, sqlite_sessions: Sessions, status: int
) -> None:
    failure = {"ok": False, "description": "no", "parameters": {"retry_after": 1} if status == 429 else None}
    owner.telegram.failures["getChatMember"] = [(status, failure)]
    assert said(await owner.say("/subscribe пожар")) == EN("error-group_admins_only")
    await owner.say("/subscribe пожар")
    assert await count(sqlite_sessions) == 1


async def test_a_question_in_a_group_is_answered_by_a_reply(owner: Chat, member: Chat) -> None:
    (*_, subscribed) = await owner.say("/subscribe пожар")
    (card,) = [each for each in await owner.press(subscribed.buttons()[EN("topic-settings")]) if each.buttons()]
    asked = (await owner.press(card.buttons()[EN("topic-name")]))[-1]
    assert asked.params["reply_markup"] == {"force_reply": True, "selective": True}
    assert asked.marked("text_mention") == ["Reader"]
    reply = {"message_id": 9, "date": 1, "chat": GROUP, "from": {"id": 42, "is_bot": True, "first_name": "Dozor"}}
    assert await member.say("Дым", reply_to_message=reply) == []
    assert "Дым" in (await owner.say("Дым", reply_to_message=reply))[-1].text


def from_member(user: int = 8) -> dict[str, object]:
    person = {"id": user, "is_bot": False, "first_name": "Leyla"}
    return {"message_id": 3, "date": 1, "chat": GROUP, "from": person, "text": "hello"}


async def test_an_editor_whom_an_admin_named_may_change_it_until_dismissed(
    owner: Chat, member: Chat, sqlite_sessions: Sessions
) -> None:
    named = (await owner.say("/editors", reply_to_message=from_member()))[-1]
    assert "Leyla" in named.text
    assert said(await member.say("/subscribe пожар")) != EN("error-group_admins_only")
    assert await count(sqlite_sessions) == 1
    (dismiss,) = named.buttons().values()
    assert said(await member.press(dismiss)) == EN("error-group_admins_only"), "editors do not choose editors"
    assert EN("editors-none") in (await owner.press(dismiss))[-1].text
    assert said(await member.say("/subscribe дым")) == EN("error-group_admins_only")


@pytest.mark.parametrize(
    ("status", "inside", "trusted"),
    [("left", False, False), ("kicked", False, False), ("restricted", False, False), ("restricted", True, True)],
)
async def test_an_editor_who_is_no_longer_in_the_group_presses_in_vain(
    owner: Chat, member: Chat, sqlite_sessions: Sessions, status: str, inside: bool, trusted: bool
) -> None:
    await owner.say("/editors", reply_to_message=from_member())
    subscribed = (await owner.say("/subscribe пожар"))[-1]
    owner.telegram.standings[8] = standing(status, is_member=inside)
    pressed = await member.press(subscribed.buttons()[EN("undo")])
    assert (EN("error-group_admins_only") in [each.text for each in pressed]) is not trusted
    assert await count(sqlite_sessions) == (0 if trusted else 1)


async def test_an_editor_of_one_group_is_a_reader_of_another(owner: Chat, telegram: ScriptedTelegram) -> None:
    await owner.say("/editors", reply_to_message=from_member())
    elsewhere = Chat(telegram, user=8, chat={**GROUP, "id": -100600})
    assert said(await elsewhere.say("/subscribe пожар")) == EN("error-group_admins_only")


async def test_everybody_may_see_the_editors_and_only_admins_name_them(member: Chat) -> None:
    assert EN("editors-none") in said(await member.say("/editors"))
    answer = said(await member.say("/editors", reply_to_message=from_member(9)))
    assert answer == EN("error-group_admins_only")


async def test_where_there_is_no_group_there_is_no_team(reader: Chat) -> None:
    assert said(await reader.say("/editors")) == EN("groups-only")
