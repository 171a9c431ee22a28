"""Every change of a newsroom's claims, in an order that can be followed (see `shared.following`)."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from services.intake.models import Change
from shared.clock import now
from shared.db import table_of
from shared.following import Place, following, transaction_in
from shared.rows import Rows, write_all

Kind = Literal["submitted", "moved", "published", "renamed"]


class Noted(NamedTuple):
    """A change of a claim."""

    newsroom_id: UUID
    claim_id: UUID
    kind: Kind


def note_all(session: Session, changes: Iterable[Noted]) -> None:
    """Write changes down in the transaction that makes them."""
    write_all(session, [noting(session, changes)])


def noting(session: Session, changes: Iterable[Noted]) -> Rows:
    """What `note_all` writes."""
    moment = now()
    noted = [{**change._asdict(), "at": moment} for change in changes]
    return Rows(Change, noted, made=transaction_in(session))


def list_after(session: Session, newsroom_id: UUID, place: Place, limit: int) -> Sequence[Change]:
    """A newsroom's changes after this place, the oldest first. Raises Gone."""
    mine = select(Change).where(Change.newsroom_id == newsroom_id)
    found = following(session, mine, table_of(Change), place)
    changes: Sequence[Change] = session.exec(found.limit(limit)).all()
    return changes
