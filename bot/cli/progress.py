"""A progress bar in the terminal, on stderr. What draws it is loaded when there is one: `dozor run` has none, and saves 7 MB."""

from collections.abc import Callable
from contextlib import AbstractContextManager


def shown(name: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
    """A bar under this name, of so many steps if that is known; the value is called with how many more are done."""
    from bot.cli import bars

    return bars.steps(name, total)


def shown_with_posts(name: str, total: int | None) -> AbstractContextManager[Callable[[int, int], None]]:
    """A bar of `total` steps of any size (bytes, pages); the value is called with (steps done, posts taken in) so far."""
    from bot.cli import bars

    return bars.posts(name, total)
