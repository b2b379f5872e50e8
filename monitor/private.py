"""Files for their owner only."""

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write the file all at once: whoever reads it, or a crash, finds the old content or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
