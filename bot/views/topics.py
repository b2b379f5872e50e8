"""Lists of topics, page by page, and what greets who is new."""

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Translator
from bot.topic_callbacks import EditTopic, FollowTopic, ListTopics, OpenTopic, Tab
from bot.views.buttons import WHOLE_LIMIT, Row, button, choice, keyboard, page_of
from bot.views.draft import Draft, Rendered, shorten
from bot.views.topic import PAUSED, PUBLIC, icon, label
from monitor.awaiting import Wanted
from monitor.finding import Listed
from monitor.hushing import muted_until
from monitor.models import Subscription, Topic

DESCRIPTION_LIMIT = 120  # UTF-16 units, as the next two
NAME_LIMIT = 96
WORDS_LIMIT = 64


def start(offered: Sequence[Topic], l10n: Translator) -> Rendered:
    """What the bot does, topics to take with one press, and how to make one's own."""
    draft = Draft().add(l10n("start")).add("\n\n").add(l10n("start-own"))
    if offered:
        draft.add("\n\n").add(l10n("start-topics"))
    rows = [[button(label(topic, WHOLE_LIMIT), FollowTopic(topic=topic.id))] for topic in offered]
    return draft.render(reply_markup=keyboard([*rows, [button(l10n("start-all"), ListTopics(tab=Tab.PUBLIC))]]))


def topic_list(
    listed: Sequence[Listed], tab: Tab, number: int, l10n: Translator, now: datetime, *, is_admin: bool = False
) -> Rendered:
    """Page `number` of the topics of a tab, a button each; those that are muted `now` say until when."""
    shown, number, pages = page_of(listed, number)
    draft = Draft().add(l10n(f"topics-{tab}"), "bold").add(f" · {number}/{pages}" if pages > 1 else "").add("\n")
    if not shown:
        draft.add("\n").add(l10n(f"topics-{tab}-none"))
    around = [(number - 1, "◀"), (number + 1, "▶")]
    turning = [button(arrow, ListTopics(tab=tab, number=other)) for other, arrow in around if 1 <= other <= pages]
    return _listed(draft, shown, l10n, now).render(
        reply_markup=keyboard([*_named(shown, now), turning, *_foot(tab, l10n, is_admin)])
    )


def topics_found(
    listed: Sequence[Listed], words: str, l10n: Translator, now: datetime, *, is_admin: bool = False
) -> Rendered:
    """The first topics that some words found."""
    shown, _, _ = page_of(listed, 1)
    draft = Draft().add(l10n("topics-found", count=len(listed), words=shorten(words, WORDS_LIMIT)), "bold").add("\n")
    return _listed(draft, shown, l10n, now).render(
        reply_markup=keyboard([*_named(shown, now), *_foot(None, l10n, is_admin)])
    )


def _listed(draft: Draft, shown: Sequence[Listed], l10n: Translator, now: datetime) -> Draft:
    for subscription, topic in shown:
        draft.add(f"\n{_sign(subscription, now)} ").add(label(topic, NAME_LIMIT))
        if subscription and (until := muted_until(subscription, now)) is not None:
            draft.add(" · ").add(l10n("topic-is-muted")).add(" ").add_time(until, l10n)
        if topic.description:
            draft.add(" – ").add(shorten(topic.description, DESCRIPTION_LIMIT), "italic")
    return draft


def _sign(subscription: Subscription | None, now: datetime) -> str:
    if subscription is None:
        return PUBLIC
    return PAUSED if muted_until(subscription, now) is not None else icon(subscription)


def _named(shown: Sequence[Listed], now: datetime) -> list[Row]:
    signs = ((_sign(subscription, now), topic) for subscription, topic in shown)
    return [[button(f"{sign} {label(topic, WHOLE_LIMIT)}", OpenTopic(topic=topic.id))] for sign, topic in signs]


def _foot(tab: Tab | None, l10n: Translator, is_admin: bool) -> list[Row]:
    tabs = [choice(l10n(f"tab-{each}"), ListTopics(tab=each), each is tab) for each in Tab]
    find = [button(l10n("topics-find"), EditTopic(what=Wanted.FIND))]
    new = [button(l10n("topics-publish"), EditTopic(what=Wanted.PUBLISH))] if is_admin else []
    return [tabs, [*find, *new]]
