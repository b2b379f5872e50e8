"""One topic: what it is, how it tells, and the buttons that change this."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton

from bot.i18n import Translator
from bot.topic_callbacks import (
    CopyTopic,
    EditTopic,
    EndSubscription,
    FollowTopic,
    HowOften,
    ListTopics,
    OpenTopic,
    PickChannels,
    PickLanguages,
    PutFirst,
    RemoveTopic,
    SetLimit,
    SetMode,
    SetPaused,
    SetPriority,
    ShareTopic,
    Tab,
)
from bot.views.buttons import Row, button, choice, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.estimates import QUERY_LIMIT, comma, estimated, unheard
from bot.views.tongues import tongue
from monitor.awaiting import Wanted
from monitor.estimates import Estimate
from monitor.models import Mode, Subscription, Topic

NAME_LIMIT = 128  # UTF-16 units
ICONS = {Mode.INSTANT: "🔔", Mode.DIGEST: "📰", Mode.SILENT: "🔕"}
HOURLY = (2, 6, 20)
PAUSED, PUBLIC = "⏸", "📣"


def label(topic: Topic, limit: int = NAME_LIMIT) -> str:
    """The topic's emoji and name."""
    return shorten(f"{topic.emoji} {topic.name}" if topic.emoji else topic.name, limit)


def icon(subscription: Subscription) -> str:
    """How it tells, as one sign."""
    return PAUSED if subscription.paused else ICONS[subscription.mode]


def topic_card(
    topic: Topic,
    subscription: Subscription | None,
    l10n: Translator,
    *,
    is_owner: bool = False,
    is_admin: bool = False,
    headline: str | None = None,
    known: Estimate | None = None,
    muted: datetime | None = None,
) -> Rendered:
    """The topic as this subscriber has it, or as it is offered; `headline` says what has just been done to it, `muted` until when."""
    draft = Draft().add(f"{headline}\n\n" if headline else "").add(label(topic), "bold")
    if topic.description:
        draft.add("\n").add(topic.description, "italic")
    if topic.queries or topic.name != topic.query:
        draft.add("\n").add_draft(_queries(topic))
    if subscription is not None:
        draft.add(f"\n\n{icon(subscription)} ").add(_state(subscription, l10n))
    if muted is not None:
        draft.add("\n⏸ ").add(l10n("topic-is-muted")).add(" ").add_time(muted, l10n)
    if known is not None:
        draft.add("\n\n").add_draft(estimated(known, l10n))
    rows = _subscribed(topic, subscription, muted, l10n) if subscription else [_offer(topic, l10n)]
    rows += [*_deeds(topic, l10n, is_owner=is_owner, is_admin=is_admin), _last(topic, subscription, l10n)]
    return draft.render(reply_markup=keyboard(rows))


def subscribed(
    topic: Topic, l10n: Translator, *, new: bool, known: Estimate | None = None, unwatched: Sequence[str] = ()
) -> Rendered:
    """The topic tells from now on, or did so already; what is known of it. Its settings are one press away.

    `unwatched`: names of channels in its query that are not watched.
    """
    draft = Draft().add(l10n("subscribed" if new else "subscribed-already", topic=label(topic)))
    draft.add_draft(unheard(unwatched, l10n))
    if known is None:
        draft.add_draft(comma(topic.query, l10n))
    if known is not None and topic.description:
        draft.add("\n").add(topic.description, "italic")
    if known is not None:
        draft.add("\n\n").add_draft(estimated(known, l10n))
    undo = [button(l10n("undo"), EndSubscription(topic=topic.id))] if new else []
    rows = [[button(l10n("topic-settings"), OpenTopic(topic=topic.id)), *undo]]
    return draft.render(reply_markup=keyboard([*rows, [button(l10n("topics-back"), ListTopics(tab=Tab.MINE))]]))


def ended(topic: Topic, l10n: Translator) -> Rendered:
    """The topic tells no more; a button takes that back."""
    return _gone(l10n("topic-ended", topic=label(topic)), FollowTopic(topic=topic.id), l10n)


def removed(topic: Topic, l10n: Translator) -> Rendered:
    """The public topic is taken away from everybody; a button brings it back."""
    return _gone(l10n("topic-removed", topic=label(topic)), RemoveTopic(topic=topic.id, back=True), l10n)


def _gone(said: str, undo: CallbackData, l10n: Translator) -> Rendered:
    rows = [[button(l10n("undo"), undo)], [button(l10n("topics-back"), ListTopics(tab=Tab.MINE))]]
    return Draft().add(said).render(reply_markup=keyboard(rows))


