"""Lines: a file that grows by a JSON object a line, those of one turn of the loop together."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


class Lines:
    """One file, which only its owner may read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: list[str] = []

    def read(self) -> Iterator[dict[str, Any]]:
        """Everything written. A last line that was not written to its end is dropped, from the file too."""
        if not self._file.exists():
            return
        everything = self._file.read_bytes()
        end = everything.rfind(b"\n") + 1
        if end < len(everything):
            os.truncate(self._file, end)
        for line in everything[:end].splitlines():
            yield json.loads(line)

    def add(self, line: dict[str, Any]) -> None:
        """Writes an object soon; bytes become base64, sets lists, dates ISO 8601."""
        self._waiting.append(json.dumps(line, ensure_ascii=False, default=_plain))
        if len(self._waiting) == 1:
            _soon(self.flush)

    def flush(self) -> None:
        """Writes what waits."""
        if self._waiting:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with open(self._file, "a", encoding="utf-8", opener=_private) as file:
                file.write("\n".join(self._waiting) + "\n")
            self._waiting.clear()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _soon(callback: Callable[[], None]) -> None:
    try:
        asyncio.get_running_loop().call_soon(callback)
    except RuntimeError:  # no loop runs
        callback()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return sorted(value) if isinstance(value, set) else value.isoformat()
