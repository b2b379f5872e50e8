"""A lock that is a file: it ends with the process that holds it, however that ends (man 2 flock)."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock. Raises BlockingIOError if another process does, another OSError if the file cannot be made."""
    with file.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
