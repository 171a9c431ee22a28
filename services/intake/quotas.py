"""How many claims a key may submit in a day (UTC): counted with the claims, so that it holds whatever dies."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, bindparam
from sqlmodel import Session, col, select

from services.intake.models import Usage
from services.intake.service import service
from shared.clock import now
from shared.db import insert_if_absent, table_of
from shared.errors import TooManyRequests


class Account(NamedTuple):
    """What a submission counts against: a key's quota, which keys that were made from it share. `per_day` is its own limit, if it
    has one."""

    key_id: str
    per_day: int | None


_USAGE = table_of(Usage).c
_SPENT = (
    table_of(Usage)
    .update()
    .where(_USAGE.key_id == bindparam("of"), _USAGE.day == bindparam("on"))
    .where(_USAGE.claims + bindparam("wanted", type_=Integer) <= bindparam("most", type_=Integer))
    .values(claims=_USAGE.claims + bindparam("wanted", type_=Integer))
)  # written once: every post executes it


def spend(session: Session, key_id: str, wanted: int, per_day: int | None) -> int:
    """Count claims that are about to be stored; returns how many of them may be. `per_day` is the key's own limit."""
    if not wanted:
        return 0
    usage, day = table_of(Usage), now().date()
    most = service.settings.claims_per_day if per_day is None else per_day
    connection = session.connection()
    if connection.execute(_SPENT, {"of": key_id, "on": day, "wanted": wanted, "most": most}).rowcount:
        return wanted
    mine = (usage.c.key_id == key_id, usage.c.day == day)
    connection.execute(insert_if_absent(session, Usage), {"key_id": key_id, "day": day, "claims": 0})
    used: int = connection.execute(usage.select().where(*mine).with_for_update()).one().claims
    allowed = max(0, min(wanted, most - used))
    connection.execute(usage.update().where(*mine).values(claims=used + allowed))
    return allowed


def spent(session: Session, key_id: str) -> int:
    """How many claims the key has submitted today."""
    found = session.exec(select(col(Usage.claims)).where(Usage.key_id == key_id, Usage.day == now().date())).first()
    return found or 0


def has_room(session: Session, account: Account) -> bool:
    """Whether it may submit another claim today."""
    most = service.settings.claims_per_day if account.per_day is None else account.per_day
    return spent(session, account.key_id) < most


def used_up() -> TooManyRequests:
    """The problem with a claim beyond the quota."""
    tomorrow = datetime.combine(now().date() + timedelta(days=1), time(), UTC)
    seconds = max(1, int((tomorrow - now()).total_seconds()))
    return TooManyRequests("This key has submitted as many claims as it may in a day (UTC).", retry_after=seconds)
