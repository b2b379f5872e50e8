"""Who is let in: invitations, requests, and what the admins decide about them."""

import secrets
from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message, User
from aiogram.utils.deep_linking import create_deep_link
from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.callbacks import DecideMember, EndInvite
from bot.handlers.replies import replace, reply
from bot.i18n import Translator
from bot.middlewares import Access, InvitationNeededError, admins_only
from monitor import invites, members, outbox, subscribers
from monitor.models import Member, Standing

PAYLOAD = "i_"
DOOR = {"for_everybody": True}


def create_router() -> Router:
    """The door, and its keepers."""
    router = Router(name="admission")
    router.message.register(enter, CommandStart(deep_link=True, magic=F.args.startswith(PAYLOAD)), flags=DOOR)
    router.message.register(ask, Command("join"), flags=DOOR)
    router.include_router(_create_admin_router())
    return router


def _create_admin_router() -> Router:
    router = Router(name="doorkeepers")
    router.message.middleware(admins_only)
    router.callback_query.middleware(admins_only)
    router.message.register(invite, Command("invite"))
    router.message.register(show, Command("invites"))
    router.callback_query.register(end, EndInvite.filter())
    router.callback_query.register(decide, DecideMember.filter())
    return router


async def enter(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    l10n: Translator,
    now: datetime,
    event_from_user: User,
) -> SendMessage:
    code = (command.args or "").removeprefix(PAYLOAD)
    await invites.accept(session, code, event_from_user.id, event_from_user.full_name, now)
    return reply(message, views.welcome(l10n))


async def ask(
    message: Message,
    session: AsyncSession,
    l10n: Translator,
    now: datetime,
    event_from_user: User,
    access: Access,
    admins: frozenset[int],
) -> SendMessage:
    if access is Access.OPEN or event_from_user.id in admins:
        return reply(message, views.welcome(l10n))
    if access is Access.INVITE and not await members.is_member(session, event_from_user.id):
        raise InvitationNeededError
    member, new = await members.ask(session, event_from_user.id, event_from_user.full_name, now)
    if new:
        await _tell_admins(session, member, admins, now)
    return reply(message, views.admission(member, l10n))


async def _tell_admins(session: AsyncSession, member: Member, admins: frozenset[int], now: datetime) -> None:
    for admin in sorted(admins):
        keeper = await subscribers.find(session, admin)
        if keeper is not None:
            await outbox.enqueue_notice(session, keeper.id, "join", now, name=member.name, user=member.user_id)


async def decide(
    query: CallbackQuery, callback_data: DecideMember, session: AsyncSession, l10n: Translator, now: datetime
) -> EditMessageText | None:
    standing = Standing.ADMITTED if callback_data.admit else Standing.DECLINED
    member, changed = await members.decide(session, callback_data.user, standing, query.from_user.id, now)
    if member is None:
        return replace(query, views.sentence("member-gone", {}, l10n))
    asker = await subscribers.find(session, member.user_id)
    if changed and asker is not None:
        await outbox.enqueue_notice(session, asker.id, f"admission-{standing}", now)
    return replace(query, views.decided(member, l10n))


async def invite(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    l10n: Translator,
    now: datetime,
    event_from_user: User,
    access: Access,
    bot: Bot,
) -> SendMessage:
    if access is not Access.INVITE:
        return reply(message, views.sentence("invite-useless", {"access": access.value}, l10n))
    uses, lasts = invites.terms(command.args or "")
    made = await invites.invite(session, secrets.token_urlsafe(12), uses, now + lasts, event_from_user.id, now)
    return reply(message, views.invited(made, await _link(bot, made.code), l10n))


async def show(message: Message, session: AsyncSession, l10n: Translator, now: datetime) -> SendMessage:
    return reply(message, views.invites(await invites.valid(session, now), l10n))


async def end(
    query: CallbackQuery, callback_data: EndInvite, session: AsyncSession, l10n: Translator, now: datetime
) -> EditMessageText | None:
    await invites.end(session, callback_data.code, query.from_user.id, now)
    return replace(query, views.invites(await invites.valid(session, now), l10n))


async def _link(bot: Bot, code: str) -> str:
    """The bot asks Telegram for its own name once only."""
    return create_deep_link((await bot.me()).username or "", "start", f"{PAYLOAD}{code}")
