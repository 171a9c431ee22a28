"""How many claims a key may submit in a day (UTC): counted with the claims, so that it holds whatever dies."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from services.intake.models import Usage
from services.intake.service import service
from shared.clock import now
from shared.db import insert_if_absent, table_of
from shared.errors import TooManyRequests
from shared.rows import Sql, write_all


class Account(NamedTuple):
    """What a submission counts against: a key's quota, which keys that were made from it share. `per_day` is its own limit, if it
    has one."""

    key_id: str
    per_day: int | None


def spending(account: Account, wanted: int) -> Sql:
    """Counts claims if there is room for all of them; else, or if they are the day's first, it changes nothing."""
    most = service.settings.claims_per_day if account.per_day is None else account.per_day
    day = now().date().isoformat()
    counting = "UPDATE usage SET claims = claims + ? WHERE key_id = ? AND day = ? AND claims + ? <= ?"
    return Sql(counting, (wanted, account.key_id, day, wanted, most))


def spend(session: Session, account: Account, wanted: int) -> int:
    """Count claims that are about to be stored; returns how many of them may be."""
    if not wanted or write_all(session, [spending(account, wanted)])[0]:
        return wanted
    usage, day, key_id = table_of(Usage), now().date(), account.key_id
    most = service.settings.claims_per_day if account.per_day is None else account.per_day
    connection = session.connection()
    mine = (usage.c.key_id == key_id, usage.c.day == day)
    connection.execute(insert_if_absent(session, Usage), {"key_id": key_id, "day": day, "claims": 0})
    used: int = connection.execute(usage.select().where(*mine).with_for_update()).one().claims
    allowed = max(0, min(wanted, most - used))
    connection.execute(usage.update().where(*mine).values(claims=used + allowed))
    return allowed


def spent(session: Session, key_id: str) -> int:
    """How many claims the key has submitted today."""
    return spent_by(session, [key_id]).get(key_id, 0)


def spent_by(session: Session, key_ids: Collection[str]) -> dict[str, int]:
    """How many claims each of the keys has submitted today, if any."""
    chosen = select(Usage.key_id, Usage.claims).where(col(Usage.key_id).in_(key_ids), Usage.day == now().date())
    return dict(session.exec(chosen).all())


def has_room(session: Session, account: Account) -> bool:
    """Whether it may submit another claim today."""
    most = service.settings.claims_per_day if account.per_day is None else account.per_day
    return spent(session, account.key_id) < most


def used_up() -> TooManyRequests:
    """The problem with a claim beyond the quota."""
    tomorrow = datetime.combine(now().date() + timedelta(days=1), time(), UTC)
    seconds = max(1, int((tomorrow - now()).total_seconds()))
    return TooManyRequests("This key has submitted as many claims as it may in a day (UTC).", retry_after=seconds)
