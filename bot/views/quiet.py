"""When the bot is quiet, and when a digest comes."""

from datetime import datetime

from bot.i18n import Translator
from bot.views.draft import Draft, Rendered
from monitor.models import Subscriber
from monitor.quiet import clock


def quiet(subscriber: Subscriber, l10n: Translator) -> Rendered:
    """The quiet hours and their zone."""
    if subscriber.quiet_from is None or subscriber.quiet_to is None:
        return Draft().add(l10n("quiet-none")).render()
    hours = {"begin": clock(subscriber.quiet_from), "end": clock(subscriber.quiet_to), "zone": subscriber.timezone}
    return Draft().add(l10n("quiet-hours", **hours)).render()


def snoozed(subscriber: Subscriber, now: datetime, l10n: Translator) -> Rendered:
    """Until when everything waits."""
    if subscriber.snoozed_until is None or subscriber.snoozed_until <= now:
        return Draft().add(l10n("snooze-none")).render()
    return Draft().add(l10n("snoozed")).add(" ").add_time(subscriber.snoozed_until, l10n).render()


def gathering(subscriber: Subscriber, l10n: Translator) -> Rendered:
    """When the next digest comes."""
    draft = Draft().add(l10n("digest-usage"))
    if subscriber.digest_at is not None:
        draft.add("\n\n").add(l10n("digest-next", zone=subscriber.timezone)).add(" ").add_time(
            subscriber.digest_at, l10n
        )
    return draft.render()
