"""Short pauses of the garbage collector.

What the analyzer remembers of words is looked through by every full collection, though none of it is garbage: by and by that stops
everything for a tenth of a second and more. So what has survived a collection that took long is frozen: looked through no more. It
still goes when nothing refers to it; only circles that are garbage by then stay, and of those little is alive at any one moment.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_S = 0.01
_OLDEST = 2  # generation


@contextmanager
def short_pauses(longest: float = LONGEST_S) -> Iterator[None]:
    """As long as this is entered, freeze what survives a full collection that took more than `longest` seconds."""
    begun = 0.0

    def look(phase: str, about: dict[str, int]) -> None:
        nonlocal begun
        if about["generation"] < _OLDEST:
            return
        if phase == "start":
            begun = time.perf_counter()
        elif time.perf_counter() - begun > longest:
            gc.freeze()

    gc.callbacks.append(look)
    try:
        yield
    finally:
        gc.callbacks.remove(look)
