"""What has become of a post since its reader was told: edited, deleted, no longer asked for, repeated by other channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.i18n import Translator
from bot.views.draft import Draft, shorten
from bot.views.links import post_link
from monitor.models import Channel, Post

SHOWN = 12  # channels; the timeline has all
TITLE_LIMIT = 32  # UTF-16 units


@dataclass(frozen=True, slots=True)
class Repeat:
    """A post of the same story, and its channel."""

    post: Post
    channel: Channel


@dataclass(frozen=True, slots=True)
class Since:
    """`old` is the text that the reader was told first, None if it is the newest; `repeats` by time, without the post itself."""

    old: str | None = None
    matches: bool = True
    repeats: Sequence[Repeat] = ()


NOTHING_SINCE = Since()


def state_lines(post: Post, since: Since, l10n: Translator, *, shows_changes: bool) -> Draft:
    """A line for each thing that has changed; nothing if nothing has. `shows_changes`: the text that follows marks them."""
    draft = Draft()
    if since.old is not None and post.edited_at is not None:
        draft.add("✏️ ").add(l10n("since-edited" if shows_changes else "alert-edited"), "italic").add(" ").add_time(
            post.edited_at, l10n
        ).add("\n")
    if post.deleted_at is not None:
        draft.add("🗑 ").add(_deleted(post.deleted_at - post.date, l10n), "bold").add("\n")
    if not since.matches:
        draft.add("🔕 ").add(l10n("since-unmatched"), "italic").add("\n")
    return draft


def short_states(post: Post, since: Since, l10n: Translator) -> Draft:
    """The same in one line."""
    states = []
    if since.old is not None and post.edited_at is not None:
        states.append(Draft().add("✏️ ").add(l10n("alert-edited"), "italic").add(" ").add_time(post.edited_at, l10n))
    if post.deleted_at is not None:
        states.append(Draft().add("🗑 ").add(_deleted(post.deleted_at - post.date, l10n)))
    if not since.matches:
        states.append(Draft().add("🔕 ").add(l10n("since-unmatched-short"), "italic"))
    draft = Draft()
    for state in states:
        draft.add(" · " if draft.size else "").add_draft(state)
    return draft


def repeats(post: Post, others: Sequence[Repeat], l10n: Translator) -> Draft:
    """How many channels say the same, each with a link and its time; who was first, if the post itself was not."""
    if not others:
        return Draft()
    count = len({other.channel.id for other in others})
    draft = Draft().add("\n\n➕ ").add(l10n("story-more", count=count), "bold").add(": ")
    for place, other in enumerate(others[:SHOWN]):
        draft.add(" · " if place else "").add_draft(_teller(other, l10n))
    if len(others) > SHOWN:
        draft.add(" …")
    if others[0].post.date < post.date:
        first = shorten(others[0].channel.title, TITLE_LIMIT)
        draft.add("\n🥇 ").add(l10n("story-first", channel=first))
    return draft


def _teller(other: Repeat, l10n: Translator) -> Draft:
    title = shorten(other.channel.title, TITLE_LIMIT)
    link = post_link(other.channel, other.post.message_id)
    return Draft().add(title, url=link).add(" ").add_hour(other.post.date, l10n)


def _deleted(after: timedelta, l10n: Translator) -> str:
    """In the largest unit of which there are two, or in minutes."""
    minutes = max(int(after.total_seconds()) // 60, 0)
    if minutes < 120:
        return l10n("since-deleted-minutes", count=minutes)
    if minutes < 48 * 60:
        return l10n("since-deleted-hours", count=minutes // 60)
    return l10n("since-deleted-days", count=minutes // (24 * 60))
