"""The time and the ids made from it, in one place, so that neither is ever naive or guessable by accident."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def now() -> datetime:
    """This moment, aware, in UTC. The database layer refuses naive datetimes."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique without asking anybody, and sorted by the time it was made."""
    return uuid7()
