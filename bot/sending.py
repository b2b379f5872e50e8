"""A letter into Telegram, and what became of it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramServerError
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    InputRichMessage,
    MediaUnion,
    Message,
    ReplyParameters,
)
from sqlalchemy.exc import DBAPIError

from bot.reactions import Letter, Medium, Moved, ThreadGone, react
from monitor.outcomes import Failed, Outcome, Sent, Unreached

logger = logging.getLogger(__name__)

Rehouse = Callable[[Letter], Awaitable[Letter]]

TRIES = 7  # as it is, for nothing, in another thread, beside it, without media, without formatting, without anything but the text
TIMEOUT = 30  # seconds
THERE_TIMEOUT = 4  # less than the first repeat of what was not answered waits
UPLOAD_TIMEOUT = 120


async def attempt(
    bot: Bot, letter: Letter, clock: Callable[[], datetime], *, paid: bool = False, rehouse: Rehouse | None = None
) -> Outcome | Moved:
    """Send it, in a simpler form if Telegram refuses the first; never raises but when cancelled.

    `paid`: it may cost Stars. `rehouse` is asked once where it should go whose thread is gone.
    """
    gone = 0
    for _ in range(TRIES):
        if gone and gone == letter.thread_id:
            rehoused = await _rehoused(letter, rehouse, clock)
            if not isinstance(rehoused, Letter):
                return rehoused
            letter, rehouse = rehoused, None
        try:
            lost, pays = gone if not letter.thread_id else 0, paid and not letter.free
            if letter.media:
                return replace(await _show(bot, letter, pays), lost_thread=lost)
            if letter.rich is not None:
                return Sent(await _send_rich(bot, letter, letter.rich, pays), lost_thread=lost, rich=True)
            return Sent(await _send(bot, letter, pays), lost_thread=lost)
        except Exception as error:  # whatever it is, the delivery must be settled
            step = react(letter, error, clock())
            logger.info("not taken: chat=%d error=%s: %s", letter.chat_id, type(error).__name__, _short(error))
        if isinstance(step, ThreadGone):
            gone = letter.thread_id
            continue
        if not isinstance(step, Letter):
            return step
        if step.free and not letter.free:
            logger.warning("no Stars are left, a message goes without: chat=%d", letter.chat_id)
        letter = step
    return Failed("refused in every form")


async def _rehoused(letter: Letter, rehouse: Rehouse | None, clock: Callable[[], datetime]) -> Letter | Outcome | Moved:
    """The letter for another thread; or what becomes of it, which has not left, where none can be had now."""
    if rehouse is None:
        return replace(letter, thread_id=0)
    try:
        return await rehouse(letter)
    except (TelegramNetworkError, TelegramServerError, DBAPIError) as error:
        return Unreached(_short(error) or type(error).__name__)
    except Exception as error:
        step = react(letter, error, clock())
        return replace(letter, thread_id=0) if isinstance(step, ThreadGone) else step


async def is_there(bot: Bot) -> bool:
    """Whether Telegram answers, be it with a refusal."""
    try:
        await bot.get_me(request_timeout=THERE_TIMEOUT)
    except TelegramAPIError as error:
        return not isinstance(error, TelegramNetworkError | TelegramServerError)
    except Exception:  # what cannot be read is no answer either
        return False
    return True


async def _send(bot: Bot, letter: Letter, paid: bool) -> int | None:
    rendered = letter.rendered
    if letter.edits is None:
        sent = await bot.send_message(
            letter.chat_id,
            rendered.text,
            message_thread_id=letter.thread_id or None,
            allow_paid_broadcast=paid or None,
            entities=rendered.entities,
            reply_markup=rendered.reply_markup,
            link_preview_options=rendered.link_preview,
            parse_mode=None,
            request_timeout=TIMEOUT,
        )
        return sent.message_id
    edited = await bot.edit_message_text(
        rendered.text,
        chat_id=letter.chat_id,
        message_id=letter.edits,
        entities=rendered.entities,
        reply_markup=rendered.reply_markup if isinstance(rendered.reply_markup, InlineKeyboardMarkup) else None,
        link_preview_options=rendered.link_preview,
        parse_mode=None,
        request_timeout=TIMEOUT,
    )
    return edited.message_id if isinstance(edited, Message) else letter.edits


async def _send_rich(bot: Bot, letter: Letter, rich: InputRichMessage, paid: bool) -> int:
    if letter.edits is not None:
        await bot.edit_message_text(
            chat_id=letter.chat_id, message_id=letter.edits, rich_message=rich, request_timeout=TIMEOUT
        )
        return letter.edits
    sent = await bot.send_rich_message(
        letter.chat_id,
        rich,
        message_thread_id=letter.thread_id or None,
        allow_paid_broadcast=paid or None,
        request_timeout=TIMEOUT,
    )
    return sent.message_id


async def _show(bot: Bot, letter: Letter, paid: bool) -> Sent:
    """Send the pictures with the text under the first; what Telegram has is named, the rest is uploaded."""
    rendered, answers = letter.rendered, _answers(letter)
    if len(letter.media) == 1:
        (medium,) = letter.media
        send = bot.send_photo if medium.kind == "photo" else bot.send_video
        shown = await send(
            letter.chat_id,
            _file(medium),
            message_thread_id=letter.thread_id or None,
            allow_paid_broadcast=paid or None,
            caption=rendered.text,
            caption_entities=rendered.entities,
            reply_parameters=answers,
            parse_mode=None,
            request_timeout=UPLOAD_TIMEOUT,
        )
        return Sent(shown.message_id, files=_files(letter.media, [shown]))
    album = [_part(medium, letter if medium is letter.media[0] else None) for medium in letter.media]
    several = await bot.send_media_group(
        letter.chat_id,
        album,
        message_thread_id=letter.thread_id or None,
        allow_paid_broadcast=paid or None,
        reply_parameters=answers,
        request_timeout=UPLOAD_TIMEOUT,
    )
    return Sent(several[0].message_id, files=_files(letter.media, several))


def _answers(letter: Letter) -> ReplyParameters | None:
    return ReplyParameters(message_id=letter.answers, allow_sending_without_reply=True) if letter.answers else None


def _file(medium: Medium) -> BufferedInputFile | str:
    if medium.file_id is not None:
        return medium.file_id
    name = f"{medium.post_id}.{'jpg' if medium.kind == 'photo' else 'mp4'}"
    return BufferedInputFile(medium.content or b"", name)


def _part(medium: Medium, letter: Letter | None) -> MediaUnion:
    """A part of an album; under the first stands the letter's text."""
    text, entities = (None, None) if letter is None else (letter.rendered.text, letter.rendered.entities)
    kind = InputMediaPhoto if medium.kind == "photo" else InputMediaVideo
    return kind(media=_file(medium), caption=text, caption_entities=entities, parse_mode=None)


def _files(media: Sequence[Medium], messages: Sequence[Message]) -> dict[int, str]:
    """{post id: file_id} of what was uploaded."""
    pairs = zip(media, messages, strict=False)
    found = {medium.post_id: _file_id(message) for medium, message in pairs if medium.file_id is None}
    return {post_id: file_id for post_id, file_id in found.items() if file_id}


def _file_id(message: Message) -> str | None:
    if message.photo:
        return message.photo[-1].file_id
    return message.video.file_id if message.video else None


def _short(error: Exception) -> str:
    return str(getattr(error, "message", ""))[:200]