def share(topic: Topic, address: str, l10n: Translator) -> Rendered:
    """The link to the topic, and ways to hand it on."""
    draft = Draft().add(label(topic), "bold").add("\n\n").add(l10n("topic-link")).add("\n").add(address)
    send = f"https://t.me/share/url?{urlencode({'url': address, 'text': label(topic)})}"
    return draft.render(
        reply_markup=keyboard(
            [
                [InlineKeyboardButton(text=l10n("share-send"), url=send)],
                [InlineKeyboardButton(text=l10n("share-copy"), copy_text=CopyTextButton(text=address))],
                [button(l10n("back"), OpenTopic(topic=topic.id))],
            ]
        )
    )


def _queries(topic: Topic) -> Draft:
    draft = Draft()
    if not topic.queries:
        return draft.add(shorten(topic.query, QUERY_LIMIT), "code")
    for number, (language, query) in enumerate(topic.queries.items()):
        draft.add("\n" if number else "").add(f"{tongue(language)}: ").add(shorten(query, QUERY_LIMIT), "code")
    return draft


def _state(subscription: Subscription, l10n: Translator) -> str:
    told = l10n("topic-is-paused") if subscription.paused else l10n(f"tells-{subscription.mode}")
    urgent = [l10n("topic-is-urgent")] if subscription.priority else []
    limit = subscription.hourly_limit
    limited = [l10n("topic-is-limited", count=limit)] if limit and subscription.mode == Mode.INSTANT else []
    return " · ".join([told, *urgent, *limited])


def _subscribed(topic: Topic, subscription: Subscription, muted: datetime | None, l10n: Translator) -> list[Row]:
    modes = [
        choice(l10n(f"mode-{mode}"), SetMode(topic=topic.id, mode=mode), subscription.mode == mode) for mode in Mode
    ]
    paused, urgent = subscription.paused or muted is not None, subscription.priority
    pause = button(l10n("topic-resume" if paused else "topic-pause"), SetPaused(topic=topic.id, on=not paused))
    priority = choice(l10n("topic-urgent"), SetPriority(topic=topic.id, on=not urgent), urgent)
    limits = _limits(topic, subscription, l10n) if subscription.mode == Mode.INSTANT else []
    return [modes, [pause, priority], limits, _filters(topic, subscription, l10n)]


def _limits(topic: Topic, subscription: Subscription, l10n: Translator) -> Row:
    """How many posts an hour it may tell of at once; the rest comes together afterwards."""
    chosen = subscription.hourly_limit
    some = [(l10n("topic-limit", count=posts), posts) for posts in HOURLY]
    return [
        choice(words, SetLimit(topic=topic.id, posts=posts), posts == (chosen or 0))
        for words, posts in [*some, ("∞", 0)]
    ]


def _filters(topic: Topic, subscription: Subscription, l10n: Translator) -> Row:
    channels, languages = subscription.channels or [], subscription.languages or []
    where = l10n("topic-channels", count=len(channels)) if channels else l10n("filter-channel-any")
    which = l10n("topic-languages", count=len(languages)) if languages else l10n("filter-language-any")
    which = tongue(languages[0]) if len(languages) == 1 else which
    return [
        button(f"📢 {where}", PickChannels(topic=topic.id)),
        button(f"🌐 {which}", PickLanguages(topic=topic.id)),
    ]


def _offer(topic: Topic, l10n: Translator) -> Row:
    return [button(l10n("proposal-take"), FollowTopic(topic=topic.id))]


def _deeds(topic: Topic, l10n: Translator, *, is_owner: bool, is_admin: bool) -> list[Row]:
    often = button(l10n("topic-often"), HowOften(topic=topic.id))
    share = button(l10n("topic-share"), ShareTopic(topic=topic.id))
    query = button(l10n("topic-query"), EditTopic(topic=topic.id, what=Wanted.QUERY))
    name = button(l10n("topic-name"), EditTopic(topic=topic.id, what=Wanted.NAME))
    if is_owner:
        return [[often, share], [query, name]]
    rows = [[often, share], [button(l10n("topic-copy"), CopyTopic(topic=topic.id))]]
    if topic.owner_id is not None or not is_admin:
        return rows
    about = button(l10n("topic-description"), EditTopic(topic=topic.id, what=Wanted.DESCRIPTION))
    first = button(l10n("topic-first"), PutFirst(topic=topic.id))
    return [*rows, [query, name], [about, first], [button(l10n("topic-remove"), RemoveTopic(topic=topic.id))]]


def _last(topic: Topic, subscription: Subscription | None, l10n: Translator) -> Row:
    if subscription is None:
        return [button(l10n("topics-others"), ListTopics(tab=Tab.PUBLIC))]
    return [
        button(l10n("topic-end"), EndSubscription(topic=topic.id)),
        button(l10n("topics-back"), ListTopics(tab=Tab.MINE)),
    ]
