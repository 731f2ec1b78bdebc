"""Environment and `.env` → one frozen Settings. All errors are reported at once."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from escbot.feeds import CACHE


class SettingsError(Exception):
    """Settings that can't be used: one line for each, with what to do."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Settings(BaseSettings):
    """What the operator decides. Names are those of the environment's variables."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr = Field(description="The bot's token, from OAuth & Permissions.")
    escbot_http: bool = Field(
        default=False, description="True for HTTP mode; else Socket Mode, which needs no address."
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="Socket Mode: the app-level token with connections:write (Basic Information).",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="HTTP mode: the signing secret, from Basic Information.",
    )
    escbot_http_address: str = Field(
        default="127.0.0.1:3000", description="HTTP mode: where Slack's requests arrive."
    )
    escbot_health_address: str = Field(
        default="127.0.0.1:8350",
        description="Where /healthz and /readyz are; empty for nowhere.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Where Slack's Web API is."
    )
    escbot_database_url: str = Field(
        default="sqlite:///escbot.db", description="sqlite:///file or postgresql://user@host/name."
    )
    escbot_policy: Path | None = Field(
        default=None, description="Your policy file; without it the packaged one is used."
    )
    escbot_roster: Path | None = Field(
        default=None, description="Your roster file: who takes escalations."
    )
    escbot_drills: Path | None = Field(
        default=None, description="A folder with drill stories of your own."
    )
    escbot_cache: Path = Field(
        default=CACHE, description="A directory for the calendar feeds that were read last."
    )
    escbot_pace: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="Only for tests: makes limits, leases and grace periods so many times shorter.",
    )
    escbot_log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("slack_bot_token")
    @classmethod
    def _bot(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("must begin with xoxb-; copy it from OAuth & Permissions")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("escbot_http"):
            return value
        if value is None or not value.get_secret_value():
            raise ValueError(_unset("slack_app_token"))
        if not value.get_secret_value().startswith("xapp-"):
            raise ValueError("must begin with xapp-; make one with connections:write")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("escbot_http") and (value is None or not value.get_secret_value()):
            raise ValueError(_unset("slack_signing_secret"))
        return value

    @field_validator("escbot_http_address", "escbot_health_address")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            address(value)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https://")
        return value.rstrip("/") + "/"

    @field_validator("escbot_log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("escbot_policy", "escbot_roster", mode="before")
    @classmethod
    def _file(cls, value: object) -> object:
        if value in (None, ""):
            return None
        if not Path(str(value)).is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @field_validator("escbot_drills", mode="before")
    @classmethod
    def _folder(cls, value: object) -> object:
        if value in (None, ""):
            return None
        if not Path(str(value)).is_dir():
            raise ValueError(f"there is no folder {value}")
        return value


def _unset(name: str) -> str:
    return f"is not set. {Settings.model_fields[name].description}"


def address(value: str) -> tuple[str, int]:
    """Read "127.0.0.1:3000". Raises ValueError."""
    host, colon, port = value.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("must be like 127.0.0.1:3000")
    return host, int(port)


def read_settings(env_file: str | None = ".env", /, **given: object) -> Settings:
    """Read the settings; what is `given` wins. Raises SettingsError naming all that is wrong."""
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[arg-type,call-arg]
    except ValidationError as error:
        problems = []
        for item in error.errors(include_input=False, include_url=False):
            name = str(item["loc"][0]).upper()
            what = str(item["msg"]).removeprefix("Value error, ")
            if item["type"] == "missing":
                what = _unset(str(item["loc"][0]))
            problems.append(f"{name} {what}")
        raise SettingsError(problems) from error


class PeopleSettings(BaseSettings):
    """The setting of commands that name people."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    escbot_roster: Path | None = None


class DatabaseSettings(BaseSettings):
    """The only setting that commands need which work on the database alone."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    escbot_database_url: str = "sqlite:///escbot.db"
