"""What the publish service is told by its environment, with the prefix `PUBLISH_`; and, where it has several sites, by a file."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.colours import LEAST, contrast
from shared.matching.settings import MatchSettings
from shared.settings import PrivateHosts, ServiceSettings

GROUNDS = {"accent": ("#fdfcf8", "#f5f2ea"), "accent_dark": ("#171613", "#22201c")}  # as in publish.css
MOST_LOGO = 200_000  # bytes
MOST_SITES = 200
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


class Look(BaseModel):
    """What readers see of who publishes a site."""

    language: str = "en"  # of the site, where there are words for it; claims carry their own
    logo: str = ""  # an SVG or PNG file, shown beside the name
    accent: str = ""  # the colour of links, such as #0b4f8a
    accent_dark: str = ""  # the same where a reader's screen is dark
    typeface: Literal["serif", "sans", "old-style", "slab"] = "serif"
    footer: str = ""  # a line at the foot of every page: an address, a number in a register

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


class Site(Look):
    """One of several sites: at its address, in its look, with the checks of these desks, on these topics, in these languages (what
    is empty leaves nothing out). Its number is its own for ever: what was published there is found by it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int = Field(ge=0, le=MOST_SITES)
    name: str = Field(min_length=1)
    url: str
    aliases: tuple[str, ...] = ()  # other hosts, which lead here
    desks: tuple[str, ...] = ()  # slugs
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """As a browser names it: with a port that is not the usual one."""
        return urlsplit(self.url).netloc.lower()

    @field_validator("url")
    @classmethod
    def _is_a_place(cls, url: str) -> str:
        parts = urlsplit(url.rstrip("/"))
        if (
            parts.scheme not in ("http", "https")
            or not HOST.fullmatch(parts.netloc.lower())
            or parts.path
            or parts.query
        ):
            raise ValueError(f"{url} has to be an address without a path, such as https://facts.example")
        return url.rstrip("/")

    @field_validator("aliases")
    @classmethod
    def _are_hosts(cls, hosts: Sequence[str]) -> tuple[str, ...]:
        for host in hosts:
            if not HOST.fullmatch(host.lower()):
                raise ValueError(f"{host} has to be a host, such as www.facts.example")
        return tuple(host.lower() for host in hosts)


class Settings(Look, ServiceSettings, MatchSettings):
    """See `deploy/env.example`."""

    model_config = SettingsConfigDict(env_prefix="PUBLISH_", extra="ignore")

    database_url: str = "sqlite:///var/publish.sqlite3"
    public_base_url: str = Field(
        default="http://127.0.0.1:8003",
        validation_alias=AliasChoices("public_base_url", "PUBLISH_PUBLIC_BASE_URL", "PUBLIC_BASE_URL"),
    )
    site_name: str = "Factdesk"  # the publisher: in the bar of every page, and the author of every ClaimReview
    sites: Annotated[tuple[Site, ...], NoDecode] = ()  # a file that names other sites than this one
    files_folder: Path = Path("var/public-files")  # where the desk puts files that readers may have
    readers_per_hour: int = Field(default=10, ge=0)  # disputes, remarks and answers from one network; 0 closes them
    dispute_contact_days: int = Field(default=90, gt=0)
    readers_per_hour_in_all: int = Field(default=300, ge=0)

    counts_views: bool = True  # how often pages are opened, as numbers; nothing of who opens them
    searches_per_minute: int = Field(default=300, gt=0)  # of one address, in each web process
    websub_hub: str = ""  # which is told of changes, and tells readers' programs
    card_font: str = ""  # a typeface's file, for the pictures of checks that other sites show
    security_contact: str = ""  # https: or mailto:, for /.well-known/security.txt
    private_hosts: PrivateHosts = frozenset()

    @field_validator("public_base_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("sites", mode="before")
    @classmethod
    def _from_file(cls, given: Any) -> Any:
        if not isinstance(given, str | Path):
            return given
        try:
            found = tomllib.loads(Path(given).read_text("utf-8")) if given else {}
        except (OSError, ValueError) as error:
            raise ValueError(f"{given} can't be read: {error}") from error
        if others := found.keys() - {"site"}:
            raise ValueError(f"{given} may hold nothing but [[site]], not {', '.join(sorted(others))}")
        return found.get("site", ())

    @field_validator("sites")
    @classmethod
    def _can_be_told_apart(cls, sites: tuple[Site, ...], info: ValidationInfo) -> tuple[Site, ...]:
        hosts = [urlsplit(info.data.get("public_base_url", "")).netloc.lower()]
        hosts += [host for site in sites for host in (site.host, *site.aliases)]
        numbers = [0, *(site.number for site in sites)]
        if len(set(hosts)) < len(hosts) or len(set(numbers)) < len(numbers):
            raise ValueError("each site needs a host and a number of its own; 0 is that of PUBLISH_PUBLIC_BASE_URL")
        return sites
