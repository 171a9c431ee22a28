"""What the intake service is told by its environment, with the prefix `INTAKE_`."""

import shlex
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.matching.settings import MatchSettings
from shared.settings import PrivateHosts, ServiceSettings


def _words(given: Any) -> Any:
    """Arguments as a shell takes them: spaces between, quotes around what has some."""
    return tuple(shlex.split(given)) if isinstance(given, str) else given


class Settings(ServiceSettings, MatchSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore")

    database_url: str = "sqlite:///var/intake.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8001",
        validation_alias=AliasChoices("public_base_url", "INTAKE_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    max_unacknowledged: int = Field(default=50_000, gt=0)  # messages to review; beyond that intake answers 503
    private_hosts: PrivateHosts = frozenset()  # host:port that may be fetched from all the same
    requests_per_minute: int = Field(default=600, gt=0)  # of one key; a key may have its own
    claims_per_day: int = Field(default=20_000, ge=0)  # submitted with one key; a key may have its own
    readers_form: bool = True  # /submit, for readers without an account
    readers_per_hour: int = Field(default=20, gt=0)  # claims from one network
    readers_per_hour_in_all: int = Field(default=500, gt=0)
    webhook_key: str = ""  # what the secrets of endpoints are derived from; SECRET_KEY unless set
    webhook_waits: tuple[Annotated[float, Field(ge=0, le=7 * 86_400)], ...] = Field(
        default=(5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400), min_length=1, max_length=50
    )  # seconds before the second try, the third …; about a tenth is added at random
    webhook_timeout: float = Field(default=15.0, gt=0, le=30)  # seconds for a receiver's whole answer
    webhook_disable_after: float = Field(
        default=5.0, gt=0
    )  # days of nothing but failures until an endpoint is disabled
    webhook_endpoints_each: int = Field(default=20, ge=1)  # of one newsroom, at most
    webhook_keep: float = Field(default=90.0, gt=0)  # days for which deliveries are listed
    archive_folder: Path = Path("var/archive")
    archive_most_bytes: int = Field(default=20_000_000_000, ge=0)  # of all files; beyond that nothing more is archived
    archive_page_bytes: int = Field(default=15_000_000, gt=0)  # of one page
    browser: str = ""  # the path of Chromium, or of what starts it: pages are pictured by it; empty: none are
    browser_arguments: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_words)
    ] = ()  # that it is started with besides
    archive_watch_hours: float = Field(default=24.0, ge=0)  # until what a verdict rests on is looked at again; 0: never
    archive_watch_most_hours: float = Field(default=336.0, gt=0)  # it doubles while nothing changes, up to this
    archive_again_hours: float = Field(default=24.0, ge=0)  # a page that was visited since is not visited again
    archive_waits: tuple[Annotated[float, Field(ge=0, le=30 * 86_400)], ...] = Field(
        default=(60, 600, 3_600, 21_600, 86_400), max_length=20
    )  # seconds before the second visit, the third …, to a page that could not be had

    match_posts: float = Field(default=0.05, ge=0, le=1)  # of a web process's time, to look for what is posted

    @field_validator("webhook_key")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if 0 < len(value) < 16:
            raise ValueError("has to be 16 characters or more")
        return value
