"""The time and the ids made from it, in one place, so that neither is ever naive or guessable by accident."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7


def now() -> datetime:
    """This moment, aware, in UTC. The database layer refuses naive datetimes."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique without asking anybody, and sorted by the time it was made."""
    return uuid7()


def in_zone(moment: datetime, written: str, zone: ZoneInfo) -> str:
    """A moment as a clock in that zone shows it, written as `strftime` says; which zone it is stands behind, and how far it is
    from UTC: at the end of summer time an hour comes twice."""
    local = moment.astimezone(zone)
    if zone.key == "UTC":
        return f"{local.strftime(written)} UTC"
    offset = local.strftime("%z")
    return f"{local.strftime(written)} ({zone.key}, UTC{offset[:3]}:{offset[3:]})"


def revision_of(moment: datetime) -> int:
    """A number that grows with the time of a change: microseconds."""
    return round(moment.timestamp() * 1_000_000)


def start_of(day: date, later: int = 0) -> datetime:
    """When a day begins, in UTC, or one so many days later. Near the calendar's ends, the last that can be counted with."""
    counted = min(max(day, date(1900, 1, 1)), date(2200, 1, 1))
    return datetime.combine(counted, time(), UTC) + timedelta(days=later)
