"""Versions of the schema that are still to come."""

import shutil
from pathlib import Path

from monitor import migration


def copy_versions(folder: Path) -> Path:
    """A copy of the program's own versions, to which a test adds."""
    copied = folder / "migrations"
    shutil.copytree(migration.FOLDER, copied, ignore=shutil.ignore_patterns("__pycache__"))
    return copied


def next_version(folder: Path, name: str, upgrade: str, *, peace: bool = False) -> None:
    """Write a version after the newest of the folder."""
    newest = max(file.name[:4] for file in (folder / "versions").glob("[0-9]*_*.py"))
    number = f"{int(newest) + 1:04}"
    body = "\n".join(f"    {line}" for line in upgrade.splitlines())
    (folder / "versions" / f"{number}_{name}.py").write_text(
        f'"""{name}"""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\nfrom migrations import writing\n\n'
        f"revision = {number!r}\ndown_revision = {newest!r}\nbranch_labels = None\ndepends_on = None\nPEACE = {peace}\n\n\n"
        f"def upgrade() -> None:\n{body}\n"
    )
