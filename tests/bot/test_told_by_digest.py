"""What becomes of posts that a digest, or the message after a silence, told of. Texts written for these tests."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from bot import views
from bot.i18n import translator
from bot.views import Since
from monitor import digest, quiet
from monitor.database import Sessions
from monitor.ingest import mark_deleted
from monitor.models import Channel, Delivery, DeliveryKind, DeliveryState, Mode, Post, Subscriber, Subscription, Topic
from sandbox.botapi.rich import rich_message
from tests.bot.samples import repeats
from tests.bot.telegram import Request
from tests.bot.test_relay import Delivering, states
from tests.bot.test_rich_digest import given as over_the_wire
from tests.bot.test_rich_digest import words
from tests.bot.test_views import DATE, L10N, assert_acceptable, long_texts, post, spans
from tests.conftest import NOW
from tests.monitor.arrivals import CHANNEL, arrival, arrive, subscribe, watch

OTHER = 1002
DAY = timedelta(days=1)
RU = translator("ru")
NEWS = "Паром между Северным портом и островом Лунный не ходит со вчерашнего дня из-за шторма, на причале ждут сорок машин."


@pytest.fixture
async def delivering(sqlite_sessions: Sessions) -> Delivering:
    """A digest for one reader has told of two posts."""
    await watch(sqlite_sessions)
    await watch(sqlite_sessions, OTHER, "other")
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    delivering = Delivering(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(1, NEWS), arrival(2, "Паром на Дальний остров ушёл пустым"))
    await issue(sqlite_sessions)
    return delivering


async def issue(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for moment in (NOW, NOW + DAY):  # the first look finds out when the digest is due
            await digest.issue(session, moment)


async def have_deleted(sessions: Sessions, number: int) -> None:
    async with sessions.begin() as session:
        await mark_deleted(session, CHANNEL, [number], NOW + DAY)


def edits(delivering: Delivering) -> list[Request]:
    return delivering.telegram.of("editMessageText")


async def test_an_edit_is_shown_in_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await delivering.step(DAY.total_seconds())
    (told,) = delivering.telegram.of("sendMessage")
    later = NOW + DAY
    await arrive(sqlite_sessions, arrival(1, NEWS.replace("сорок", "пятьдесят"), edit_date=later), now=later)
    await delivering.step(3)
    (edit,) = edits(delivering)
    assert edit.marked("strikethrough") == ["сорок"]
    assert edit.marked("underline") == ["пятьдесят"]
    assert "✏️ изменён" in edit.text
    assert "Дальний остров" in edit.text
    assert edit.text.startswith(told.text.splitlines()[0])
    async with sqlite_sessions() as session:
        whole = (await session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.DIGEST))).one()
    assert edit.params["message_id"] == whole.message_id


async def test_a_deletion_and_a_lost_match_are_marked_in_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await delivering.step(DAY.total_seconds())
    later = NOW + DAY
    await arrive(sqlite_sessions, arrival(2, "Катер на Дальний остров ушёл пустым", edit_date=later), now=later)
    await have_deleted(sqlite_sessions, 1)
    await delivering.step(3)
    edit = edits(delivering)[-1]
    deleted, unmatched = edit.text.split("\n• ")[1:]
    assert ("🗑 удалено через" in deleted, "🔕" in deleted) == (True, False)
    assert ("🗑" in unmatched, "🔕 больше не подходит" in unmatched) == (False, True)


async def test_who_tells_the_same_later_is_named_in_it(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await delivering.step(DAY.total_seconds())
    await arrive(sqlite_sessions, arrival(2, f"⚡️ {NEWS}", channel_id=OTHER, date=NOW + timedelta(minutes=9)))
    await delivering.step(11)
    (edit,) = edits(delivering)
    assert f"➕ {RU('story-more', count=1)}" in edit.text
    assert "https://t.me/other/2" in [entity.get("url") for entity in edit.params["entities"]]


async def test_what_becomes_of_several_at_once_makes_one_edit(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await arrive(sqlite_sessions, arrival(3, "Паром отменён"))
    await delivering.step(DAY.total_seconds())
    for number in (1, 2):
        await have_deleted(sqlite_sessions, number)
    await delivering.step(3)
    (edit,) = edits(delivering)
    assert edit.text.count("🗑") == 2
    assert {state for state, _ in await states(sqlite_sessions)} == {DeliveryState.SENT}
    await have_deleted(sqlite_sessions, 3)
    await delivering.step(3)
    assert edits(delivering)[-1].text.count("🗑") == 3


async def test_edits_of_different_messages_are_apart(sqlite_sessions: Sessions, delivering: Delivering) -> None:
    await delivering.step(DAY.total_seconds())
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.INSTANT))
    later = NOW + DAY
    await arrive(
        sqlite_sessions, arrival(3, "Паром опоздал", date=later), arrival(4, "Паром пропал", date=later), now=later
    )
    await delivering.step(1)
    for number in (3, 1, 4, 2):
        await have_deleted(sqlite_sessions, number)
    await delivering.step(3)
    assert sorted(edit.text.count("🗑") for edit in edits(delivering)) == [1, 1, 2]


async def test_what_is_owed_again_while_it_is_claimed_holds_nothing_up(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    """Between the claim and the sending one of the two updates is owed again: the other one is given back."""
    await delivering.step(DAY.total_seconds())
    for number in (1, 2):
        await have_deleted(sqlite_sessions, number)
    begin = delivering._relay._desk.begin

    async def owe_again(*args: Any) -> bool:
        delivering._relay._desk.begin = begin  # type: ignore[method-assign]
        async with sqlite_sessions.begin() as session:
            again = update(Delivery).where(
                Delivery.kind == DeliveryKind.UPDATE, Delivery.post_id == args[0].deliveries[1].post_id
            )
            await session.execute(again.values(state=DeliveryState.DUE, due_at=NOW + DAY, claim=None))
        return await begin(replace(args[0], begun=False), args[1])

    delivering._relay._desk.begin = owe_again  # type: ignore[method-assign]
    await delivering.step(3)
    await delivering.step(1)
    assert {state for state, _ in await states(sqlite_sessions)} == {DeliveryState.SENT}
    assert edits(delivering)[-1].text.count("🗑") == 2


async def test_what_a_silence_held_is_told_on_in_the_message_after_it(sqlite_sessions: Sessions) -> None:
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    async with sqlite_sessions.begin() as session:
        quiet.set_snooze(await session.get_one(Subscriber, 1), "2h", NOW)
    delivering = Delivering(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(1, NEWS), arrival(2, "Паром ушёл"))
    await delivering.step()
    await delivering.step(7200)
    await have_deleted(sqlite_sessions, 2)
    await delivering.step(DAY.total_seconds())
    (edit,) = edits(delivering)
    assert "🗑" in edit.text


async def test_what_was_deleted_before_it_left_is_marked_at_once(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await have_deleted(sqlite_sessions, 2)
    await delivering.step(DAY.total_seconds())
    (told,) = delivering.telegram.of("sendMessage")
    assert told.text.count("🗑 удалено") == 1


async def test_what_changes_while_it_is_under_way_is_told_afterwards(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    send = delivering.telegram.make_request

    async def change_and_send(*args: object, **kwargs: object) -> object:
        delivering.telegram.make_request = send  # type: ignore[method-assign]
        await have_deleted(sqlite_sessions, 2)
        return await send(*args, **kwargs)  # type: ignore[arg-type]

    delivering.telegram.make_request = change_and_send  # type: ignore[method-assign, assignment]
    await delivering.step(DAY.total_seconds())
    await delivering.step(1)
    (told,) = delivering.telegram.of("sendMessage")
    (edit,) = edits(delivering)
    assert ("🗑" in told.text, "🗑" in edit.text) == (False, True)


async def test_what_is_wanted_at_once_while_it_is_under_way_is_told_once(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    await subscribe(sqlite_sessions, "баржа", chat_id=7)
    send = delivering.telegram.make_request

    async def change_and_send(*args: object, **kwargs: object) -> object:
        delivering.telegram.make_request = send  # type: ignore[method-assign]
        edit = arrival(2, "Баржа и паром на Дальний остров ушли пустыми", edit_date=NOW + DAY)
        assert (await arrive(sqlite_sessions, edit, now=NOW + DAY)).owed == 1
        return await send(*args, **kwargs)  # type: ignore[arg-type]

    delivering.telegram.make_request = change_and_send  # type: ignore[method-assign, assignment]
    await delivering.step(DAY.total_seconds())
    await delivering.step(60)
    assert len(delivering.telegram.of("sendMessage")) == 1
    (edit,) = edits(delivering)
    assert "Баржа" in edit.text


@pytest.mark.parametrize("is_deleted", [False, True])
async def test_what_changes_in_a_later_part_of_an_album_while_it_is_under_way_is_told_afterwards(
    sqlite_sessions: Sessions, is_deleted: bool
) -> None:
    await watch(sqlite_sessions)
    await subscribe(sqlite_sessions, "паром", chat_id=7)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    delivering = Delivering(sqlite_sessions)
    await arrive(sqlite_sessions, arrival(1, "", grouped_id=5), arrival(2, NEWS, grouped_id=5))
    await issue(sqlite_sessions)
    send = delivering.telegram.make_request

    async def change_and_send(*args: object, **kwargs: object) -> object:
        delivering.telegram.make_request = send  # type: ignore[method-assign]
        if is_deleted:
            await have_deleted(sqlite_sessions, 2)
        else:
            edit = arrival(2, f"{NEWS} Ждите.", grouped_id=5, edit_date=NOW + DAY)
            await arrive(sqlite_sessions, edit, now=NOW + DAY)
        return await send(*args, **kwargs)  # type: ignore[arg-type]

    delivering.telegram.make_request = change_and_send  # type: ignore[method-assign, assignment]
    await delivering.step(DAY.total_seconds())
    await delivering.step(1)
    (edit,) = edits(delivering)
    assert ("🗑" if is_deleted else "Ждите") in edit.text


async def test_only_whose_digest_was_under_way_when_its_post_was_deleted_gets_an_edit(
    sqlite_sessions: Sessions, delivering: Delivering
) -> None:
    for chat_id in (8, 9):
        await subscribe(sqlite_sessions, "паром", chat_id=chat_id)
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscription).values(mode=Mode.DIGEST))
    await arrive(sqlite_sessions, arrival(3, "Паром отменён"))
    await issue(sqlite_sessions)
    send = delivering.telegram.make_request

    async def delete_and_send(*args: object, **kwargs: object) -> object:
        delivering.telegram.make_request = send  # type: ignore[method-assign]
        for number in (1, 3):
            await have_deleted(sqlite_sessions, number)
        return await send(*args, **kwargs)  # type: ignore[arg-type]

    delivering.telegram.make_request = delete_and_send  # type: ignore[method-assign, assignment]
    async with sqlite_sessions.begin() as session:
        later = update(Delivery).where(Delivery.kind == DeliveryKind.DIGEST, Delivery.subscriber_id > 1)
        await session.execute(later.values(due_at=NOW + DAY + timedelta(seconds=1)))
    for seconds in (DAY.total_seconds(), 1, 3):
        await delivering.step(seconds)
    assert len(delivering.telegram.of("sendMessage")) == 3
    assert [edit.params["chat_id"] for edit in edits(delivering)] == [7]


@pytest.mark.parametrize("gone", ["digest", "post", "noted by an older version"])
async def test_what_is_no_longer_known_of_it_leaves_it_as_it_is(
    sqlite_sessions: Sessions, delivering: Delivering, gone: str
) -> None:
    await delivering.step(DAY.total_seconds())
    async with sqlite_sessions.begin() as session:
        if gone == "digest":
            await session.execute(delete(Delivery).where(Delivery.kind == DeliveryKind.DIGEST))
        elif gone == "post":
            await session.execute(
                delete(Delivery).where(Delivery.post_id.in_(select(Post.id).where(Post.message_id == 2)))
            )
        else:
            await session.execute(update(Delivery).values(digest_id=None))
    await have_deleted(sqlite_sessions, 1)
    await delivering.step(3)
    assert edits(delivering) == []
    async with sqlite_sessions() as session:
        owed = (await session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.UPDATE))).one()
    assert (owed.state, owed.error) == (DeliveryState.REFUSED, "there is no message to edit")


@pytest.mark.parametrize("refused", [False, True])
async def test_a_rich_digest_stays_rich_if_telegram_lets_it(
    sqlite_sessions: Sessions, delivering: Delivering, refused: bool
) -> None:
    async with sqlite_sessions.begin() as session:
        await session.execute(update(Subscriber).values(rich_digests=True))
    await delivering.step(DAY.total_seconds())
    if refused:
        delivering.fail((400, "Bad Request: rich messages are not available", {}), method="editMessageText")
    await have_deleted(sqlite_sessions, 1)
    await delivering.step(3)
    edit = edits(delivering)[-1]
    told = edit.text if refused else "".join(words(edit.params["rich_message"]))
    assert "🗑 удалено через" in told
    assert "Дальний остров" in told


@settings(deadline=None)
@given(st.lists(st.tuples(long_texts, long_texts, spans), min_size=1, max_size=60))
def test_whatever_became_of_its_posts_it_has_all_of_them(found: list[tuple[str, str, list[tuple[int, int]]]]) -> None:
    channel, others, later = Channel(id=10, username="port", title="Название " * 9), repeats(4), DATE + DAY
    posts = [
        views.Shown(
            post(text, id=number, edited_at=later, deleted_at=later),
            channel,
            matched,
            [Topic(id=number, name="тема " * 20)],
            since=Since(old, matches=False, repeats=others),
        )
        for number, (old, text, matched) in enumerate(found)
    ]
    rendered = views.digest_since(posts, L10N)
    assert_acceptable(rendered)
    if len(posts) < 20:  # what sixty posts that were all edited and deleted have to say fits into no message
        assert [each.url for each in rendered.entities].count("https://t.me/port/5") == len(posts)
    assert rich_message(over_the_wire(views.rich_digest(posts, L10N)))["blocks"]
