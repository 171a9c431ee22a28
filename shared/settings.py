"""What every service is told by its environment. Each service adds its own with its prefix.

All of them are listed, with what they do, in `deploy/env.example`.
"""

from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Common to all services. `SECRET_KEY` signs the messages between them, so it must be the same for all."""

    model_config = SettingsConfigDict(extra="ignore")

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
