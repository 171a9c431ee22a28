"""Every change of the record, in an order that can be followed (see `shared.following`)."""

from collections.abc import Sequence
from typing import Literal

from sqlmodel import Session, col, select

from services.publish import sites
from services.publish.models import Change, Check
from shared.clock import now
from shared.contracts import RevisionKind
from shared.db import table_of
from shared.following import Place, following, transaction_in
from shared.rows import add_rows

Kind = RevisionKind | Literal["notice", "notice_withdrawn", "rechecking", "settled", "renamed"]


def note(session: Session, check: Check, kind: Kind, revision: int) -> None:
    """Write a change down in the transaction that makes it. Newsrooms' tests are no part of the record."""
    if check.test:
        return
    session.flush()
    row = {"claim_id": check.claim_id, "kind": kind, "revision": revision, "at": now()}
    add_rows(session, Change, [row], made=transaction_in(session))


def list_after(session: Session, place: Place, most: int) -> Sequence[Change]:
    """The site's changes after this place, the oldest first. Raises Gone."""
    chosen = select(Change)
    if len(sites.every()) > 1:
        chosen = chosen.join(Check, col(Check.claim_id) == Change.claim_id).where(Check.site == sites.here().number)
    found = following(session, chosen, table_of(Change), place)
    changes: Sequence[Change] = session.exec(found.limit(most)).all()
    return changes
