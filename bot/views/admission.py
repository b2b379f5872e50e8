"""The door: invitations, requests to be let in, and what became of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import DecideMember, EndInvite
from bot.i18n import Translator
from bot.views.draft import Draft, Rendered, shorten
from monitor.models import Invite, Member

NAME_LIMIT = 64  # UTF-16 units
SHOWN = 20  # invitations


def welcome(l10n: Translator) -> Rendered:
    """The person is in, and how to begin."""
    draft = Draft().add(l10n("admission-admitted")).add("\n\n").add(l10n("start"))
    return draft.add("\n\n").add(l10n("start-own")).render()


def admission(member: Member, l10n: Translator) -> Rendered:
    """What became of a person's own request."""
    return Draft().add(l10n(f"admission-{member.standing}")).render()


def join_request(params: Mapping[str, Any], l10n: Translator) -> Rendered:
    """Somebody asks to be let in: `name` and `user`, their id; a button for either answer."""
    name, user = shorten(str(params.get("name", "")), NAME_LIMIT), int(params.get("user", 0))
    draft = Draft().add(l10n("join-asked", name=name)).add(f"\nid {user}", "code", url=f"tg://user?id={user}")
    row = [
        InlineKeyboardButton(text=l10n(key), callback_data=DecideMember(user=user, admit=admit).pack())
        for key, admit in (("join-admit", True), ("join-decline", False))
    ]
    return draft.render(InlineKeyboardMarkup(inline_keyboard=[row]))


def decided(member: Member, l10n: Translator) -> Rendered:
    """What the admins made of a request."""
    return Draft().add(l10n(f"member-{member.standing}", name=shorten(member.name, NAME_LIMIT))).render()


def invited(invite: Invite, link: str, l10n: Translator) -> Rendered:
    """A new invitation, ready to be passed on."""
    draft = Draft().add(l10n("invite-made")).add("\n").add(link).add("\n\n")
    return draft.add_draft(_terms(invite, l10n)).render()


def invites(valid: Sequence[Invite], l10n: Translator) -> Rendered:
    """The invitations that are still good, each with a button that ends it."""
    if not valid:
        return Draft().add(l10n("invites-none")).render()
    draft, rows = Draft().add(l10n("invites-title"), "bold").add("\n"), []
    for number, invite in enumerate(valid[:SHOWN], start=1):
        draft.add(f"\n{number}. ").add(f"…{invite.code[-4:]}", "code").add(" · ").add_draft(_terms(invite, l10n))
        ending = EndInvite(code=invite.code).pack()
        rows.append([InlineKeyboardButton(text=l10n("invite-end", number=number), callback_data=ending)])
    if len(valid) > SHOWN:
        draft.add("\n").add(l10n("list-more", count=len(valid) - SHOWN))
    return draft.render(InlineKeyboardMarkup(inline_keyboard=rows))


def _terms(invite: Invite, l10n: Translator) -> Draft:
    left = l10n("invite-uses", count=invite.uses - invite.used)
    return Draft().add(left).add(" · ").add(l10n("invite-until")).add(" ").add_time(invite.ends_at, l10n)
