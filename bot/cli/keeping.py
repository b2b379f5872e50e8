"""`dozor backup`, `restore`, and `migrate --from`: all that is kept, in a file, back from it, and into another database."""

import asyncio
import sys
from argparse import ArgumentParser
from pathlib import Path

from bot.cli.archive import complete_index
from bot.cli.opening import opened
from bot.settings import Settings, load
from monitor.database import create_sessions, reach
from monitor.sole_copy import alone


def add_backup(parser: ArgumentParser) -> None:
    """Arguments of `dozor backup`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file")
    parser.set_defaults(run=lambda options: asyncio.run(_backup(load(options.config), options.file)))


def add_restore(parser: ArgumentParser) -> None:
    """Arguments of `dozor restore`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what `dozor backup` wrote")
    parser.set_defaults(run=lambda options: asyncio.run(_restore(load(options.config), options.file)))


async def copy_from(settings: Settings, source_url: str) -> None:
    """Copy a SQLite database into the empty one of the settings, and build its index."""
    from bot.cli.progress import shown
    from monitor import copying

    async with opened(settings) as engine:
        await reach(engine)
        async with alone(engine):
            with shown("Copying", None) as advance:
                rows = await copying.copy(source_url, engine, advance)
            await complete_index(create_sessions(engine))
    sys.stdout.write(f"{rows} rows copied.\n")


async def _backup(settings: Settings, file: Path) -> None:
    from monitor import backup

    async with opened(settings) as engine:
        await reach(engine)
        await backup.backup(engine, file)
    sys.stdout.write(f"{file} holds everything.\n")


async def _restore(settings: Settings, file: Path) -> None:
    from monitor import backup

    async with opened(settings) as engine:
        await reach(engine)
        async with alone(engine):
            await backup.restore(engine, file)
            await complete_index(create_sessions(engine))
    sys.stdout.write(f"Everything in {file} is back.\n")
