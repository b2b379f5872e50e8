"""Files that bots have sent: kept as long as the sandbox runs, found by file_id or by the path to download them from."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `kind` is photo or document, `size` is (width, height) of a photo."""

    id: str
    kind: str
    name: str
    content: bytes
    media_type: str
    size: tuple[int, int] = (0, 0)

    @property
    def unique_id(self) -> str:
        """The same for the same content, as Telegram's is for the same file."""
        return "AQAD" + hashlib.sha256(self.content).hexdigest()[:12]

    @property
    def path(self) -> str:
        """Where it is downloaded from."""
        return f"{self.kind}s/{self.unique_id}_{self.name}"

    def as_file(self) -> dict[str, Any]:
        """The fields that every file of the Bot API has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class Files:
    """Files by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}

    def add(self, kind: str, name: str, content: bytes, media_type: str, size: tuple[int, int] = (0, 0)) -> StoredFile:
        """Keep a file under a new id."""
        file = StoredFile("AgAC" + secrets.token_urlsafe(24), kind, name, content, media_type, size)
        self._by_id[file.id] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """The file of an id, None if there is none."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file of a path, None if there is none."""
        return next((file for file in self._by_id.values() if file.path == path), None)


def image_size(content: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG or JPEG; None for anything else (w3.org/TR/png-3/#11IHDR, w3.org/Graphics/JPEG/itu-t81.pdf, B.2.2)."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 2 + length
    return None
