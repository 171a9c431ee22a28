"""What the review service is told by its environment, with the prefix `REVIEW_`."""

from pathlib import Path

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
    archive_folder: Path = Path("var/archive")  # intake's; the desk only reads there
    smtp_url: str = Field(default="", pattern=r"^(smtp(s|\+starttls)?://[^/?#]+/?)?$")  # empty: no mail is sent
    mail_from: str = "Factdesk <desk@localhost>"
    chat_webhook_url: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")  # empty: nothing is written there
    idle_remind_hours: float = Field(default=24, gt=0)  # nothing was done on what somebody took
    idle_offer_hours: float = Field(default=72, gt=0)
    dispute_days: float = Field(default=7, gt=0)  # until when a reader's dispute is decided
    dispute_contact_days: int = Field(default=90, gt=0)  # after its decision a dispute's contact is erased
