"""Progress bars in the terminal, on stderr, drawn by Rich; see `bot.cli.progress`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class PostRate(ProgressColumn):
    """How many posts have been taken in, and how many a second."""

    def render(self, task: Task) -> Text:
        posts, seconds = task.fields["posts"], task.elapsed or 0
        return Text(f"{posts:,} posts, {posts / seconds:,.0f}/s" if seconds else "")


@contextmanager
def steps(name: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """See `progress.shown`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total)
        yield lambda count: progress.advance(task, count)


@contextmanager
def posts(name: str, total: int | None) -> Iterator[Callable[[int, int], None]]:
    """See `progress.shown_with_posts`."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), PostRate(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total, posts=0)
        yield lambda done, posts: progress.update(task, completed=done, posts=posts)
