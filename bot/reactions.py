"""What we do about each answer of Telegram to a message: one table, read from the top."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import InputRichMessage
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.views import Rendered
from monitor.outcomes import Barred, Buried, Failed, Moot, Outcome, Refused, Sent, Snoozed, Unreached, Unsure
from monitor.pictures import PATIENCE

WITHOUT_TOKEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Medium:
    """The picture or video of a post: what to upload, or as what Telegram knows it already. `kind`: photo or video."""

    post_id: int
    kind: str
    content: bytes | None
    file_id: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: to which chat and thread, or which message of that chat it takes the place of.

    `covers` are the ids of held deliveries that it tells of, `versions` {delivery id: Post.version} of what it shows, `deleted` ids
    of those whose posts it shows as deleted, `repeats` of those whose posts it names as saying the same. With `media` the text
    stands under them. `rich` says the same in blocks, for readers whose clients show them. `answers` is the message that it belongs
    to, `followed_by` the id of a post (the first of its album) whose pictures the reader gets as well. `free`: no Stars
    are spent on it.
    """

    chat_id: int
    thread_id: int
    rendered: Rendered
    edits: int | None = None
    covers: tuple[int, ...] = ()
    media: tuple[Medium, ...] = ()
    rich: InputRichMessage | None = None
    answers: int | None = None
    followed_by: int | None = None
    versions: Mapping[int, int] = field(default_factory=dict)
    deleted: Collection[int] = ()
    repeats: tuple[int, ...] = ()
    free: bool = False

    @property
    def messages(self) -> int:
        """As how many messages Telegram counts it."""
        return max(1, len(self.media))


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has become a supergroup with this id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class ThreadGone:
    """The letter's thread is there no more."""


Step = Outcome | Letter | Moved | ThreadGone
"""What became of it; or what to send instead, at once; or where the chat is now; or that it has no thread any more."""
Reaction = Callable[[Letter, Exception, datetime], Step]


def react(letter: Letter, error: Exception, now: datetime) -> Step:
    """What follows from the error with which sending the letter ended."""
    words = str(getattr(error, "message", "")).lower()
    for kind, said, reaction in REACTIONS:
        if isinstance(error, kind) and said in words:
            return reaction(letter, error, now)
    return _failed(letter, error, now)


def _failed(_: Letter, error: Exception, __: datetime) -> Step:
    return Failed(_words(error))


def _words(error: Exception) -> str:
    return str(getattr(error, "message", "")) or type(error).__name__


def _wait(_: Letter, error: Exception, now: datetime) -> Step:
    assert isinstance(error, TelegramRetryAfter)
    return Snoozed(now + timedelta(seconds=error.retry_after), _words(error))


def _follow(_: Letter, error: Exception, __: datetime) -> Step:
    assert isinstance(error, TelegramMigrateToChat)
    return Moved(error.migrate_to_chat_id)


def _refused(_: Letter, error: Exception, __: datetime) -> Step:
    return Refused(_words(error))


def _barred(letter: Letter, error: Exception, now: datetime) -> Step:
    """Where pictures are not allowed a text may be."""
    return _simpler(letter, error, now) if letter.media or letter.rich is not None else Barred(_words(error))


def _moot(letter: Letter, error: Exception, now: datetime) -> Step:
    """What is no edit is owed, whatever else in it Telegram does not find."""
    return Moot(_words(error)) if letter.edits is not None else _simpler(letter, error, now)


def _as_it_stands(letter: Letter, _: Exception, __: datetime) -> Step:
    return Sent(letter.edits)


def _beside_the_thread(letter: Letter, error: Exception, now: datetime) -> Step:
    """Where General is closed too, we may not write; an edit has no other place."""
    if letter.edits is not None:
        return Moot(_words(error))
    return replace(letter, thread_id=0) if letter.thread_id else _barred(letter, error, now)


def _without_thread(letter: Letter, error: Exception, _: datetime) -> Step:
    """With a thread go its messages: no other is made for an edit."""
    if letter.edits is not None:
        return Moot(_words(error))
    return ThreadGone() if letter.thread_id else Failed(_words(error))


def _for_nothing(letter: Letter, error: Exception, now: datetime) -> Step:
    """The bot has no Stars left: it goes as it would if nobody paid."""
    return _simpler(letter, error, now) if letter.free else replace(letter, free=True)


