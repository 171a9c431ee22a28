"""Fetches a feed and reads it. No transaction is open meanwhile."""

import re

from services.intake.parsing import Unreadable, parse
from services.intake.parsing.words import said
from services.intake.pulling.pulls import Nothing, Outcome, Pulled, Unchanged, Wanted
from services.intake.settings import Settings
from shared.fetch import Fetched, Refused, Unreachable, asked_wait, fetch

TIMEOUT = 30.0  # seconds for all of an answer
MOST_BYTES = 5_000_000
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
LONGEST_VALIDATOR = 1_000  # characters


def pull(wanted: Wanted, settings: Settings) -> Outcome:
    """Pull a feed. Whatever goes wrong with it is an outcome."""
    headers = {"Accept": ACCEPT}
    if wanted.etag:
        headers["If-None-Match"] = wanted.etag
    if wanted.last_modified:
        headers["If-Modified-Since"] = wanted.last_modified
    try:
        got = fetch(
            wanted.url,
            timeout=TIMEOUT,
            most_bytes=MOST_BYTES,
            headers=headers,
            private_hosts=settings.private_hosts,
        )
    except (Refused, Unreachable) as failure:
        return Nothing(said(failure))
    if got.status == 304:
        return Unchanged(_fresh_for(got))
    if not 200 <= got.status < 300:
        return Nothing(f"The server answered {got.status}.", asked_wait(got))
    try:
        found = parse("feed", got.body, got.url, got.headers.get("content-type", ""))
    except Unreadable as error:
        return Nothing(said(error))
    fresh_for = max(_fresh_for(got), (found["ttl"] or 0) * 60.0)
    return Pulled(
        found["title"],
        found["entries"],
        _validator(got, "etag"),
        _validator(got, "last-modified"),
        fresh_for,
        found["cut_off"],
    )


def _fresh_for(got: Fetched) -> float:
    """Seconds, as Cache-Control says (RFC 9111, 5.2.2.1)."""
    found = re.search(r"\bmax-age=(\d{1,9})\b", got.headers.get("cache-control", ""))
    return float(found[1]) if found else 0.0


def _validator(got: Fetched, name: str) -> str | None:
    value = got.headers.get(name, "")
    return value if value.isprintable() and value.isascii() and 0 < len(value) <= LONGEST_VALIDATOR else None
