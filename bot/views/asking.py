"""Questions that the next text of a person answers."""

from aiogram.types import ForceReply, User

from bot.i18n import Translator
from bot.topic_callbacks import StopAsking
from bot.views.buttons import button, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.spans import Span
from bot.views.topic import label
from monitor.awaiting import Wanted
from monitor.models import Topic

QUERY_LIMIT = 1000  # UTF-16 units
"""A query is shown whole: it is copied by a tap, and changed."""


def asking(what: Wanted, topic: Topic | None, l10n: Translator) -> Rendered:
    """The question, what there is now, and a way out."""
    rows = [[button(l10n("never-mind"), StopAsking(topic=topic.id if topic else 0))]]
    return _question(what, topic, l10n).render(reply_markup=keyboard(rows))


def asking_in_group(what: Wanted, topic: Topic | None, person: User, l10n: Translator) -> Rendered:
    """The same in a group, where a bot hears replies alone: the person's app is told to reply."""
    name = person.first_name
    draft = (
        Draft()
        .add(name, spans=[Span(0, len(name), "text_mention", {"user": person})])
        .add(", ")
        .add_draft(_question(what, topic, l10n))
    )
    return draft.render(reply_markup=ForceReply(selective=True))


def _question(what: Wanted, topic: Topic | None, l10n: Translator) -> Draft:
    draft = Draft().add(l10n(f"ask-{what}"))
    now = _now(what, topic)
    return draft.add("\n\n").add(shorten(now, QUERY_LIMIT), "code") if now else draft


def _now(what: Wanted, topic: Topic | None) -> str:
    if topic is None:
        return ""
    if what is Wanted.QUERY:
        lines = (topic.queries or {}).items()
        return "\n".join(f"{language}: {query}" for language, query in lines) or topic.query
    return (topic.description or "") if what is Wanted.DESCRIPTION else label(topic)
