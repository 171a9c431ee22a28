"""Looks at an address, keeps what is there, and reads what the page says of itself. No transaction is open meanwhile."""

import logging
from datetime import date
from hashlib import sha256

from services.intake.archive import keeping
from services.intake.archive.comparing import place
from services.intake.archive.visiting import Kept, Nothing, Outcome, Same, Wanted
from services.intake.parsing import Unreadable, parse
from services.intake.parsing.words import bounded, said
from services.intake.settings import Settings
from shared.fetch import Fetched, Refused, Unreachable, asked_wait, fetch

log = logging.getLogger(__name__)

TIMEOUT = 30.0  # seconds for all of an answer
READABLE = ("text/html", "application/xhtml+xml", "text/plain")


def look(wanted: Wanted, settings: Settings) -> Outcome:
    """Fetch and keep a page. Whatever goes wrong with it is an outcome."""
    if wanted.room <= 0:
        log.error("the archive is full: nothing more is archived")
        return Nothing("The archive is full.")
    try:
        got = fetch(
            wanted.url,
            timeout=TIMEOUT,
            most_bytes=settings.archive_page_bytes,
            private_hosts=settings.private_hosts,
            headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"},
        )
    except Refused as refusal:
        return Nothing(said(refusal), again=False)
    except Unreachable as failure:
        return Nothing(said(failure))
    if not 200 <= got.status < 300:
        return Nothing(f"The server answered {got.status}.", not_before=asked_wait(got))
    digest = sha256(got.body).hexdigest()
    landed = bounded(got.url, 4_000, lines=False) or wanted.url
    if (digest, place(landed)) == (wanted.newest_body, wanted.newest_place):
        return Same()
    try:
        kept = keeping.keep(settings.archive_folder, wanted.url, got)
    except OSError:
        log.exception("the archive can't be written to")
        return Nothing("The copy could not be stored.")
    kind = bounded(got.headers.get("content-type", "").partition(";")[0].lower(), 100, lines=False) or ""
    return Kept(kept.sha256, kept.bytes, digest, got.status, landed, kind, _read(got, kind))


def _read(got: Fetched, kind: str) -> dict[str, object]:
    """What the page says of itself; nothing if it can't be read: the copy is what counts."""
    if kind not in READABLE:
        return {}
    try:
        page = parse("page", got.body, got.url, got.headers.get("content-type", ""))
    except Unreadable as error:
        log.warning("a page could not be read", extra={"url": got.url, "error": str(error)})
        return {}
    day = page.get("published_on")
    return page | {"published_on": date.fromisoformat(day) if day else None}
