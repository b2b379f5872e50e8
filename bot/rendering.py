"""From a claimed parcel to the letter that it owes: reads what the view needs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.i18n import translator
from bot.reactions import Letter, Medium
from bot.showing import all_shown
from bot.views import Rendered, Shown
from monitor import allowance, broadcasts, digest, direct, pictures, threads, translations
from monitor.claims import Parcel
from monitor.models import (
    BigId,
    Channel,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Post,
    Priority,
    Subscriber,
    Translation,
)
from monitor.outcomes import Held, Moot, Outcome, Snoozed
from monitor.quiet import quiet_until
from monitor.tables import SUBSCRIBERS
from monitor.translations import PostGoneError

HELD = 60  # posts of a digest looked at for one message

_READERS = select(SUBSCRIBERS).where(SUBSCRIBERS.c.id.in_(bindparam("ids", expanding=True, type_=BigId)))


async def readers(session: AsyncSession, parcels: Sequence[Parcel]) -> dict[int, Subscriber]:
    """Whom the parcels are for: {id: subscriber}."""
    found = await direct.load(session, Subscriber, _READERS, {"ids": [each.subscriber_id for each in parcels]})
    return {reader.id: reader for reader in found}


async def compose(
    session: AsyncSession, parcel: Parcel, subscriber: Subscriber, now: datetime
) -> list[tuple[Parcel, Letter | Outcome]]:
    """The message in the subscriber's language, or why there is none; alerts that come later are parts of their own."""
    first = parcel.deliveries[0]
    if first.kind == DeliveryKind.UPDATE:
        return [(parcel, await _update(session, first, subscriber, now))]
    if first.kind == DeliveryKind.DIGEST:
        return [(parcel, await _digest(session, parcel, subscriber, now))]
    if first.kind == DeliveryKind.NOTICE:
        return [(parcel, _unasked(first, subscriber, now) or await _notice(session, first, subscriber))]
    held = await _held_back(session, parcel.deliveries, subscriber, now)
    parts: list[tuple[Parcel, Letter | Outcome]] = [
        (replace(parcel, deliveries=tuple(rows)), outcome) for outcome, rows in held
    ]
    later = {row.id for part, _ in parts for row in part.deliveries}
    if told := tuple(row for row in parcel.deliveries if row.id not in later):
        part = replace(parcel, deliveries=told)
        parts.append((part, await _alert(session, part, subscriber, now)))
    return parts


async def _held_back(
    session: AsyncSession, alerts: Sequence[Delivery], subscriber: Subscriber, now: datetime
) -> list[tuple[Held, list[Delivery]]]:
    """Alerts that their reader is not to hear of now, or of no more within the hour or the day, and what becomes of them."""
    quiet = [alert for alert in alerts if alert.priority != Priority.URGENT]
    if not quiet:
        return []
    until = quiet_until(subscriber, now)
    if until is not None:
        return [(Held(until, everything=True), quiet)]
    return await allowance.overflow(session, subscriber, alerts, now)


async def _alert(session: AsyncSession, parcel: Parcel, subscriber: Subscriber, now: datetime) -> Letter:
    shown = await all_shown(session, parcel.deliveries, subscriber)
    rendered = await _posts(session, shown, subscriber, now, again=parcel.again)
    thread = await threads.thread_of(session, subscriber, [topic.id for each in shown for topic in each.topics])
    followed_by = shown[0].post.album_id if subscriber.shows_pictures and len(shown) == 1 and shown[0].hidden else None
    versions = _versions(parcel.deliveries, shown)
    return Letter(subscriber.chat_id, thread, rendered, followed_by=followed_by, versions=versions)


async def _digest(session: AsyncSession, parcel: Parcel, subscriber: Subscriber, now: datetime) -> Letter | Outcome:
    """As much of what is held for the subscriber as one message takes, oldest first; when a silence is over."""
    until = quiet_until(subscriber, now)
    if until is not None:
        return Snoozed(until, None)
    held = await digest.held(session, parcel.deliveries[0], HELD, now)
    if not held:
        later = await digest.held_until(session, parcel.deliveries[0], now)
        return Snoozed(later, None) if later is not None else Moot("nothing is held")
    shown = await all_shown(session, held, subscriber)
    l10n = translator(subscriber.locale, subscriber.timezone)
    again = parcel.again or any(alert.begun_at is not None for alert in held)
    rendered, count = views.digest(shown, l10n, again)
    told, posts = held[:count], shown[:count]
    rich = views.rich_digest(posts, l10n, again) if subscriber.rich_digests else None
    return Letter(
        subscriber.chat_id,
        subscriber.thread_id,
        rendered,
        covers=tuple(alert.id for alert in told),
        rich=rich,
        versions=_versions(told, posts),
        deleted=tuple(alert.id for alert, one in zip(told, posts, strict=True) if one.post.deleted_at is not None),
        repeats=await _repeats(session, subscriber, told, posts),
    )


async def _repeats(
    session: AsyncSession, subscriber: Subscriber, told: Sequence[Delivery], posts: Sequence[Shown]
) -> tuple[int, ...]:
    """What else waits for the reader that the digest names beside its posts."""
    named = {repeat.post.album_id for one in posts for repeat in one.since.repeats}
    named -= {alert.post_id for alert in told}
    return tuple(await digest.waiting(session, subscriber.id, named)) if named else ()


