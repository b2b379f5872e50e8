"""`dozor import`, `search`, `export`: the archive from the terminal."""

import asyncio
import csv
import shutil
import sys
from argparse import ArgumentParser, ArgumentTypeError, FileType, Namespace
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from bot.cli import history
from bot.cli.opening import opened
from bot.settings import Settings, load
from monitor import migration, reindexing
from monitor.database import Sessions, create_sessions, reach
from monitor.errors import MonitorError
from monitor.exporting import COLUMNS, TABLES, csv_row
from monitor.jsonl import dump
from monitor.search import FoundPost, scan


def add_import(parser: ArgumentParser) -> None:
    """Arguments of `dozor import`."""
    parser.add_argument("files", nargs="+", type=FileType("rb"), metavar="FILE")
    parser.set_defaults(run=lambda options: asyncio.run(_import(load(options.config), options.files)))


def add_search(parser: ArgumentParser) -> None:
    """Arguments of `dozor search`."""
    parser.add_argument("query")
    parser.add_argument("--json", action="store_true", help="one JSONL post a line")
    parser.add_argument("--limit", type=_count, default=10, metavar="N", help="at most this many posts (default: 10)")
    parser.set_defaults(run=lambda options: asyncio.run(_search(load(options.config), options)))


def add_export(parser: ArgumentParser) -> None:
    """Arguments of `dozor export`."""
    parser.add_argument("query")
    parser.add_argument("--format", choices=tuple(TABLES), required=True)
    parser.add_argument("--output", type=Path, metavar="FILE", help="write it there instead of to stdout")
    parser.set_defaults(run=lambda options: asyncio.run(_export(load(options.config), options)))


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError("a number from 1 on is wanted")
    return int(text)


@asynccontextmanager
async def archive(settings: Settings) -> AsyncIterator[Sessions]:
    """The database in its newest schema, every post in the index."""
    async with opened(settings) as engine:
        await reach(engine)
        await migration.upgrade(engine)
        sessions = create_sessions(engine)
        await complete_index(sessions)
        yield sessions


async def complete_index(sessions: Sessions) -> None:
    """Index anew what an older version indexed otherwise, with a progress bar."""
    if not await reindexing.prepare(sessions):
        return
    from bot.cli.progress import shown

    with shown("Indexing", await reindexing.waiting(sessions)) as advance:
        await reindexing.reindex(sessions, advance)


async def _import(settings: Settings, files: list[IO[bytes]]) -> int:
    async with archive(settings) as sessions:
        return await history.import_files(sessions, files)


async def _search(settings: Settings, options: Namespace) -> None:
    async with archive(settings) as sessions, sessions() as session:
        left = options.limit
        async for found in scan(session, options.query):
            sys.stdout.write((dump(found.post, found.channel) if options.json else _as_text(found)) + "\n")
            left -= 1
            if not left:
                break


async def _export(settings: Settings, options: Namespace) -> None:
    if options.output is not None:
        await _export_to(options.output, settings, options)
    elif options.format == "xlsx":
        await _export_workbook(settings, options)
    else:
        await _export_text(settings, options)


async def _export_to(path: Path, settings: Settings, options: Namespace) -> None:
    try:
        table = TABLES[options.format](path)
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        async with archive(settings) as sessions, sessions() as session:
            async for found in scan(session, options.query):
                table.write([found])
    finally:
        table.close()


async def _export_workbook(settings: Settings, options: Namespace) -> None:
    """A workbook is complete only at its end, so it goes through a file to stdout."""
    if sys.stdout.isatty():
        raise MonitorError("A workbook is nothing for a terminal: name a file with --output.")
    with TemporaryDirectory(prefix="dozor-export-") as folder:
        path = Path(folder) / "posts.xlsx"
        await _export_to(path, settings, options)
        with path.open("rb") as book:
            shutil.copyfileobj(book, sys.stdout.buffer)


async def _export_text(settings: Settings, options: Namespace) -> None:
    async with archive(settings) as sessions, sessions() as session:
        writer = csv.writer(sys.stdout)
        if options.format == "csv":
            writer.writerow(COLUMNS)
        async for found in scan(session, options.query):
            if options.format == "csv":
                writer.writerow(csv_row(found))
            else:
                sys.stdout.write(dump(found.post, found.channel) + "\n")


def _as_text(found: FoundPost) -> str:
    return f"{found.post.date:%Y-%m-%d %H:%M}  {found.channel.title}  {' '.join(_marked(found))}"


def _marked(found: FoundPost) -> Iterator[str]:
    text, at = found.post.text, 0
    for start, end in found.spans:
        yield f"{text[at:start]}[{text[start:end]}]"
        at = end
    yield text[at:]
