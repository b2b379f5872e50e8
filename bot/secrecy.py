"""Which words of the settings are secret, so that they can be left out of what is told."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr


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
