"""When the bot is quiet, and when a digest comes."""

from datetime import datetime

from bot.i18n import Translator
from bot.views.draft import Draft, Rendered
from bot.weekdays import weekdays
from bot.zones import zone_label
from monitor.digest import EVERY_DAY
from monitor.models import DigestEvery, Subscriber
from monitor.quiet import clock


def quiet(subscriber: Subscriber, l10n: Translator) -> Rendered:
    """The quiet hours and their zone."""
    if subscriber.quiet_from is None or subscriber.quiet_to is None:
        return Draft().add(l10n("quiet-none")).render()
    hours = {
        "begin": clock(subscriber.quiet_from),
        "end": clock(subscriber.quiet_to),
        "zone": zone_label(subscriber.timezone),
    }
    return Draft().add(l10n("quiet-hours", **hours)).render()


def snoozed(subscriber: Subscriber, now: datetime, l10n: Translator) -> Rendered:
    """Until when everything waits."""
    if subscriber.snoozed_until is None or subscriber.snoozed_until <= now:
        return Draft().add(l10n("snooze-none")).render()
    draft = Draft().add(l10n("snoozed")).add(" ").add_time(subscriber.snoozed_until, l10n)
    return draft.add("\n").add(l10n("snooze-end")).render()


def gathering(subscriber: Subscriber, l10n: Translator) -> Rendered:
    """When digests come, when the next one does, and how to say otherwise."""
    draft = Draft()
    if subscriber.digest_every is not None:
        draft.add(_schedule(subscriber, l10n))
    if subscriber.rich_digests:
        draft.add(" ").add(l10n("digest-folds"))
    if subscriber.digest_at is not None:
        draft.add(" ").add(l10n("digest-next")).add(" ").add_time(subscriber.digest_at, l10n)
    return draft.add("\n\n").add(l10n("digest-usage")).render()


def _schedule(subscriber: Subscriber, l10n: Translator) -> str:
    if subscriber.digest_every == DigestEvery.HOURLY:
        return l10n("digest-hourly")
    when = {"time": clock(subscriber.digest_minute), "zone": zone_label(subscriber.timezone)}
    if subscriber.digest_days == EVERY_DAY:
        return l10n("digest-daily", **when)
    return l10n("digest-weekly", days=weekdays(subscriber.digest_days, l10n.locale), **when)
