"""Addresses that a page may link to: the web's, none of a network of somebody's own, and nothing that a browser would run."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from slugify import slugify

from services.publish.models import ending_of
from shared.contracts import EvidenceFile
from shared.hostnames import for_people, host_of
from shared.inside import is_inside
from shared.markdown import addresses_inside, to_text

LONGEST_SLUG = 80
ADDRESSES = ("url", "same_as", "archive_url")  # of what a message tells of


@lru_cache(8_192)
def web(url: str | None) -> str | None:
    """The address if it is http or https and readers can reach it, else None."""
    try:
        parts = urlsplit((url or "").strip())
        is_web = parts.scheme in ("http", "https") and parts.hostname and not is_inside(parts.geturl())
    except ValueError:
        return None
    return url.strip() if url and is_web else None


def reachable(told: Any) -> Any:
    """The same without addresses that no reader can reach; a place that is nothing but such an address is left out."""
    if isinstance(told, dict):
        return {name: web(inner) if name in ADDRESSES else reachable(inner) for name, inner in told.items()} | (
            {"appearances": [reachable(one) for one in told["appearances"] if web(one["url"])]}
            if told.get("appearances")
            else {}
        )
    return [reachable(inner) for inner in told] if isinstance(told, list | tuple) else told


def reachable_markdown(text: str) -> str:
    """The same Markdown; its words alone, if an address stands in it that leads where no reader can follow."""
    return to_text(text) if addresses_inside(text) else text


def host(url: str) -> str:
    """The site that an address leads to, for people: in letters that can't be taken for those of another."""
    named = host_of(url)
    return (for_people(named) if named else urlsplit(url).hostname or "").removeprefix("www.")


def file_path(file: EvidenceFile) -> str:
    """Where readers fetch a file: an address that is as lasting as what stands in the file."""
    return f"/files/{file.sha256}.{ending_of(file.name)}"


def slug_of(name: str) -> str:
    """A name as it stands in an address of ours; empty if nothing of it can."""
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True)
