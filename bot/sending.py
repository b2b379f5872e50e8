"""A letter into Telegram, and what became of it."""

import logging
from collections.abc import Callable
from datetime import datetime

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup, Message

from bot.reactions import Letter, Moved, react
from monitor.outcomes import Failed, Outcome, Sent

logger = logging.getLogger(__name__)

TRIES = 4  # as it is, beside its thread, without formatting, without anything but the text
TIMEOUT = 30  # seconds


async def attempt(bot: Bot, letter: Letter, clock: Callable[[], datetime]) -> Outcome | Moved:
    """Send it, in a simpler form if Telegram refuses the first; never raises but when cancelled."""
    thread = letter.thread_id
    for _ in range(TRIES):
        try:
            return Sent(await _send(bot, letter), lost_thread=thread if thread != letter.thread_id else 0)
        except Exception as error:  # whatever it is, the delivery must be settled
            step = react(letter, error, clock())
            logger.info("not taken: chat=%d error=%s: %s", letter.chat_id, type(error).__name__, _short(error))
        if not isinstance(step, Letter):
            return step
        letter = step
    return Failed("refused in every form")


async def _send(bot: Bot, letter: Letter) -> int | None:
    rendered = letter.rendered
    if letter.edits is None:
        sent = await bot.send_message(
            letter.chat_id,
            rendered.text,
            message_thread_id=letter.thread_id or None,
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


def _short(error: Exception) -> str:
    return str(getattr(error, "message", ""))[:200]
