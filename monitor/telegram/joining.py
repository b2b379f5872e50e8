"""From what a person typed to a channel that the account has joined."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient, errors, functions, types

from monitor.channels import Joined, bare_name, id_of
from monitor.errors import MonitorError
from monitor.telegram import pace
from monitor.telegram.dialogs import names_of

LONGEST_WAIT_S = 20
"""Waits for joining and resolving take up to a day: what else there is to do must not stand still for them."""

USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
INVITE = re.compile(r"(?:\+|joinchat/)([\w-]+)$")


class ChannelNotFoundError(MonitorError):
    """There is no channel of this name."""

    code = "channel_not_found"


class NotAChannelError(MonitorError):
    """This is a person, a bot or a group; only channels can be watched."""

    code = "not_a_channel"


class ChannelPrivateError(MonitorError):
    """The channel is private, or the account was banned from it."""

    code = "channel_private"


class InviteExpiredError(MonitorError):
    """The invite link is wrong or no longer valid."""

    code = "invite_expired"


class JoinRequestedError(MonitorError):
    """An admin of the channel has to approve the request first; ask again afterwards."""

    code = "join_requested"


class TooManyChannelsError(MonitorError):
    """The account is in as many channels as Telegram allows."""

    code = "too_many_channels"


MEANINGS: tuple[tuple[tuple[type[Exception], ...], type[MonitorError]], ...] = (
    (
        (
            errors.UsernameNotOccupiedError,
            errors.UsernameInvalidError,
            errors.ChannelInvalidError,
            errors.ChatIdInvalidError,
        ),
        ChannelNotFoundError,
    ),
    ((errors.ChannelPrivateError, errors.ChatAdminRequiredError, errors.UserBannedInChannelError), ChannelPrivateError),
    ((errors.InviteHashExpiredError, errors.InviteHashInvalidError, errors.InviteHashEmptyError), InviteExpiredError),
    ((errors.InviteRequestSentError,), JoinRequestedError),
    ((errors.ChannelsTooMuchError,), TooManyChannelsError),
)


@dataclass(frozen=True, slots=True)
class Username:
    """A public name, without the @."""

    name: str


@dataclass(frozen=True, slots=True)
class Invite:
    """The hash of a private invite link."""

    hash: str


@dataclass(frozen=True, slots=True)
class ChannelId:
    """A bare channel id; it can be reached only if the account has met the channel before."""

    id: int


def parse_target(text: str) -> Username | Invite | ChannelId:
    """`@name`, `t.me/name/123`, an invite link, `-100…` or a bare id. Raises ChannelNotFoundError for anything else."""
    name = bare_name(text)
    if invite := INVITE.match(name):
        return Invite(invite[1])
    if (number := id_of(name)) is not None:
        return ChannelId(abs(number))
    if USERNAME.fullmatch(name):
        return Username(name)
    raise ChannelNotFoundError(target=text)


async def join_channel(client: TelegramClient, target: str, *, join: bool = True) -> Joined:
    """Resolve the target (one request), join it, and look up its newest message. A public channel can be read without joining.

    Waits through short FLOOD_WAITs. Raises this module's errors; Telethon's, where they say nothing about the channel.
    """
    wanted = parse_target(target)
    if not join and isinstance(wanted, Invite):
        raise TooManyChannelsError(target=target)
    try:
        channel = await _resolve(client, wanted)
        if isinstance(channel, types.ChannelForbidden):  # what Telegram shows of a channel to whom it has banned
            raise ChannelPrivateError(target=target)
        if not isinstance(channel, types.Channel) or not channel.broadcast:
            raise NotAChannelError(target=target)
        peer = types.InputPeerChannel(channel.id, channel.access_hash)
        if channel.left and join:
            await _patiently(lambda: client(functions.channels.JoinChannelRequest(peer)))
        answer = await _patiently(lambda: client(_newest(peer)))
    except errors.RPCError as error:
        raise channel_error(error, target) from error
    return _joined(channel, answer, polled=channel.left and not join)


async def leave_channel(client: TelegramClient, peer: types.InputPeerChannel) -> None:
    """Leave the channel; it is no error if the account is out already."""
    try:
        await _patiently(lambda: client(functions.channels.LeaveChannelRequest(peer)))
    except (errors.UserNotParticipantError, errors.ChannelPrivateError, errors.ChannelInvalidError):
        return


def channel_error(error: Exception, target: str) -> Exception:
    """What an error of Telegram means for the channel; the error itself if it is not about the channel."""
    for kinds, meaning in MEANINGS:
        if isinstance(error, kinds):
            return meaning(target=target)
    return error


async def _patiently(ask: Callable[[], Awaitable[Any]]) -> Any:
    return await pace.patiently(ask, longest=LONGEST_WAIT_S)


async def _resolve(client: TelegramClient, wanted: Username | Invite | ChannelId) -> Any:
    match wanted:
        case Username(name):
            found = await _patiently(lambda: client(functions.contacts.ResolveUsernameRequest(name)))
            return next((chat for chat in found.chats if isinstance(found.peer, types.PeerChannel)), None)
        case Invite(code):
            return await _accept(client, code)
        case ChannelId(channel_id):
            return await _known(client, channel_id)


async def _accept(client: TelegramClient, code: str) -> Any:
    invite = await _patiently(lambda: client(functions.messages.CheckChatInviteRequest(code)))
    if isinstance(invite, types.ChatInviteAlready):
        return invite.chat
    if isinstance(invite, types.ChatInvite) and not invite.broadcast:
        return None
    result = await _patiently(lambda: client(functions.messages.ImportChatInviteRequest(code)))
    if not isinstance(result, types.messages.ChatInviteJoinResultOk):
        raise JoinRequestedError(target=code)
    return next(iter(result.updates.chats), None)


async def _known(client: TelegramClient, channel_id: int) -> Any:
    try:
        peer = await client.get_input_entity(types.PeerChannel(channel_id))
    except ValueError:
        raise ChannelNotFoundError(target=str(channel_id)) from None
    found = await _patiently(lambda: client(functions.channels.GetChannelsRequest([peer])))
    return found.chats[0] if found.chats else None


def _newest(peer: types.InputPeerChannel) -> Any:
    return functions.messages.GetHistoryRequest(
        peer, offset_id=0, offset_date=None, add_offset=0, limit=1, max_id=0, min_id=0, hash=0
    )


def _joined(channel: Any, answer: Any, *, polled: bool) -> Joined:
    username, more = names_of(channel)
    return Joined(
        id=channel.id,
        username=username,
        title=channel.title,
        access_hash=channel.access_hash,
        protected=bool(channel.noforwards),
        newest=max((message.id for message in answer.messages), default=0),
        pts=getattr(answer, "pts", None),
        polled=polled,
        more=more,
    )
