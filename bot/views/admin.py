"""What admins see of the whole: its health, messages given up, people, and what admins did."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import AdminPage, DecideMember, SendAgain, SettleBroadcast
from bot.i18n import Translator
from bot.timings import Timing
from bot.views.draft import Draft, Rendered, shorten
from bot.views.excerpt import excerpt
from bot.views.links import post_link
from bot.views.spans import spans_of
from monitor.dead_letters import DeadLetter
from monitor.health import Health
from monitor.models import Account, AdminAction, Broadcast, Member

NAME_LIMIT = 26  # UTF-16 units of a name on a button
CHANGE_LIMIT = 32
ERROR_LIMIT = 120
POST_LIMIT = 60


def health(whole: Health, slowest: Sequence[Timing], now: datetime, l10n: Translator) -> Rendered:
    """Everything at a glance, with buttons to the other pages."""
    draft = Draft().add(l10n("admin-title"), "bold").add("\n")
    for account, channels in whole.accounts:
        draft.add("\n").add_draft(_account(account, channels, l10n))
    if not whole.accounts:
        draft.add("\n").add(l10n("admin-no-accounts"))
    draft.add("\n\n").add(l10n("admin-channels", count=whole.channels, orphans=whole.orphans))
    draft.add("\n").add(l10n("admin-posts", pushed=whole.pushed, found=whole.found))
    draft.add("\n\n").add_draft(_queue(whole, now, l10n))
    people = whole.people
    draft.add("\n\n").add(l10n("admin-chats", active=people.active, gone=people.gone, new=people.new))
    for timing in slowest:
        draft.add("\n\n" if timing is slowest[0] else "\n")
        draft.add("🐢 ").add(timing.name, "code").add(" ").add(
            l10n("admin-slow", usual=timing.p95_ms, worst=timing.worst_ms)
        )
    return draft.render(_pages(whole.queue.dead, people.asking, l10n))


def dead_letters(letters: Sequence[DeadLetter], l10n: Translator) -> Rendered:
    """Messages that were given up: what, to whom and why, each with a button that sends it again, and one for all."""
    if not letters:
        return Draft().add(l10n("letters-none")).render(InlineKeyboardMarkup(inline_keyboard=[[_home(l10n)]]))
    draft, again = Draft().add(l10n("letters-title"), "bold").add("\n"), []
    for letter in letters:
        delivery = letter.delivery
        draft.add(f"\n{delivery.id}", "code").add(f" → {letter.subscriber.chat_id} · ").add_draft(_what(letter, l10n))
        if delivery.settled_at is not None:
            draft.add(" · ").add_time(delivery.settled_at, l10n)
        draft.add("\n    ").add(shorten(delivery.error or "?", ERROR_LIMIT))
        again.append(_button(f"↻ {delivery.id}", SendAgain(delivery=delivery.id)))
    rows = [again[start : start + 2] for start in range(0, len(again), 2)]
    rows.append([_button(l10n("letters-all"), SendAgain(delivery=0))])
    return draft.render(InlineKeyboardMarkup(inline_keyboard=[*rows, [_home(l10n)]]))


def _what(letter: DeadLetter, l10n: Translator) -> Draft:
    """The kind of the message, and its post or the name of the sentence that it says."""
    draft = Draft().add(l10n(f"letters-{letter.delivery.kind}"))
    if letter.post is not None and letter.channel is not None:
        title = shorten(letter.channel.title, NAME_LIMIT)
        draft.add(" · ").add(title, url=post_link(letter.channel, letter.post.message_id))
        draft.add(": ").add_draft(excerpt(letter.post.text, [], POST_LIMIT))
    elif key := (letter.delivery.notice or {}).get("key"):
        draft.add(" ").add(shorten(str(key), NAME_LIMIT), "code")
    return draft


def people(asking: Sequence[Member], admitted: Sequence[Member], l10n: Translator) -> Rendered:
    """Who asks to be let in and who was, each with the button that changes it."""
    draft, rows = Draft().add(l10n("people-title"), "bold"), []
    for heading, sign, group, admit in (
        ("people-asking", "✅", asking, True),
        ("people-admitted", "✖", admitted, False),
    ):
        if group:
            draft.add("\n\n").add(l10n(heading))
        for member in group:
            draft.add("\n").add(f"{member.user_id}", "code").add(f" {shorten(member.name, NAME_LIMIT)}")
            deciding = DecideMember(user=member.user_id, admit=admit)
            rows.append([_button(f"{sign} {shorten(member.name, NAME_LIMIT)}", deciding)])
    if not rows:
        draft.add("\n\n").add(l10n("people-none"))
    return draft.render(InlineKeyboardMarkup(inline_keyboard=[*rows, [_home(l10n)]]))


def actions(done: Sequence[AdminAction], l10n: Translator) -> Rendered:
    """What admins did, newest first: when, who, what, to whom, and what of what."""
    draft = Draft().add(l10n("actions-title"), "bold")
    for action in done:
        what = l10n(f"action-{action.action}")
        draft.add("\n").add_time(action.done_at, l10n).add(f" · {action.admin_id} · {what}")
        if action.person_id is not None:
            draft.add(f" {action.person_id}")
        if target := action.details.get("target"):
            draft.add(f" {shorten(str(target), NAME_LIMIT)}")
        if "new" in action.details:
            old, new = (shorten(action.details[each] or "—", CHANGE_LIMIT) for each in ("old", "new"))
            draft.add(f": {old} → {new}")
    if not done:
        draft.add("\n").add(l10n("actions-none"))
    return draft.render(InlineKeyboardMarkup(inline_keyboard=[[_home(l10n)]]))


def broadcast_preview(made: Broadcast, receivers: int, l10n: Translator) -> Rendered:
    """What would be sent, and to how many, with a button for either answer."""
    rows = [
        [_button(l10n("broadcast-send", count=receivers), SettleBroadcast(broadcast=made.id, send=True))],
        [_button(l10n("broadcast-drop"), SettleBroadcast(broadcast=made.id, send=False))],
    ]
    draft = Draft().add(l10n("broadcast-preview"), "italic").add("\n\n")
    return draft.add(made.text, spans=spans_of(made.text, made.entities)).render(
        InlineKeyboardMarkup(inline_keyboard=rows)
    )


def broadcast(params: Mapping[str, Any]) -> Rendered:
    """A word of the admins: `text` and its `entities`."""
    text = str(params.get("text", ""))
    return Draft().add(text, spans=spans_of(text, params.get("entities", []))).render()


def _account(account: Account, channels: int, l10n: Translator) -> Draft:
    draft = Draft().add("🔴 " if account.problem else "🟢 ").add(account.name, "code").add(" · ")
    draft.add(l10n("admin-account", count=channels, room=account.room)).add(" · ").add_time(account.seen_at, l10n)
    if account.problem:
        draft.add("\n    ").add(
            l10n(f"error-{account.problem}") if l10n.has(f"error-{account.problem}") else account.problem
        )
    return draft


def _queue(whole: Health, now: datetime, l10n: Translator) -> Draft:
    queue = whole.queue
    draft = Draft().add(l10n("admin-queue", due=queue.due, later=queue.later, dead=queue.dead))
    if queue.oldest is not None:
        draft.add("\n").add(l10n("admin-oldest", seconds=int((now - queue.oldest).total_seconds())))
    return draft


def _pages(dead: int, asking: int, l10n: Translator) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [_page(l10n("admin-refresh"), "home"), _page(l10n("admin-log"), "log")],
            [
                _page(_counted(l10n("admin-dead"), dead), "dead"),
                _page(_counted(l10n("admin-people"), asking), "people"),
            ],
        ]
    )


def _counted(text: str, count: int) -> str:
    return f"{text} · {min(count, 999)}" if count else text


def _page(text: str, name: str) -> InlineKeyboardButton:
    return _button(text, AdminPage(name=name))


def _home(l10n: Translator) -> InlineKeyboardButton:
    return _page(l10n("admin-back"), "home")


def _button(text: str, data: AdminPage | DecideMember | SendAgain | SettleBroadcast) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())
