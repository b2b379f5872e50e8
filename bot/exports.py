"""An export on its way: found posts page by page into a temporary file, told of by editing a message, sent as a document.

Each page has a session of its own, so no database is kept from tidying up; files are written in threads.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from monitor import search
from monitor.database import Sessions
from monitor.errors import MonitorError
from monitor.exporting import TABLES, Table
from monitor.search import FoundPost

PAGE = 100  # posts; what one page takes is what others wait
MOST = 100_000  # posts of one export
UPLOAD_LIMIT = 49 * 2**20  # bytes: core.telegram.org/bots/api#senddocument, less what goes around the file
TELL_S = 3  # Telegram takes few edits a minute

Tell = Callable[[int, int | None], Awaitable[None]]


class ExportTooLargeError(MonitorError):
    """The file is larger than a bot may send: narrow the question, by last:30d for example."""

    code = "export_too_large"


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: the posts that satisfy `query` at the moment `now`, as `form`, a key of TABLES."""

    query: str
    form: str
    now: datetime

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        words = re.sub(r"\W+", "-", self.query).strip("-")[:40]
        return f"dozor-{self.now:%Y-%m-%d}-{words or 'posts'}"

    async def write(
        self, sessions: Sessions, folder: Path, tell: Tell, clock: Callable[[], float] = time.monotonic
    ) -> tuple[Path, int]:
        """The file and how many posts are in it; `tell` hears now and then how many are, and of how many, if that is known.

        Raises ExportTooLargeError.
        """
        path = folder / f"{self.name}.{self.form}"
        table: Table = await asyncio.to_thread(TABLES[self.form], path)
        written, told, total = 0, clock(), await self._total(sessions)
        async with aclosing(self._pages(sessions)) as pages:
            async for posts in pages:
                await asyncio.to_thread(table.write, posts)
                written += len(posts)
                if clock() - told >= TELL_S:
                    await tell(written, total)
                    told = clock()
        await asyncio.to_thread(table.close)
        return await asyncio.to_thread(_fitting, path), written

    async def _total(self, sessions: Sessions) -> int | None:
        async with sessions() as session:
            return await search.count(session, self.query, MOST, now=self.now)

    async def _pages(self, sessions: Sessions) -> AsyncGenerator[list[FoundPost], None]:
        before, left = None, MOST
        while left:
            async with sessions() as session:
                page = await search.search(session, self.query, before=before, limit=min(PAGE, left), now=self.now)
            yield page.posts
            left -= len(page.posts)
            if page.next is None:
                return
            before = page.next


def workplace() -> TemporaryDirectory[str]:
    """A folder for the files of one export, which goes with them."""
    return TemporaryDirectory(prefix="dozor-export-")


def _fitting(path: Path) -> Path:
    """The file, packed if it is too large to be sent. Raises ExportTooLargeError."""
    if path.stat().st_size <= UPLOAD_LIMIT:
        return path
    packed = path.with_name(f"{path.name}.zip")
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    if packed.stat().st_size > UPLOAD_LIMIT:
        raise ExportTooLargeError
    return packed
