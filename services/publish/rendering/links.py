"""Addresses that a page may link to: the web's, and nothing that a browser would run."""

from urllib.parse import urlsplit


def web(url: str | None) -> str | None:
    """The address if it is http or https, else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return url.strip() if url and parts.scheme in ("http", "https") and parts.hostname else None


def host(url: str) -> str:
    """The site that an address leads to, for people."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
