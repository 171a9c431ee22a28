"""The network's part of a delivery: one POST, and what came of it in words. No transaction is open meanwhile."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from services.intake.service import service
from services.intake.webhooks.health import Outcome
from services.intake.webhooks.sending import Sending
from shared.clock import now
from shared.errors import Invalid
from shared.fetch import Fetched, Refused, Unreachable, check_destination, fetch
from shared.fields import CONTROL

MOST_ANSWER = 1_000  # bytes of an answer's body that are kept


def check_address(url: str) -> None:
    """Whether an endpoint may stand at this address, as far as can be told now; it is looked up again with each try.

    Raises Invalid: not https, ourselves, not found, or not on the public internet.
    """
    ours, theirs = urlsplit(service.settings.public_base_url), urlsplit(url)
    hosts = service.settings.private_hosts
    if theirs.scheme != "https" and f"{theirs.hostname}:{theirs.port or 80}" not in hosts:
        raise Invalid.field("url", "must be an https address")
    if (ours.hostname, ours.port) == (theirs.hostname, theirs.port):
        raise Invalid.field("url", "is an address of this desk's own")
    try:
        check_destination(url, hosts)
    except (Refused, Unreachable) as error:
        raise Invalid.field("url", f"can't be sent to: {error}") from error


def attempt(sending: Sending) -> Outcome:
    """Post it, once. A redirect is not followed, and nothing but 200 to 299 counts as delivered."""
    started_at, clock = now(), time.monotonic()
    settings = service.settings
    try:
        found = fetch(
            sending.url,
            method="POST",
            headers=sending.headers,
            body=sending.body,
            timeout=settings.webhook_timeout,
            most_bytes=MOST_ANSWER,
            cut=True,
            redirects=0,
            private_hosts=settings.private_hosts,
        )
    except (Refused, Unreachable) as error:
        return Outcome(started_at, _milliseconds_since(clock), error=_line(str(error)))
    return Outcome(
        started_at,
        _milliseconds_since(clock),
        status=found.status,
        error=_error(found),
        answer=_readable(found.body),
        retry_after=retry_after(found.headers),
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer asks to wait: seconds or a date (RFC 9110, 10.2.3). What can't be read asks for nothing."""
    given = next((value.strip() for name, value in headers.items() if name.lower() == "retry-after"), "")
    if re.fullmatch(r"[0-9]{1,10}", given):
        return timedelta(seconds=int(given))
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, TypeError, OverflowError):
        return None
    return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now(), timedelta(0))


def _error(found: Fetched) -> str | None:
    if 200 <= found.status < 300:
        return None
    if 300 <= found.status < 400:
        return f"It answered {found.status}: redirects are not followed. Change the endpoint's url."
    return f"It answered {found.status}."


def _readable(body: bytes) -> str | None:
    """The beginning of an answer as text that any database keeps."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", body[:MOST_ANSWER].decode("utf-8", "replace")) or None


def _line(text: str) -> str:
    return " ".join(CONTROL.sub(" ", text).split())[:300]


def _milliseconds_since(clock: float) -> int:
    return round((time.monotonic() - clock) * 1000)
