"""The secrets of the settings: encrypted in the file, opened where they are read, left out of what is told.

A secret that begins with `sealed:` is encrypted with the key of [security]; `dozor seal --secret` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr

from monitor.errors import MonitorError
from monitor.sealing import Seal, read_key

if TYPE_CHECKING:
    from bot.settings import SecuritySettings

SEALED = "sealed:"


def seal_of(security: SecuritySettings) -> Seal | None:
    """What encrypts with the key of these settings; None where there is none. Raises BadKeyError."""
    if security.key is not None:
        return Seal(security.key.get_secret_value())
    return Seal(read_key(security.key_file)) if security.key_file is not None else None


def seal_secret(seal: Seal, secret: str) -> str:
    """The secret as it may stand in a file."""
    return SEALED + seal.close(secret.encode()).decode()


def open_secrets(values: Any) -> Any:
    """The values of a settings file with what is encrypted opened. Raises ValueError with a sentence."""
    if not _is_sealed(values):
        return values
    given = values.get("security", {})
    key, file = given.get("key"), given.get("key_file")
    if not key and not file:
        raise ValueError("a secret is encrypted, and there is no [security] key or key_file")
    try:
        return _opened(values, Seal(key or read_key(Path(file))), "settings")
    except MonitorError as error:
        raise ValueError(str(error)) from None


def _is_sealed(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_is_sealed, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and value.startswith(SEALED)


def _opened(value: Any, seal: Seal, name: str) -> Any:
    if isinstance(value, dict):
        return {inner: _opened(each, seal, f"{name}.{inner}") for inner, each in value.items()}
    if isinstance(value, list):
        return [_opened(each, seal, name) for each in value]
    return seal.open(value.removeprefix(SEALED).encode(), name).decode() if _is_sealed(value) else value


def secrets_of(settings: BaseModel) -> list[str]:
    """Every secret in the settings, longest first; of a url also what stands in it, as it is written and as it is meant."""
    found = [secret for secret in _secrets(settings) if not secret.startswith("sqlite:")]
    return sorted({*found, *(word for secret in found for word in _inside(secret))}, key=len, reverse=True)


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr) and value.get_secret_value():
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        yield from (secret for _, inner in value for secret in _secrets(inner))
    elif isinstance(value, tuple):
        yield from (secret for inner in value for secret in _secrets(inner))


def _inside(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    word = parts.username if parts.scheme == "mtproto" else parts.password
    if word:
        yield from (word, unquote(word))
