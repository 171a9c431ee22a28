"""What the intake service is told by its environment, with the prefix `INTAKE_`."""

from pydantic import AliasChoices, Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore")

    database_url: str = "sqlite:///var/intake.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8001",
        validation_alias=AliasChoices("public_base_url", "INTAKE_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    max_unacknowledged: int = Field(default=50_000, gt=0)  # messages to review; beyond that intake answers 503
    requests_per_minute: int = Field(default=600, gt=0)  # of one key; a key may have its own
    claims_per_day: int = Field(default=20_000, ge=0)  # submitted with one key; a key may have its own
    readers_form: bool = True  # /submit, for readers without an account
    readers_per_hour: int = Field(default=20, gt=0)  # claims from one network
    readers_per_hour_in_all: int = Field(default=500, gt=0)
