"""Bringing the past into the archive: exports of Telegram Desktop, and posts one a line."""

import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO

from bot.cli.progress import shown, shown_with_posts
from monitor.database import Sessions
from monitor.desktop.importing import Imported, import_export
from monitor.desktop.reading import Export, is_export
from monitor.errors import MonitorError
from monitor.importing import import_posts
from monitor.ingest import Ingested
from monitor.jsonl import lines_of, read
from monitor.misfits import Misfits

_CHUNK = 1 << 20


async def import_files(sessions: Sessions, files: list[IO[bytes]]) -> int:
    """Import the files one after another, and say what became of each; 1 if something of one could not be taken in, else 0."""
    code = 0
    for file in files:
        for trouble in await import_file(sessions, file):
            sys.stderr.write(f"dozor: {file.name}: {trouble}\n")
            code = 1
    return code


async def import_file(sessions: Sessions, file: IO[bytes]) -> list[MonitorError]:
    """Import a file of either kind; what of it could not be taken in."""
    return await (_import_desktop if is_export(_head(file)) else _import_lines)(sessions, file)


def _head(file: IO[bytes]) -> bytes:
    return file.peek(1) if isinstance(file, io.BufferedReader) else b""


async def _import_lines(sessions: Sessions, file: IO[bytes]) -> list[MonitorError]:
    total = sum(chunk.count(b"\n") for chunk in _chunks(file)) if file.seekable() else None
    if file.seekable():
        file.seek(0)
    misfits = Misfits("lines")
    with shown(file.name, total) as advance:
        done = await import_posts(sessions, read(lines_of(file), misfits), datetime.now(UTC), advance)
    _say(file, _counted(done))
    return [error for error in [misfits.error()] if error]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


async def _import_desktop(sessions: Sessions, file: IO[bytes]) -> list[MonitorError]:
    export = Export(file)
    total = os.fstat(file.fileno()).st_size if file.seekable() else None
    with shown_with_posts(file.name, total) as progress:
        done = await import_export(sessions, export, datetime.now(UTC), progress)
    if export.found:
        _say(file, _said(done, export))
    return [error for error in [export.misfits.error(), done.broken] if error]


def _say(file: IO[bytes], what: str) -> None:
    sys.stdout.write(f"{file.name}: {what}\n")
    sys.stdout.flush()


def _counted(posts: Ingested) -> str:
    return f"{posts.new} new, {posts.edited} edited, {posts.unchanged} known already"


def _said(done: Imported, export: Export) -> str:
    left_out = {
        "service messages": done.service,
        "messages that Telegram Desktop does not show": done.unsupported,
        "chats that are no channels": export.left_out,
    }
    rest = ", ".join(f"{count} {name}" for name, count in left_out.items() if count)
    return f"{_counted(done.posts)}; left out: {rest}" if rest else _counted(done.posts)
