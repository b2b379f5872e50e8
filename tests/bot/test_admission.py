"""Who is let in, by which door, and what is said to the others."""

import pytest
from sqlalchemy import func, select

from bot.i18n import translator
from monitor.database import Sessions
from monitor.models import AdminAction, Delivery, Invite, Member, Standing, Subscriber
from tests.bot.conftest import ADMIN, Running
from tests.bot.telegram import Chat, Request, ScriptedTelegram

EN, RU = translator("en"), translator("ru")


def only(requests: list[Request]) -> Request:
    assert len(requests) == 1, requests
    return requests[0]


async def count(sessions: Sessions, model: type) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def notices(sessions: Sessions) -> list[dict[str, object]]:
    async with sessions() as session:
        return [row or {} for row in await session.scalars(select(Delivery.notice).order_by(Delivery.id))]


async def actions(sessions: Sessions) -> list[tuple[str, int | None]]:
    async with sessions() as session:
        rows = await session.execute(select(AdminAction.action, AdminAction.person_id).order_by(AdminAction.id))
        return [(action, person) for action, person in rows]


async def invitation(telegram: ScriptedTelegram, terms: str = "") -> str:
    """The payload of a new invitation's link."""
    made = only(await Chat(telegram, user=ADMIN).say(f"/invite {terms}".strip()))
    assert "https://t.me/dozor_bot?start=i_" in made.text
    return made.text.split("start=")[1].split()[0]


@pytest.mark.parametrize("access", ["invite", "closed"])
async def test_strangers_are_told_how_to_be_let_in_and_nothing_of_them_is_kept(
    running: Running, sqlite_sessions: Sessions, access: str
) -> None:
    said = {"invite": "error-invitation_needed", "closed": "error-access_closed"}[access]
    async with running(access=access) as telegram:
        assert only(await Chat(telegram, language="ru").say("/start")).text == RU(said)
        assert only(await Chat(telegram, language="ru").say("/search баку")).text == RU(said)
        assert await count(sqlite_sessions, Subscriber) == 0
        assert only(await Chat(telegram, user=ADMIN).say("/start")).text.startswith(EN("start"))


async def test_an_invitation_lets_in_as_many_as_it_says(running: Running, sqlite_sessions: Sessions) -> None:
    async with running(access="invite") as telegram:
        payload = await invitation(telegram, "2 1d")
        for user in (7, 8):
            assert EN("admission-admitted") in only(await Chat(telegram, user=user).say(f"/start {payload}")).text
            assert only(await Chat(telegram, user=user).say("/help")).text == EN("help")
        assert only(await Chat(telegram, user=9).say(f"/start {payload}")).text == EN("error-invite_ended")
        assert only(await Chat(telegram, user=9).say("/help")).text == EN("error-invitation_needed")
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Invite.used)) == 2


async def test_who_is_in_already_spends_no_use(running: Running, sqlite_sessions: Sessions) -> None:
    async with running(access="invite") as telegram:
        payload = await invitation(telegram, "5")
        for _ in range(3):
            assert EN("admission-admitted") in only(await Chat(telegram).say(f"/start {payload}")).text
    async with sqlite_sessions() as session:
        assert await session.scalar(select(Invite.used)) == 1


async def test_an_invitation_ends_when_an_admin_ends_it(running: Running) -> None:
    async with running(access="invite") as telegram:
        admin, payload = Chat(telegram, user=ADMIN), await invitation(telegram)
        listed = only(await admin.say("/invites"))
        (data,) = listed.buttons().values()
        assert only(await Chat(telegram).press(data)).text == EN("error-invitation_needed")
        _, edited = await admin.press(data)
        assert edited.text == EN("invites-none")
        assert only(await Chat(telegram).say(f"/start {payload}")).text == EN("error-invite_ended")


@pytest.mark.parametrize("terms", ["many", "10 20y", "0", "99999", "5 9999w"])
async def test_terms_that_make_no_sense_are_explained(running: Running, terms: str) -> None:
    async with running(access="invite") as telegram:
        admin = Chat(telegram, user=ADMIN)
        assert only(await admin.say(f"/invite {terms}")).text == EN("error-invite_terms")


@pytest.mark.parametrize("access", ["open", "closed"])
async def test_where_links_let_nobody_in_none_is_made(running: Running, sqlite_sessions: Sessions, access: str) -> None:
    async with running(access=access) as telegram:
        admin = Chat(telegram, user=ADMIN)
        assert only(await admin.say("/invite")).text == EN("invite-useless", access=access)
    assert await count(sqlite_sessions, Invite) == 0


async def test_a_request_is_made_once_and_every_admin_is_asked(running: Running, sqlite_sessions: Sessions) -> None:
    async with running(access="closed") as telegram:
        await Chat(telegram, user=ADMIN).say("/start")
        for _ in range(3):
            assert only(await Chat(telegram).say("/join")).text == EN("admission-asked")
        assert only(await Chat(telegram).say("/help")).text == EN("error-access_closed")
    assert await notices(sqlite_sessions) == [{"key": "join", "params": {"name": "Reader", "user": 7}}]


@pytest.mark.parametrize(("admit", "standing"), [(True, Standing.ADMITTED), (False, Standing.DECLINED)])
async def test_an_admin_decides_and_the_person_is_told(
    running: Running, sqlite_sessions: Sessions, admit: bool, standing: Standing
) -> None:
    async with running(access="closed") as telegram:
        admin, asker = Chat(telegram, user=ADMIN), Chat(telegram)
        await asker.say("/join")
        data = f"member:7:{int(admit)}"
        assert only(await asker.press(data)).text == EN("error-access_closed"), "nobody lets themselves in"
        _, edited = await admin.press(data)
        assert edited.text == EN(f"member-{standing}", name="Reader")
        await admin.press(data)
        assert only(await asker.say("/help")).text == EN("help" if admit else "error-access_closed")
        assert EN(f"admission-{standing}") in only(await asker.say("/join")).text
    assert await notices(sqlite_sessions) == [{"key": f"admission-{standing}", "params": {}}]
    assert await actions(sqlite_sessions) == [(standing, 7)]


async def test_a_decision_about_somebody_who_asked_nothing_is_kind(running: Running) -> None:
    async with running(access="closed") as telegram:
        _, edited = await Chat(telegram, user=ADMIN).press("member:99:1")
        assert edited.text == EN("member-gone")


async def test_an_invitation_does_not_undo_what_an_admin_declined(running: Running, sqlite_sessions: Sessions) -> None:
    async with running(access="invite") as telegram:
        payload = await invitation(telegram)
        async with sqlite_sessions.begin() as session:
            invite = await session.scalar(select(Invite))
            assert invite is not None
            declined = Member(user_id=7, name="Reader", standing=Standing.DECLINED, asked_at=invite.made_at)
            session.add(declined)
        assert only(await Chat(telegram).say(f"/start {payload}")).text == EN("error-invite_ended")


async def test_only_an_admin_decides_and_invites(reader: Chat) -> None:
    for command in ("/invite", "/invites"):
        assert only(await reader.say(command)).text == EN("error-admins_only")
    for data in ("member:7:1", "invite:abc"):
        assert only(await reader.press(data)).text == EN("error-admins_only")


async def test_in_an_open_bot_who_asks_is_in(reader: Chat) -> None:
    assert EN("admission-admitted") in only(await reader.say("/join")).text
