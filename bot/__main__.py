"""The command line: `dozor COMMAND`. Errors are one sentence on stderr; exit code 0, 1 (it failed) or 2 (wrong usage)."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from bot.cli import COMMANDS
from bot.log_filter import scrub
from monitor.errors import MonitorError
from monitor.troubles import meaning


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except MonitorError as error:
        return _fail(str(error))
    except (OperationalError, DBAPIError) as error:
        return _fail(str(meaning(error) or f"The database does not answer as it should: {_first_line(error.orig)}"))
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        sys.stderr.close()
        return 0
    except OSError as error:
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}.")
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dozor", description="Watches public Telegram channels and alerts people.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, (summary, configure) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--config", type=Path, metavar="FILE", help="settings file (default: config.toml)")
        configure(command)
    return parser


def _first_line(error: BaseException | None) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _fail(sentence: str) -> int:
    print(f"dozor: {scrub(sentence)}", file=sys.stderr)  # noqa: T201 -- the command line speaks to a person
    return 1


if __name__ == "__main__":
    sys.exit(main())
