"""A topic as one message, for the handlers that show it after something was done to it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.i18n import Translator
from bot.views import Rendered
from monitor import hushing
from monitor.estimates import Estimate
from monitor.models import Subscriber, Subscription, Topic
from monitor.subscriptions import TopicGoneError


async def card(
    session: AsyncSession,
    subscriber: Subscriber,
    topic: Topic | None,
    l10n: Translator,
    now: datetime,
    *,
    is_admin: bool,
    headline: str | None = None,
    known: Estimate | None = None,
) -> Rendered:
    """The card of a topic that the subscriber is told of, or of a public one. Raises TopicGoneError for any other."""
    if topic is None:
        raise TopicGoneError
    subscription = await session.get(Subscription, (subscriber.id, topic.id), populate_existing=True)
    live = subscription if subscription is not None and subscription.ended_at is None else None
    if live is None and (topic.owner_id is not None or topic.deleted_at is not None):
        raise TopicGoneError
    is_owner = topic.owner_id == subscriber.id
    muted = hushing.muted_until(live, now) if live is not None else None
    return views.topic_card(
        topic, live, l10n, is_owner=is_owner, is_admin=is_admin, headline=headline, known=known, muted=muted
    )
