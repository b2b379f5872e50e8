"""Posts in another language: asked for by the bot, made by a listener through its account, kept by post and language.

Whoever asks is owed a sentence that it takes too long, which falls due a little later; the translation, when it is there, takes its
place and falls due at once. So there is one answer, whatever happens to either process.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import accounts, outbox
from monitor.errors import MonitorError
from monitor.models import Delivery, DeliveryState, Post, Subscriber, Translation, TranslationWish
from monitor.tables import ACCOUNTS, TRANSLATIONS
from monitor.upsert import insert_for

PATIENCE = timedelta(seconds=15)
CLAIM = timedelta(seconds=20)
WAITING = timedelta(minutes=2)  # a request that is older is nobody's any more
OFF_FOR = timedelta(hours=1)
LATE = "translation_late"
REFUSED = frozenset({"TRANSLATIONS_DISABLED", "TRANSLATE_REQ_QUOTA_EXCEEDED", "PREMIUM_ACCOUNT_REQUIRED"})
"""What Telegram answers an account that may not translate: nobody is offered a translation for a while."""

_HEARD = ACCOUNTS.c.seen_at > bindparam("heard_since", type_=ACCOUNTS.c.seen_at.type)
_LATELY = TRANSLATIONS.c.settled_at > bindparam("refused_since", type_=TRANSLATIONS.c.settled_at.type)
_AVAILABLE = select(
    exists().where(ACCOUNTS.c.problem.is_(None), _HEARD)
    & ~exists().where(TRANSLATIONS.c.problem.in_(sorted(REFUSED)), _LATELY)
)


class TranslationOffError(MonitorError):
    """Posts cannot be translated now: no account listens that Telegram lets translate."""

    code = "translation_off"


class PostGoneError(MonitorError):
    """This post is no longer there."""

    code = "post_gone"


async def available(session: AsyncSession, now: datetime) -> bool:
    """Whether a listener is there that could translate, as far as is known."""
    since = {"heard_since": now - accounts.GONE_AFTER, "refused_since": now - OFF_FOR}
    return bool(await session.scalar(_AVAILABLE, since))


def is_foreign(post: Post, language: str) -> bool:
    """Whether the post is in another language than this, as far as is known, and has words to translate."""
    return bool(post.text.strip()) and post.language is not None and post.language != language


async def known(session: AsyncSession, post_id: int, language: str) -> tuple[Post, Translation | None]:
    """The post, and its translation if the text is still the one that was translated. Raises PostGoneError."""
    post = await session.get(Post, post_id)
    if post is None:
        raise PostGoneError
    kept = await session.get(Translation, (post_id, language))
    is_current = kept is not None and kept.text is not None and kept.version == post.version
    return post, kept if is_current else None


async def request(session: AsyncSession, subscriber: Subscriber, post: Post, language: str, now: datetime) -> None:
    """Ask for the translation of a post; the subscriber will be told. Raises TranslationOffError."""
    if not await available(session, now):
        raise TranslationOffError
    anew = {"version": post.version, "text": None, "problem": None, "requested_at": now, "settled_at": None}
    wanted = insert_for(session, Translation).values(post_id=post.id, language=language, claimed_at=None, **anew)
    over = or_(Translation.settled_at.is_not(None), Translation.requested_at < now - WAITING)
    keys = ["post_id", "language"]
    await session.execute(
        wanted.on_conflict_do_update(index_elements=keys, set_={**anew, "claimed_at": None}, where=over)
    )
    wish = (TranslationWish.subscriber_id == subscriber.id, TranslationWish.post_id == post.id)
    if await session.scalar(select(exists().where(*wish, TranslationWish.language == language))):
        return
    delivery_id = await outbox.enqueue_notice(session, subscriber.id, LATE, now + PATIENCE)
    session.add(
        TranslationWish(subscriber_id=subscriber.id, post_id=post.id, language=language, delivery_id=delivery_id)
    )
    await session.flush()


async def any_waits(session: AsyncSession, now: datetime) -> bool:
    """Whether there may be something to claim."""
    waiting = (Translation.settled_at.is_(None), Translation.requested_at > now - WAITING)
    return bool(await session.scalar(select(exists().where(*waiting))))


async def claim(session: AsyncSession, now: datetime) -> tuple[Post, str] | None:
    """The post to translate next, and into which language; for a while it is no other listener's."""
    free = or_(Translation.claimed_at.is_(None), Translation.claimed_at < now - CLAIM)
    waiting = (Translation.settled_at.is_(None), Translation.requested_at > now - WAITING, free)
    oldest = select(Translation).where(*waiting).order_by(Translation.requested_at).limit(1)
    wanted = await session.scalar(oldest.with_for_update(skip_locked=True))
    if wanted is None:
        return None
    wanted.claimed_at = now
    await session.flush()
    return await session.get_one(Post, wanted.post_id), wanted.language


async def settle(
    session: AsyncSession, post: Post, language: str, now: datetime, *, text: str | None, problem: str | None = None
) -> None:
    """Keep a translation, or why there is none, and tell those who wait."""
    kept = await session.get_one(Translation, (post.id, language))
    kept.text, kept.problem, kept.settled_at, kept.version = text, problem, now, post.version
    if text is not None:
        notice = {"key": "translation", "params": {"post": post.id, "language": language}}
    else:
        notice = {"key": "error-translation_off", "params": {}}
    theirs = (TranslationWish.post_id == post.id, TranslationWish.language == language)
    waiting = select(TranslationWish.delivery_id).where(*theirs)
    owed = (Delivery.id.in_(waiting), Delivery.state == DeliveryState.DUE)
    await session.execute(update(Delivery).where(*owed).values(notice=notice, due_at=now))
    await session.execute(delete(TranslationWish).where(*theirs))
    await session.flush()
