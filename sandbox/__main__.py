"""`python -m sandbox serve` and `python -m sandbox replay`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from rich.progress import MofNCompleteColumn, Progress

from sandbox.pointing import PHONE, bot_token, guide, write_config, write_private
from sandbox.replay import Replay, ReplayError
from sandbox.telegram import Sandbox


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A loopback Telegram.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run it until interrupted")
    serve.add_argument("--mtproto-port", type=int, default=0, help="0 (default) takes a free port")
    serve.add_argument("--bot-api-port", type=int, default=0, help="0 (default) takes a free port")
    serve.add_argument("--state", type=Path, default=Path("data/sandbox"), help="directory of keys, session and token")
    serve.add_argument("--write-config", type=Path, metavar="PATH", help="write a configuration of the product there")
    replay = commands.add_parser("replay", help="publish JSONL posts in a running sandbox")
    replay.add_argument("files", type=Path, nargs="+", metavar="FILE")
    replay.add_argument("--url", required=True, help="the address that serve printed")
    replay.add_argument(
        "--keep-ids", action="store_true", help="keep the ids of the file (default: the next free ones)"
    )
    replay.add_argument("--keep-dates", action="store_true", help="keep the dates of the file (default: now)")
    pace = replay.add_mutually_exclusive_group()
    pace.add_argument("--rate", type=float, help="posts a second")
    pace.add_argument("--speedup", type=float, help="by how much faster than their dates")
    return parser


async def _serve(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    state: Path = options.state
    ports = {"mtproto_port": options.mtproto_port, "bot_api_port": options.bot_api_port}
    async with Sandbox(state=state, **ports) as sandbox:
        sandbox.world.add_account(PHONE, "Reader")
        sandbox.add_bot(bot_token(state))
        write_private(state / "public_key.pem", sandbox.public_key_pem)
        if options.write_config:
            await write_config(sandbox, state, options.write_config)
        sys.stdout.write(guide(sandbox, state))
        sys.stdout.flush()
        await stopped.wait()


async def _replay(options: argparse.Namespace) -> None:
    kept = {"keep_ids": options.keep_ids, "keep_dates": options.keep_dates}
    replay = Replay(options.url, rate=options.rate, speedup=options.speedup, **kept)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("posts", total=None)
        began = time.monotonic()
        count = await replay.play(options.files, lambda done, all_: progress.update(task, completed=done, total=all_))
    sys.stdout.write(f"{count} posts published, {count / max(time.monotonic() - began, 0.001):.0f} a second.\n")


def main() -> int:
    """Runs a command; 1 with one sentence on stderr if it fails."""
    options = _parser().parse_args()
    try:
        asyncio.run(_serve(options) if options.command == "serve" else _replay(options))
    except ReplayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot start: {error}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
