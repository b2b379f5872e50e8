"""What survives a long collection is not looked through again, and still goes when nobody refers to it."""

import gc
import weakref
from collections.abc import Iterator
from itertools import count

import pytest

from bot import pauses


class Kept:
    """Something that can be watched."""


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize(("lasts", "is_frozen"), [(1.0, True), (0.001, False)])
def test_what_survives_a_long_collection_is_frozen(
    monkeypatch: pytest.MonkeyPatch, lasts: float, is_frozen: bool
) -> None:
    moments = count()
    monkeypatch.setattr(pauses.time, "perf_counter", lambda: next(moments) * lasts)
    with pauses.short_pauses():
        kept = [Kept() for _ in range(100)]
        gc.collect()
        assert (gc.get_freeze_count() > len(kept)) is is_frozen
    looks = len(gc.callbacks)
    with pauses.short_pauses():
        assert len(gc.callbacks) == looks + 1


def test_what_is_frozen_goes_with_the_last_reference() -> None:
    with pauses.short_pauses(longest=-1):
        kept = Kept()
        gc.collect()
    gone = weakref.ref(kept)
    del kept
    assert gone() is None
