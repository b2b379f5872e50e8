"""Typed settings from a TOML file and the environment; only `app` and the command line read them.

`DOZOR_BOT__TOKEN` overrides `[bot] token`. A value that is wrong is named without being shown: it may be a secret.
"""

import re
import tomllib
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot.secrecy import open_secrets
from monitor.database import async_url
from monitor.errors import MonitorError
from monitor.expiry import SHORTEST

_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")  # core.telegram.org/bots/api#setwebhook
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- compared with, not listened at
DEFAULT_PATH = Path("config.toml")
_TELEGRAM = tuple(map(ip_network, ("149.154.160.0/20", "91.108.4.0/22")))  # core.telegram.org/bots/webhooks
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))  # RFC 1918, RFC 4193
_PROXY = re.compile(r"(socks[45]|http|mtproto|tg|https)://")


class SettingsError(MonitorError):
    """The configuration cannot be used."""

    code = "settings"


class Section(BaseModel):
    """One table of the file; a key that does not exist is an error, since it is most often a slip of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountSettings(Section):
    """A Telegram account that reads channels."""

    name: str = Field(default="main", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    session: Path = Path("data/main.session")
    phone: str | None = None
    proxy: SecretStr | None = None
    joins: bool = True

    @field_validator("proxy")
    @classmethod
    def _is_understood(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None and not _PROXY.match(proxy.get_secret_value()):
            raise ValueError("write socks5://user:password@host:port, http://host:port or mtproto://secret@host:port")
        return proxy


class TelegramSettings(Section):
    """The MTProto side; the `dc_*` keys point it at a test data centre."""

    api_id: int = 0
    api_hash: SecretStr = SecretStr("")
    dc_id: int | None = None
    dc_address: str | None = None
    dc_port: int | None = None
    dc_public_key: Path | None = None
    sweep_seconds: int = Field(default=180, ge=1)
    history_per_minute: float = Field(default=20, gt=0)
    joins_per_hour: float = Field(default=20, gt=0)
    accounts: tuple[AccountSettings, ...] = ()

    @field_validator("accounts")
    @classmethod
    def _names_differ(cls, accounts: tuple[AccountSettings, ...]) -> tuple[AccountSettings, ...]:
        if len({account.name for account in accounts}) < len(accounts):
            raise ValueError("two accounts have the same name")
        return accounts


class BotSettings(Section):
    """The Bot API side."""

    token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    admins: frozenset[int] = frozenset()
    access: Literal["open", "invite", "closed"] = "open"
    messages_per_second: float = Field(default=30, gt=0)
    messages_per_second_in_a_chat: float = Field(default=1, gt=0)
    messages_per_minute_in_a_group: float = Field(default=20, gt=0)
    paid_messages_per_second: float | None = Field(default=None, gt=30, le=1000)
    webhook_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+(/\S*)?$")
    webhook_secret: SecretStr | None = None
    webhook_networks: tuple[IPvAnyNetwork, ...] = _TELEGRAM
    webhook_proxies: tuple[IPvAnyNetwork, ...] = _PRIVATE

    @field_validator("webhook_secret")
    @classmethod
    def _is_allowed(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("use 16 to 256 of the characters A-Z, a-z, 0-9, _ and -")
        return secret

    @property
    def overall_per_second(self) -> float:
        """Messages a second to all chats together."""
        return self.paid_messages_per_second or self.messages_per_second


class DatabaseSettings(Section):
    """Where everything is kept: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."""

    url: SecretStr = SecretStr("sqlite:///data/dozor.db")

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: SecretStr) -> SecretStr:
        try:
            async_url(url.get_secret_value())
        except MonitorError as error:
            raise ValueError(str(error)) from None
        return url


class StorageSettings(Section):
    """How many days posts are kept, with all that belongs to them; 0: for ever."""

    keep_days: int = Field(default=0, ge=0, le=36_500)

    @field_validator("keep_days")
    @classmethod
    def _is_long_enough(cls, days: int) -> int:
        if 0 < days < SHORTEST.days:
            raise ValueError(f"write 0 to keep posts for ever, or {SHORTEST.days} days at least")
        return days

    @property
    def keep(self) -> timedelta | None:
        """How long posts are kept, None for ever."""
        return timedelta(days=self.keep_days) if self.keep_days else None


class HttpSettings(Section):
    """The HTTP server of feeds, probes and metrics; there is none without a port.

    `url` is how people reach it, if not by host and port.
    """

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=0, le=65535)
    metrics: bool = False
    metrics_token: SecretStr | None = None
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")

    @property
    def address(self) -> str | None:
        """What links to this server begin with; None where there is no server, or nobody knows how it is reached."""
        if self.port is None or self.url is not None:
            return self.url if self.port is not None else None
        return None if self.host in EVERYWHERE else f"http://{self.host}:{self.port}"


class LimitSettings(Section):
    """What one person, or one group, may take of the bot."""

    commands_a_minute: int = Field(default=60, ge=1)
    topics: int = Field(default=200, ge=1)
    alerts_a_day: int = Field(default=10_000, ge=1)
    searches_a_minute: int = Field(default=30, ge=1)


class LogSettings(Section):
    """What is told on stderr."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["auto", "text", "json"] = "auto"


class SecuritySettings(Section):
    """The key with which sessions and secrets are encrypted, or the file that holds it; without one they are not."""

    key: SecretStr | None = None
    key_file: Path | None = None


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix="DOZOR_", env_nested_delimiter="__", extra="forbid", frozen=True)

    telegram: TelegramSettings = TelegramSettings()
    bot: BotSettings = BotSettings()
    database: DatabaseSettings = DatabaseSettings()
    storage: StorageSettings = StorageSettings()
    http: HttpSettings = HttpSettings()
    limits: LimitSettings = LimitSettings()
    log: LogSettings = LogSettings()
    security: SecuritySettings = SecuritySettings()

    @model_validator(mode="before")
    @classmethod
    def _secrets_are_opened(cls, values: Any) -> Any:
        return open_secrets(values)

    @model_validator(mode="after")
    def _webhook_has_a_server(self) -> Self:
        if self.bot.webhook_url is not None and self.http.port is None:
            raise ValueError("bot.webhook_url needs the HTTP server: set http.port, to which that address must lead")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def chosen_file(path: Path | None) -> Path | None:
    """The settings' file: this one, or config.toml where there is one."""
    return path or (DEFAULT_PATH if DEFAULT_PATH.is_file() else None)


def load(path: Path | None) -> Settings:
    """The settings of this file (default: config.toml where there is one) and the environment. Raises SettingsError."""
    if path is not None and not path.is_file():
        raise SettingsError(f"There is no file {path}: copy config.example.toml to it and fill it in.")
    chosen = chosen_file(path)

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=chosen)

    try:
        return FromFile()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{chosen} is not valid TOML: {error}.") from None
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{chosen} cannot be read: {error}.") from None
    except ValidationError as error:
        raise SettingsError(_sentence(error, chosen)) from None


def _sentence(error: ValidationError, path: Path | None) -> str:
    problems = [_problem(dict(detail)) for detail in error.errors(include_input=False, include_url=False)]
    return f"{path or 'The environment'}: {'; '.join(problems)}."


def _problem(detail: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"there is no setting {where} (see config.example.toml)"
    message = str(detail["msg"]).removeprefix("Value error, ")
    message = f"{message[:1].lower()}{message[1:].rstrip('.')}"
    return f"{where}: {message}" if where else message
