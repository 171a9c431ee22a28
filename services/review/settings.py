"""What the review service is told by its environment, with the prefix `REVIEW_`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.matching.settings import MatchSettings
from shared.settings import ServiceSettings


def _words(given: Any) -> Any:
    """A list with commas between, in small letters."""
    return [one.strip().casefold() for one in given.split(",") if one.strip()] if isinstance(given, str) else given


class Settings(ServiceSettings, MatchSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="REVIEW_", extra="ignore")

    database_url: str = "sqlite:///var/review.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8002",
        validation_alias=AliasChoices("public_base_url", "REVIEW_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    archive_folder: Path = Path("var/archive")  # intake's; the desk only reads there
    files_folder: Path = Path("var/files")  # evidence that people bring as files; the desk's alone
    public_files_folder: Path = Path("var/public-files")  # those that readers may have: what the site is given
    file_most_bytes: int = Field(default=25_000_000, gt=0)
    smtp_url: str = Field(default="", pattern=r"^(smtp(s|\+starttls)?://[^/?#]+/?)?$")  # empty: no mail is sent
    mail_from: str = "Factdesk <desk@localhost>"
    tsa_url: str = Field(
        default="", pattern=r"^(https?://[^\s]+)?$"
    )  # a time-stamping authority; empty: nothing is stamped
    tsa_roots: Path | None = Field(
        default=None, validate_default=True
    )  # the certificates that it is trusted by, in PEM
    chat_webhook_url: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")  # empty: nothing is written there
    oidc_issuer: str = Field(
        default="", pattern=r"^(https?://[^\s]+)?$"
    )  # empty: no sign-in by the newsroom's provider
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "the newsroom’s account"  # as the button says: Sign in by …
    oidc_scopes: str = "openid email profile"
    oidc_domains: Annotated[frozenset[str], NoDecode, BeforeValidator(_words)] = frozenset()  # empty: any
    oidc_role_claim: str = ""  # such as groups; empty: roles are given at the desk
    oidc_roles: dict[str, Literal["checker", "editor", "admin"]] = {}  # group: role
    idle_remind_hours: float = Field(default=24, gt=0)  # nothing was done on what somebody took
    idle_offer_hours: float = Field(default=72, gt=0)
    dispute_days: float = Field(default=7, gt=0)  # until when a reader's dispute is decided
    dispute_contact_days: int = Field(default=90, gt=0)  # after its decision a dispute's contact is erased

    @field_validator("tsa_roots", mode="before")
    @classmethod
    def _names_a_file(cls, value: Any) -> Any:
        """Empty, as `deploy/env.example` has it, names no file: else it would be the folder that one is in."""
        return value or None

    @field_validator("tsa_roots")
    @classmethod
    def _is_there(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        """An authority that is trusted by nothing stamps nothing."""
        if info.data.get("tsa_url") and (value is None or not value.is_file()):
            raise ValueError(
                "has to name a file with the authority's root certificate in PEM, as REVIEW_TSA_URL is set"
            )
        return value
