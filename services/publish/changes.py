"""Every change of the record, in an order that can be followed (see `shared.following`)."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import insert
from sqlmodel import Session, col, select

from services.publish.models import Change, Check
from shared.clock import now
from shared.contracts import RevisionKind
from shared.db import table_of
from shared.following import Place, following, transaction_of

Kind = RevisionKind | Literal["notice", "notice_withdrawn", "rechecking", "settled"]


def note(session: Session, check: Check, kind: Kind, revision: int) -> None:
    """Write a change down in the transaction that makes it. Newsrooms' tests are no part of the record."""
    if check.test:
        return
    session.flush()
    row = {"claim_id": check.claim_id, "kind": kind, "revision": revision, "at": now()}
    transaction = transaction_of(session.get_bind().dialect.name)
    session.connection().execute(insert(table_of(Change)).values(**row, transaction=transaction))


def list_after(session: Session, place: Place, most: int) -> Sequence[Change]:
    """The changes after this place, the oldest first."""
    found = following(session, select(Change), col(Change.transaction), col(Change.seq), place)
    rows: Sequence[Change] = session.exec(found.limit(most)).all()
    return rows


def place_of(change: Change) -> Place:
    """Where a reader stands who has read this change."""
    return change.transaction, change.seq
