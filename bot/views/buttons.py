"""Inline buttons, by rows."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

Row = list[InlineKeyboardButton]
Item = TypeVar("Item")

CHOSEN = "✓ "
WHOLE_LIMIT = 27  # UTF-16 units of a name that a phone shows on a button, with a sign before it
PAGE = 8


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    """A button that tells the bot."""
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def choice(text: str, data: CallbackData, chosen: bool) -> InlineKeyboardButton:
    """A button for a value, marked if it is the one."""
    return button((CHOSEN if chosen else "") + text, data)


def keyboard(rows: Iterable[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    """The rows that are not empty."""
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows if row])


def pairs(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """Two in a row."""
    return [list(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def page_of(items: Sequence[Item], number: int) -> tuple[Sequence[Item], int, int]:
    """The items of page `number` (from 1; one that is not there is the last), that number, and how many pages there are."""
    pages = max((len(items) + PAGE - 1) // PAGE, 1)
    shown = min(max(number, 1), pages)
    return items[(shown - 1) * PAGE : shown * PAGE], shown, pages
