"""What buttons carry fits into them, and is told apart."""

import inspect
from collections import Counter
from enum import Enum
from typing import Any, get_args

import pytest
from aiogram.filters.callback_data import CallbackData

from bot import callbacks, topic_callbacks

KINDS = [
    kind
    for module in (callbacks, topic_callbacks)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, CallbackData) and kind.__module__ == module.__name__
]
HUGE = 10**12  # more than there will ever be of anything; a channel's id is smaller


def largest(kind: Any) -> Any:
    """A value of this type, or of the first it may be, that takes much room."""
    first = (get_args(kind) or (kind,))[0]
    if inspect.isclass(first) and issubclass(first, Enum):
        return max(first, key=lambda each: len(str(each.value)))
    return HUGE if first is int else True if first is bool else "ru"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_largest_ids_fit_into_a_button(kind: type[CallbackData]) -> None:
    values = {name: largest(field.annotation) for name, field in kind.model_fields.items()}
    assert len(kind.model_construct(**values).pack().encode()) <= 64


def test_no_two_kinds_of_buttons_begin_alike() -> None:
    counts = Counter(kind.__prefix__ for kind in KINDS)
    assert [prefix for prefix, count in counts.items() if count > 1] == []