def _simpler(letter: Letter, error: Exception, _: datetime) -> Step:
    """Whatever Telegram dislikes in the pictures, the formatting or beside the text, the text itself is owed."""
    if letter.media or letter.rich is not None:
        return replace(letter, media=(), rich=None)
    for simpler in (letter.rendered.plain(), letter.rendered.bare()):
        if simpler != letter.rendered:
            return replace(letter, rendered=simpler)
    return Buried(_words(error))


def _fetched_anew(letter: Letter, error: Exception, now: datetime) -> Step:
    """A file_id is the bot's whose token it came with: another bot has the pictures fetched and uploaded again.

    Nothing else waits for that.
    """
    lost = tuple(medium.post_id for medium in letter.media if medium.file_id is not None)
    return Snoozed(now + PATIENCE, None, lost) if lost else _simpler(letter, error, now)


def _without_token(_: Letter, error: Exception, now: datetime) -> Step:
    return Snoozed(now + WITHOUT_TOKEN, _words(error))


def _unsure(_: Letter, error: Exception, __: datetime) -> Step:
    """The request left; a connection that never came about carried nothing."""
    never_left = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
    return Unreached(_words(error)) if never_left else Unsure(_words(error))


def _out_of_order(_: Letter, error: Exception, __: datetime) -> Step:
    """Who answers 502 or 504 does not know what became of the request, nor does a server that restarts."""
    return Unreached(_words(error), perhaps=True)


def _unreadable(letter: Letter, error: Exception, _: datetime) -> Step:
    """The answer says that the message was taken, in words newer than the library."""
    assert isinstance(error, ClientDecodeError)
    if not (isinstance(error.data, dict) and error.data.get("ok") is True):
        return Unsure("an answer that cannot be read")
    result = error.data.get("result")
    return Sent(result.get("message_id") if isinstance(result, dict) else letter.edits)


NO_RIGHTS = (
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "have no write access",
    "chat_write_forbidden",
    "chat_send_",
    "chat_admin_required",
    "chat_restricted",
    "user_banned_in_channel",
)
"""What Telegram says where the bot is in a chat and may not write: in a channel, or a group whose members may not."""

CLOSED = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "user_deactivated",
    "peer_id_invalid",
    "chat_id_invalid",
    "channel_invalid",
    "channel_private",
    "chat_forbidden",
    "user_is_blocked",
    "bot was kicked",
    "bot was blocked",
    "not a member of the",
    "chat was deactivated",
    "chat was deleted",
    "chat was upgraded",
)
"""What Telegram says beside 403 of a chat that is closed to us, or is no more (core.telegram.org/method/messages.sendMessage).

Of a group that was upgraded it says mostly which it is now.
"""

UNEDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message_edit_time_expired",
    "message_author_required",
)

REACTIONS: tuple[tuple[type[Exception], str, Reaction], ...] = (
    (TelegramRetryAfter, "", _wait),
    (TelegramMigrateToChat, "", _follow),
    *((kind, said, _barred) for said in NO_RIGHTS for kind in (TelegramForbiddenError, TelegramBadRequest)),
    (TelegramUnauthorizedError, "", _without_token),
    (TelegramNotFound, "", _without_token),
    (TelegramConflictError, "", _without_token),
    (TelegramBadRequest, "message is not modified", _as_it_stands),
    *((kind, said, _moot) for said in UNEDITABLE for kind in (TelegramForbiddenError, TelegramBadRequest)),
    (TelegramForbiddenError, "", _refused),
    *((TelegramBadRequest, said, _refused) for said in CLOSED),
    (TelegramBadRequest, "thread not found", _without_thread),
    (TelegramBadRequest, "topic_closed", _beside_the_thread),
    (TelegramBadRequest, "topic_deleted", _without_thread),
    (TelegramBadRequest, "topic_id_invalid", _without_thread),
    (TelegramBadRequest, "file identifier", _fetched_anew),
    (TelegramBadRequest, "file_id", _fetched_anew),
    (TelegramBadRequest, "file_reference", _fetched_anew),
    *((TelegramBadRequest, said, _for_nothing) for said in ("balance", "stars")),
    (TelegramBadRequest, "", _simpler),
    (TelegramEntityTooLarge, "", _simpler),
    (TelegramServerError, "", _out_of_order),
    (TelegramNetworkError, "", _unsure),
    (asyncio.TimeoutError, "", _unsure),
    (ClientDecodeError, "", _unreadable),
    (TelegramAPIError, "", _failed),
    (AiogramError, "", _failed),
)
