"""Bringing the past into the archive: exports of Telegram Desktop."""

import os
import sys
from datetime import UTC, datetime
from typing import IO

from bot.cli.progress import shown_with_posts
from monitor.database import Sessions
from monitor.desktop.importing import Imported, import_export
from monitor.desktop.reading import Export


async def import_desktop(sessions: Sessions, file: IO[bytes]) -> None:
    """Import an export and say what became of it. Raises BrokenFileError at the end if the file breaks off."""
    export = Export(file)
    total = os.fstat(file.fileno()).st_size if file.seekable() else None
    with shown_with_posts(file.name, total) as progress:
        done = await import_export(sessions, export, datetime.now(UTC), progress)
    if export.found:
        sys.stdout.write(f"{file.name}: {_said(done, export)}\n")
        sys.stdout.flush()
    if done.broken is not None:
        raise done.broken


def _said(done: Imported, export: Export) -> str:
    posts = done.posts
    left_out = {
        "service messages": done.service,
        "unreadable messages": done.unreadable,
        "chats that are no channels": export.left_out,
    }
    said = f"{posts.new} new, {posts.edited} edited, {posts.unchanged} known already"
    rest = ", ".join(f"{count} {name}" for name, count in left_out.items() if count)
    return f"{said}; left out: {rest}" if rest else said
