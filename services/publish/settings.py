"""What the publish service is told by its environment, with the prefix `PUBLISH_`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.colours import LEAST, contrast
from shared.matching.settings import MatchSettings
from shared.settings import ServiceSettings

GROUNDS = {"accent": ("#fdfcf8", "#f5f2ea"), "accent_dark": ("#171613", "#22201c")}  # as in publish.css
MOST_LOGO = 200_000  # bytes


class Settings(ServiceSettings, MatchSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="PUBLISH_", extra="ignore")

    database_url: str = "sqlite:///var/publish.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8003",
        validation_alias=AliasChoices("public_base_url", "PUBLISH_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    site_name: str = "Factdesk"  # the publisher: in the bar of every page, and the author of every ClaimReview
    language: str = "en"  # of the desk, and of the site where it has words for it; claims carry their own
    logo: str = ""  # an SVG or PNG file, shown beside the name
    accent: str = ""  # the colour of links, such as #0b4f8a
    accent_dark: str = ""  # the same where a reader's screen is dark
    typeface: Literal["serif", "sans", "old-style", "slab"] = "serif"
    footer: str = ""  # a line at the foot of every page: an address, a number in a register
    readers_per_hour: int = Field(default=10, ge=0)  # disputes and answers from one network; 0 closes the forms
    dispute_contact_days: int = Field(default=90, gt=0)
    readers_per_hour_in_all: int = Field(default=300, ge=0)

    files_folder: Path = Path("var/public-files")  # where the desk puts files that readers may have
    searches_per_minute: int = Field(default=300, gt=0)  # of one address, in each web process
    websub_hub: str = ""  # which is told of changes, and tells readers' programs
    card_font: str = ""  # a typeface's file, for the pictures of checks that other sites show
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

    @field_validator("accent", "accent_dark")
    @classmethod
    def _can_be_read(cls, colour: str, info: ValidationInfo) -> str:
        for ground in GROUNDS[info.field_name or ""] if colour else ():
            if (found := contrast(colour, ground)) < LEAST:
                raise ValueError(f"{colour} on {ground} has a contrast of {found:.2f} : 1; text needs {LEAST} : 1")
        return colour.lower()

    @field_validator("logo")
    @classmethod
    def _is_a_picture(cls, path: str) -> str:
        if not path:
            return path
        file = Path(path)
        if file.suffix.lower() not in (".svg", ".png") or not file.is_file():
            raise ValueError(f"{path} is no SVG or PNG file that can be read")
        if file.stat().st_size > MOST_LOGO:
            raise ValueError(f"{path} is larger than {MOST_LOGO:,} bytes, which every reader would wait for")
        return path
