"""What is watched, and how well."""

from collections.abc import Collection, Iterator, Sequence

from bot.callbacks import HearChannel
from bot.i18n import Translator
from bot.views.answers import NAME_LIMIT, sentence
from bot.views.buttons import Row, button, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.links import channel_link
from monitor.coverage import Covered
from monitor.models import Channel

TITLE_LIMIT = 18  # UTF-16 units
MOST_BUTTONS = 90  # Telegram takes a hundred


def channels(
    watched: Sequence[Covered], l10n: Translator, *, details: bool = False, muted: Collection[int] = ()
) -> Rendered:
    """The channels that are watched; with `details` those in trouble come first, and it is said how well each is covered.

    Those that the reader has muted (their ids) are marked, and a button each, for as many as a message has room for, takes it back.
    """
    if not watched:
        return sentence("channels-none", {}, l10n)
    draft = Draft().add(l10n("channels-title", count=len(watched)), "bold").add("\n")
    lines: Iterator[Draft] = (_channel(covered, muted, l10n) for covered in watched)
    if details:
        troubled_first = sorted(watched, key=lambda covered: not covered.is_troubled)
        lines = (_channel(covered, muted, l10n).add_draft(_details(covered, l10n)) for covered in troubled_first)
    buttons = [_hear(covered.channel, l10n) for covered in watched if covered.channel.id in muted]
    return draft.add_lines(lines, lambda count: l10n("list-more", count=count)).render(
        reply_markup=keyboard(buttons[:MOST_BUTTONS])
    )


def _channel(covered: Covered, muted: Collection[int], l10n: Translator) -> Draft:
    channel = covered.channel
    draft = Draft().add("🚫 " if channel.id in muted else "📢 ")
    draft.add(shorten(channel.title, NAME_LIMIT), url=channel_link(channel))
    draft.add(f" @{channel.username}" if channel.username else "")
    return draft.add(" · ").add(l10n("channel-muted")) if channel.id in muted else draft


def _hear(channel: Channel, l10n: Translator) -> Row:
    title = shorten(channel.title, TITLE_LIMIT)
    return [button(l10n("channel-unmute", title=title), HearChannel(channel=channel.id))]


def _details(covered: Covered, l10n: Translator) -> Draft:
    draft = Draft().add("\n      ⚠️ " if covered.is_troubled else "\n      ")
    if covered.last is None:
        draft.add(l10n("channel-empty"))
    else:
        draft.add(l10n("channel-last")).add(" ").add_time(covered.last, l10n)
    for note in _notes(covered, l10n):
        draft.add(" · ").add(note)
    return draft


def _notes(covered: Covered, l10n: Translator) -> Iterator[str]:
    channel = covered.channel
    if covered.account is None:
        yield l10n("channel-unread")
    if covered.behind:
        yield l10n("channel-behind", count=covered.behind)
    if channel.silent_since is not None:
        yield l10n("channel-silent")
    if covered.history is not None:
        yield l10n("channel-history")
    if channel.aliases:
        yield l10n("channel-also", names=", ".join(f"@{name}" for name in channel.aliases))
    if covered.polled:
        yield l10n("channel-polled")
    elif channel.found:
        yield l10n("channel-missed", count=channel.found, total=channel.found + channel.pushed)
