"""What the publish service is told by its environment, with the prefix `PUBLISH_`."""

from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="PUBLISH_", extra="ignore")

    database_url: str = "sqlite:///var/publish.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8003",
        validation_alias=AliasChoices("public_base_url", "PUBLISH_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    site_name: str = "Factdesk"  # the publisher: in the bar of every page, and the author of every ClaimReview
    language: str = "en"  # in which the desk writes; claims carry their own
    readers_per_hour: int = Field(default=10, ge=0)  # disputes and answers from one network; 0 closes the forms
    dispute_contact_days: int = Field(default=90, gt=0)
    readers_per_hour_in_all: int = Field(default=300, ge=0)

    searches_per_minute: int = Field(default=300, gt=0)  # of one address, in each web process
    websub_hub: str = ""  # which is told of changes, and tells readers' programs
    security_contact: str = ""  # https: or mailto:, for /.well-known/security.txt
    private_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("private_hosts", mode="before")
    @classmethod
    def _with_commas(cls, given: Any) -> Any:
        return [one.strip() for one in given.split(",") if one.strip()] if isinstance(given, str) else given

    @field_validator("public_base_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")
