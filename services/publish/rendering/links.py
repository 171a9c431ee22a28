"""Addresses that a page may link to: the web's, and nothing that a browser would run."""

from urllib.parse import urlsplit

from slugify import slugify

from services.publish.models import ending_of
from shared.contracts import EvidenceFile
from shared.hostnames import for_people, host_of

LONGEST_SLUG = 80


def web(url: str | None) -> str | None:
    """The address if it is http or https, else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return url.strip() if url and parts.scheme in ("http", "https") and parts.hostname else None


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