def _versions(alerts: Sequence[Delivery], shown: Sequence[Shown]) -> dict[int, int]:
    return {alert.id: one.post.version for alert, one in zip(alerts, shown, strict=True)}


def _unasked(notice: Delivery, subscriber: Subscriber, now: datetime) -> Snoozed | None:
    """A word to everybody waits for the end of a silence, and holds up nothing else."""
    if (notice.notice or {}).get("key") != broadcasts.KEY or notice.priority == Priority.URGENT:
        return None
    until = quiet_until(subscriber, now)
    return Snoozed(until, None) if until is not None else None


async def _notice(session: AsyncSession, delivery: Delivery, subscriber: Subscriber) -> Letter:
    notice = delivery.notice or {}
    key, params = str(notice.get("key", "")), notice.get("params", {})
    if key == pictures.SHOWN:
        return await _pictures(session, params["post"], subscriber)
    return Letter(subscriber.chat_id, subscriber.thread_id, await _said(session, key, params, subscriber))


async def _said(session: AsyncSession, key: str, params: dict[str, Any], subscriber: Subscriber) -> Rendered:
    l10n = translator(subscriber.locale, subscriber.timezone)
    if key != "translation":
        return views.notice(key, params, l10n)
    post = await session.get(Post, params["post"])
    if post is None:
        return views.notice(PostGoneError.code, {}, l10n)
    channel = await session.get_one(Channel, post.channel_id)
    made = await session.get_one(Translation, (post.id, params["language"]))
    return views.translation(post, channel, made, l10n)


async def _pictures(session: AsyncSession, album_id: int, subscriber: Subscriber) -> Letter:
    """The pictures of a post, in answer to its alert."""
    l10n, found = translator(subscriber.locale, subscriber.timezone), await pictures.ready(session, album_id)
    post = await session.get(Post, album_id)
    if post is None:
        return Letter(subscriber.chat_id, subscriber.thread_id, views.notice(PostGoneError.code, {}, l10n))
    channel = await session.get_one(Channel, post.channel_id)
    alert = (Delivery.subscriber_id == subscriber.id, Delivery.post_id == album_id, Delivery.kind == DeliveryKind.ALERT)
    answers = await session.scalar(select(Delivery.message_id).where(*alert))
    said = views.pictures(post, channel, l10n) if found else views.notice(pictures.NONE, {}, l10n)
    media = tuple(Medium(one.post_id, one.kind, one.content, one.file_id) for one in found)
    return Letter(subscriber.chat_id, subscriber.thread_id, said, media=media, answers=answers)


async def _update(session: AsyncSession, update: Delivery, subscriber: Subscriber, now: datetime) -> Letter | Moot:
    """The alert of the same post as it would be sent now, and whatever was sent in one message with it."""
    alert = (Delivery.subscriber_id == subscriber.id, Delivery.post_id == update.post_id)
    sent = await session.scalar(select(Delivery).where(*alert, Delivery.kind == DeliveryKind.ALERT))
    if sent is not None and sent.digest_id is not None:
        return await _digest_since(session, sent.digest_id, subscriber)
    if sent is None or sent.state != DeliveryState.SENT or sent.message_id is None:
        return Moot("there is no message to edit")
    together = [sent]
    if sent.together > 1:
        same = (Delivery.subscriber_id == subscriber.id, Delivery.message_id == sent.message_id, Delivery.together > 1)
        posts = select(Delivery).where(*same, Delivery.kind == DeliveryKind.ALERT).order_by(Delivery.id)
        together = list(await session.scalars(posts))
    rendered = await _posts(session, await all_shown(session, together, subscriber), subscriber, now)
    return Letter(subscriber.chat_id, subscriber.thread_id, rendered, edits=sent.message_id)


async def _digest_since(session: AsyncSession, digest_id: int, subscriber: Subscriber) -> Letter | Moot:
    """The digest with what has become of its posts."""
    whole, told = await digest.told(session, digest_id)
    if whole is None or whole.message_id is None or not told:
        return Moot("there is no message to edit")
    l10n, shown = translator(subscriber.locale, subscriber.timezone), await all_shown(session, told, subscriber)
    rich = views.rich_digest(shown, l10n) if (whole.notice or {}).get("rich") else None
    rendered = views.digest_since(shown, l10n)
    return Letter(subscriber.chat_id, subscriber.thread_id, rendered, edits=whole.message_id, rich=rich)


async def _posts(
    session: AsyncSession, shown: Sequence[Shown], subscriber: Subscriber, now: datetime, again: bool = False
) -> Rendered:
    l10n = translator(subscriber.locale, subscriber.timezone)
    if len(shown) > 1:
        return views.joined(shown, l10n, again)
    (one,) = shown
    return views.alert(
        one.post,
        one.channel,
        one.spans,
        one.topics,
        l10n,
        album=one.album,
        again=again,
        hidden=one.hidden and await pictures.available(session, now),
        translatable=translations.is_foreign(one.post, l10n.locale) and await translations.available(session, now),
        since=one.since,
    )
