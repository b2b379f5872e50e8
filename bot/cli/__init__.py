"""The commands of the command line: name → (summary, how it adds its arguments). Each module is imported when it is needed."""

from argparse import ArgumentParser
from collections.abc import Callable

from bot.cli import archive, backfill, keeping, language, operation, sealing

COMMANDS: dict[str, tuple[str, Callable[[ArgumentParser], None]]] = {
    "demo": ("see it at work on a Telegram of its own; needs no credentials", operation.add_demo),
    "run": ("run all roles, or those named", operation.add_run),
    "login": ("sign an account in, in the terminal", operation.add_login),
    "check": ("check configuration, database, schema, MTProto and Bot API", operation.add_check),
    "migrate": ("bring the database to the newest schema, or copy another into it", operation.add_migrate),
    "backup": ("write everything that is kept to a file, also while it runs", keeping.add_backup),
    "restore": ("fill an empty database from a backup", keeping.add_restore),
    "seal": ("encrypt session files, or a secret for the settings, with a key", sealing.add_seal),
    "import": (
        "take posts from Telegram Desktop's result.json or from JSONL files into the archive",
        archive.add_import,
    ),
    "backfill": ("fetch the old posts of a watched channel into the archive", backfill.add_backfill),
    "search": ("search the archive, newest first", archive.add_search),
    "export": ("write what a query finds as CSV, JSONL or XLSX", archive.add_export),
    "explain": (
        "say for each post of a JSONL file whether a query matches it, and on which words",
        language.add_explain,
    ),
}
