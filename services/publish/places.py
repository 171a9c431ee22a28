"""Where a check stands: its number in the lists, and its permanent address. Both are given in a row, whoever asks at once."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, union_all
from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.models import Check, FormerPath, Tally
from services.publish.rendering.links import slug_of
from services.publish.settings import Site
from shared.clock import now
from shared.rows import add_absent

WISHES: Any = bindparam("wishes", expanding=True)
TAKEN: Any = union_all(  # addresses that are, or were another's; to write it takes longer than to ask it
    select(Check.path).where(col(Check.path).in_(WISHES)),
    select(FormerPath.path).where(col(FormerPath.path).in_(WISHES), FormerPath.claim_id != bindparam("claim_id")),
)


def lock(session: Session, claim_id: UUID) -> Check:
    """The claim's check, made if this is the first news of it."""
    if (found := session.get(Check, claim_id, with_for_update=True)) is not None:
        return found
    _insert_unless_there(session, Check(claim_id=claim_id))
    return session.get_one(Check, claim_id, with_for_update=True)


def lock_all(session: Session) -> None:
    """Wait for whoever else gives addresses and fills shelves."""
    _lock_tally(session, "checks")


def next_number(session: Session, name: str, site: Site) -> int:
    """The next place in a list of a site. Whoever asks next waits until this one is committed, so that there are no gaps."""
    tally = _lock_tally(session, sites.own(name, site))
    tally.count += 1
    first, _ = sites.places(site)
    return first - 1 + tally.count


def give_place(session: Session, check: Check) -> None:
    """The next place in the lists; a newsroom's tests have none."""
    if not check.test:
        check.position = next_number(session, "checks", sites.numbered(check.site))


def give_path(session: Session, check: Check, headline: str, moment: datetime) -> None:
    """The permanent address. Whoever calls holds the lock on all checks, so that no two take the same."""
    check.path = _free_path(session, check, f"{moment:%Y/%m}", headline)


def move(session: Session, check: Check, headline: str) -> None:
    """A corrected headline has its own address; the former one leads there for ever. An address that goes on saying what was
    wrong would go on misleading wherever it is shown without its page. Whoever calls holds the lock on all checks."""
    former = check.path or ""
    if re.fullmatch(rf"{re.escape(_slug(headline))}(-[0-9a-f]+)?", former.rpartition("/")[2]):
        return
    check.path = _free_path(session, check, former.rpartition("/")[0], headline)
    if mine := session.get(FormerPath, check.path):
        session.delete(mine)
    session.add(FormerPath(path=former, claim_id=check.claim_id, left_at=now()))


def _free_path(session: Session, check: Check, month: str, headline: str) -> str:
    path = f"{month}/{_slug(headline)}"
    wishes = [f"{path}{ending}" for ending in ("", "-2", "-3", "-4", "-5", f"-{check.claim_id.hex}")]
    taken = set(session.execute(TAKEN, {"wishes": wishes, "claim_id": check.claim_id}).scalars())
    return next(wish for wish in wishes if wish not in taken)


def _slug(headline: str) -> str:
    return slug_of(headline) or "check"


def _lock_tally(session: Session, name: str) -> Tally:
    if (found := session.get(Tally, name, with_for_update=True)) is not None:
        return found
    _insert_unless_there(session, Tally(name=name))
    return session.get_one(Tally, name, with_for_update=True)


def _insert_unless_there(session: Session, row: Check | Tally) -> None:
    """Of two at once, one waits for the other's commit and then finds the row."""
    session.flush()
    add_absent(session, type(row), [row.model_dump(exclude_none=True)])
