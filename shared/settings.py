"""What every service is told by its environment. Each service adds its own with its prefix.

All of them are listed, with what they do, in `deploy/env.example`.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOST = re.compile(r"[^\s,:/'\"\[\]]+:[1-9][0-9]{0,4}")


def _hosts(given: Any) -> Any:
    """Hosts with their ports. The environment has them with commas between."""
    hosts = [one.strip().lower() for one in given.split(",") if one.strip()] if isinstance(given, str) else given
    for one in hosts:
        if not HOST.fullmatch(one):
            raise ValueError(f"{one} is no host with its port, such as cms.internal:8080; several have commas between")
    return hosts


PrivateHosts = Annotated[frozenset[str], NoDecode, BeforeValidator(_hosts)]


class SettingsError(ValueError):
    """A setting is missing or wrong. Its text names each variable and what is wrong with it; never a secret."""

    def __init__(self, settings: type[BaseSettings], found: ValidationError) -> None:
        faults = (f"{_variable(settings, error['loc'])}: {error['msg']}" for error in found.errors())
        super().__init__("; ".join(faults) + ". See deploy/env.example.")


def _variable(settings: type[BaseSettings], place: tuple[int | str, ...]) -> str:
    """The environment variable that a fault is about; within one that holds JSON, the place."""
    name, *within = (str(part) for part in place)
    field = name.lower().removeprefix(settings.model_config.get("env_prefix", "").lower())
    common = ServiceSettings.model_fields.get(field)
    prefix = "" if common and common.validation_alias else settings.model_config.get("env_prefix", "")
    return ".".join([f"{prefix}{field}".upper(), *within])


class ServiceSettings(BaseSettings):
    """Common to all services. `SECRET_KEY` signs the messages between them, so it must be the same for all."""

    model_config = SettingsConfigDict(extra="ignore")

    def __init__(self, **given: Any) -> None:
        """Read the environment. Raises SettingsError."""
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise SettingsError(type(self), error) from None

    database_url: str
    public_base_url: str
    secret_key: str = Field(min_length=16, validation_alias=AliasChoices("secret_key", "SECRET_KEY"))
    redis_url: str = Field(default="redis://127.0.0.1:6379/0", validation_alias=AliasChoices("redis_url", "REDIS_URL"))
    log_level: str = Field(default="INFO", validation_alias=AliasChoices("log_level", "LOG_LEVEL"))
    log_format: Literal["json", "console"] = Field(
        default="console", validation_alias=AliasChoices("log_format", "LOG_FORMAT")
    )
    trusted_proxies: int = Field(default=0, ge=0, validation_alias=AliasChoices("trusted_proxies", "TRUSTED_PROXIES"))
    resend_after: float = Field(
        default=15.0, gt=0, validation_alias=AliasChoices("resend_after", "RESEND_AFTER")
    )  # seconds without an acknowledgement until a message is sent again; doubles with each try
    sample_desk: bool = Field(
        default=False, validation_alias=AliasChoices("sample_desk", "SAMPLE_DESK")
    )  # mark every page as a demonstration
