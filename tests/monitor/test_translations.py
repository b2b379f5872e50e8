"""Requests for translations, on both databases: one answer, whatever happens."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor import accounts, claims, translations
from monitor.database import Sessions
from monitor.models import Delivery, Post, Subscriber, TranslationWish
from monitor.translations import CLAIM, PATIENCE, WAITING, TranslationOffError
from tests.conftest import NOW
from tests.monitor.arrivals import arrival, arrive, subscribe, watch


async def prepare(sessions: Sessions, *, listens: bool = True) -> tuple[Subscriber, Post]:
    await watch(sessions)
    subscriber, _ = await subscribe(sessions, "погода")
    await arrive(sessions, arrival(1, "посольство в Баку"))
    async with sessions.begin() as session:
        if listens:
            await accounts.beat(session, "main", NOW)
        return subscriber, (await session.scalars(select(Post))).one()


async def ask(sessions: Sessions, subscriber: Subscriber, post: Post, seconds: float = 0) -> None:
    async with sessions.begin() as session:
        await translations.request(session, subscriber, post, "az", NOW + timedelta(seconds=seconds))


async def claim(sessions: Sessions, seconds: float = 0) -> tuple[int, str] | None:
    async with sessions.begin() as session:
        found = await translations.claim(session, NOW + timedelta(seconds=seconds))
        return (found[0].id, found[1]) if found else None


async def settle(sessions: Sessions, post: Post, text: str | None, problem: str | None = None) -> None:
    async with sessions.begin() as session:
        await translations.settle(session, post, "az", NOW, text=text, problem=problem)


async def due(sessions: Sessions, seconds: float = 0) -> list[dict[str, Any] | None]:
    async with sessions.begin() as session:
        parcels = await claims.claim(session, "relay", NOW + timedelta(seconds=seconds), 10, joined_from=4)
        return [delivery.notice for parcel in parcels for delivery in parcel.deliveries]


async def count(sessions: Sessions, model: type) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_a_translation_is_asked_for_once_claimed_by_one_and_owed_at_once(sessions: Sessions) -> None:
    subscriber, post = await prepare(sessions)
    await ask(sessions, subscriber, post)
    await ask(sessions, subscriber, post, 1)
    assert await due(sessions) == []
    assert [await claim(sessions), await claim(sessions)] == [(post.id, "az"), None]
    await settle(sessions, post, "Bakıda səfirlik")
    assert await due(sessions) == [{"key": "translation", "params": {"post": post.id, "language": "az"}}]
    assert (await count(sessions, TranslationWish), await count(sessions, Delivery)) == (0, 1)
    async with sessions() as session:
        _, kept = await translations.known(session, post.id, "az")
    assert kept is not None
    assert kept.text == "Bakıda səfirlik"


async def test_who_waits_in_vain_is_told_so_once(sessions: Sessions) -> None:
    subscriber, post = await prepare(sessions)
    await ask(sessions, subscriber, post)
    assert await due(sessions, PATIENCE.total_seconds() + 1) == [{"key": "translation_late", "params": {}}]
    await settle(sessions, post, "Bakıda səfirlik")
    assert await due(sessions, 60) == []


async def test_a_claim_that_came_to_nothing_is_taken_over_and_an_old_request_is_nobodys(sessions: Sessions) -> None:
    subscriber, post = await prepare(sessions)
    await ask(sessions, subscriber, post)
    assert await claim(sessions) is not None
    assert await claim(sessions, CLAIM.total_seconds() + 1) is not None
    assert await claim(sessions, WAITING.total_seconds() + 1) is None


async def test_an_edited_post_is_translated_anew(sessions: Sessions) -> None:
    subscriber, post = await prepare(sessions)
    await ask(sessions, subscriber, post)
    await settle(sessions, post, "Bakıda səfirlik")
    await arrive(sessions, arrival(1, "посольство закрыто", edit_date=NOW + timedelta(hours=2)))
    async with sessions() as session:
        edited, kept = await translations.known(session, post.id, "az")
    assert kept is None
    await ask(sessions, subscriber, edited, 1)
    assert await claim(sessions, 2) == (post.id, "az")


@pytest.mark.parametrize("problem", ["TRANSLATIONS_DISABLED", "TRANSLATE_REQ_QUOTA_EXCEEDED"])
async def test_where_telegram_refuses_nobody_is_offered_a_translation_for_a_while(
    sessions: Sessions, problem: str
) -> None:
    subscriber, post = await prepare(sessions)
    await ask(sessions, subscriber, post)
    await settle(sessions, post, None, problem)
    assert await due(sessions) == [{"key": "error-translation_off", "params": {}}]
    async with sessions.begin() as session:
        assert not await translations.available(session, NOW + timedelta(minutes=5))
        await accounts.beat(session, "main", NOW + timedelta(hours=2))
        assert await translations.available(session, NOW + timedelta(hours=2))


async def test_without_a_listener_a_request_is_refused(sessions: Sessions) -> None:
    subscriber, post = await prepare(sessions, listens=False)
    with pytest.raises(TranslationOffError):
        await ask(sessions, subscriber, post)
    assert await count(sessions, Delivery) == 0
