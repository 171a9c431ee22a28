"""What the review service is told by its environment, with the prefix `REVIEW_`."""

from pydantic import AliasChoices, Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="REVIEW_", extra="ignore")

    database_url: str = "sqlite:///var/review.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8002",
        validation_alias=AliasChoices("public_base_url", "REVIEW_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
