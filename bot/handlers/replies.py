"""A rendered view as the method that sends it, or that puts it in the place of a message."""

from aiogram.methods import EditMessageReplyMarkup, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.views import Rendered


def reply(message: Message, rendered: Rendered) -> SendMessage:
    """Answer in the chat (and thread) of the message."""
    return message.answer(
        rendered.text,
        entities=rendered.entities,
        reply_markup=rendered.reply_markup,
        link_preview_options=rendered.link_preview,
        parse_mode=None,
    )


def replace(query: CallbackQuery, rendered: Rendered) -> EditMessageText | None:
    """Put the view in the place of the message whose button was pressed; None if it is too old to be shown to us."""
    if not isinstance(query.message, Message):
        return None
    return query.message.edit_text(
        rendered.text,
        entities=rendered.entities,
        reply_markup=rendered.inline_keyboard,
        link_preview_options=rendered.link_preview,
        parse_mode=None,
    )


def rebutton(query: CallbackQuery, markup: InlineKeyboardMarkup) -> EditMessageReplyMarkup | None:
    """Put other buttons under the message whose button was pressed; None if it is too old to be shown to us."""
    return query.message.edit_reply_markup(reply_markup=markup) if isinstance(query.message, Message) else None
