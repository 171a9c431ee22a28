"""What the desk holds of sources: how far outlets, people and sites can be relied on, why, and who says so. Readers are never
told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.review.models.base import Table
from services.review.models.directory import key_of
from shared.clock import new_id, now
from shared.hostnames import host_of, is_for_all

STANDS = text("replaced_at IS NULL")


class Judgement(Table, table=True):
    """How far a source can be relied on, as somebody judged it. The next one takes its place; the earlier ones stay readable."""

    __tablename__ = "judgements"
    __table_args__ = (
        Index("ix_judgements_standing", "key", unique=True, postgresql_where=STANDS, sqlite_where=STANDS),
        Index(None, "key", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str  # what it is found by on cases: see `key_of` for names, `key_of_site`
    kind: str  # name, site
    name: str  # of a site: as people read it
    reliability: str
    reason: str = Field(sa_type=Text)
    judged_by: UUID = Field(foreign_key="people.id")
    judged_at: datetime = Field(default_factory=now)
    replaced_at: datetime | None = None


def site_of(given: str | None) -> str | None:
    """The site of an address, or what was given as one: its host as machines compare it, without `www.`; None if it has no name, or
    one below which anybody can have a site of their own."""
    host = host_of(given) or ""
    while host.startswith("www.") and host.count(".") > 1:  # so that a site's own site is the same
        host = host.removeprefix("www.")
    return host if host and not is_for_all(host) else None


def key_of_site(site: str) -> str:
    """A site as addresses are found by it. No name begins like this."""
    return f"//{site}"


def keys_of_source(name: str | None = None, url: str | None = None) -> list[str]:
    """What a judgement on a source could be found by: its name; its site, then the sites that this one is a part of."""
    keys = [key_of(name)]
    labels = (site_of(url) or "").split(".")
    sites = (".".join(labels[start:]) for start in range(len(labels) - 1))
    keys += [key_of_site(site) for site in sites if not is_for_all(site)]
    return [one for one in keys if one]
