"""Who can read and change the files that hold secrets. What everybody can is named at the start, with the command that ends it.

ssh refuses such a key; here it is a warning, since a session that Telethon made itself is readable by everybody as a rule.
"""

import shlex
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from sqlalchemy import make_url

from bot.secrecy import SEALED
from bot.settings import Settings


def exposed(settings: Settings, config: Path | None) -> list[str]:
    """A sentence for each file with secrets that everybody on this machine can read or change; `config` is the settings' file."""
    found = [(path, what, _public_rights(path)) for path, what in _secret_files(settings, config)]
    return [_sentence(path, what, rights) for path, what, rights in found if rights]


def _secret_files(settings: Settings, config: Path | None) -> Iterator[tuple[Path, str]]:
    if config is not None and config.is_file() and _has_secrets(Settings, tomllib.loads(config.read_text())):
        yield config, "holds secrets"
    for account in settings.telegram.accounts:
        for path in (account.session, account.session.with_name(f"{account.session.name}.session")):
            yield path, f"gives full access to the account {account.name}"
    url = make_url(settings.database.url.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database:
        for beside in (
            "",
            "-wal",
            "-shm",
        ):  # sqlite.org/wal.html: the first holds rows too, the second says which count
            yield Path(f"{url.database}{beside}"), "holds what is known about people"


def _public_rights(path: Path) -> str:
    """What everybody can do with the file; empty where nothing."""
    try:
        mode = path.stat().st_mode
    except OSError:  # it is yet to be made, or said elsewhere
        return ""
    rights = {stat.S_IROTH: "read", stat.S_IWOTH: "change"}
    return " and ".join(name for bit, name in rights.items() if stat.S_ISREG(mode) and mode & bit)


def _sentence(path: Path, what: str, rights: str) -> str:
    return f"{path} {what}, and everybody on this machine can {rights} it: chmod 600 {shlex.quote(str(path))}"


def _has_secrets(section: type[BaseModel], values: Mapping[str, Any]) -> bool:
    """Whether a value of the file stands where a secret does; the url of a database without a password is none."""
    return any(
        _is_secret(section.model_fields[name].annotation, value)
        for name, value in values.items()
        if name in section.model_fields
    )


def _is_secret(kind: Any, value: Any) -> bool:
    kinds = (kind, *get_args(kind))
    if SecretStr in kinds:
        return bool(value) and not str(value).startswith(SEALED) and ("://" not in str(value) or "@" in str(value))
    values = value if isinstance(value, list) else [value]
    sections = [each for each in kinds if isinstance(each, type) and issubclass(each, BaseModel)]
    return any(_has_secrets(section, each) for section in sections for each in values if isinstance(each, dict))
