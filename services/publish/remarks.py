"""What readers write of a fact-check when they have said whether it was useful: taken in, handed to the desk, shown to no reader.

It is kept here so that a desk which was restored from an older backup can be told again. A form that was sent twice is one remark.
"""

from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.publish.models import Check, Outbox, Remark
from services.publish.schemas import RemarkIn
from shared.contracts import ROUTES, RemarkMade
from shared.db import insert_if_absent
from shared.errors import NotFound
from shared.outbox import tell

ERASED = "Erased, because the reader wished so."


class Said(NamedTuple):
    """What a reader answered, and of which revision of a verdict."""

    revision: int
    is_useful: bool


def remark(session: Session, claim_id: UUID, said: Said, found: RemarkIn, showing: str) -> None:
    """Take in what a reader wrote and hand it to the desk. Raises NotFound, of a revision too that readers never saw.

    `showing` names the showing of the form that was sent; sent once more, it changes nothing.
    """
    check = session.get(Check, claim_id)
    if check is None or not 1 <= said.revision <= check.revision:
        raise NotFound("There is no verdict on this claim that could be useful.")
    made = Remark(
        claim_id=claim_id,
        showing_hash=sha256(showing.encode()).hexdigest(),
        verdict_revision=said.revision,
        is_useful=said.is_useful,
        text=found.text,
    )
    session.connection().execute(insert_if_absent(session, Remark), made.model_dump())
    if session.get(Remark, made.id):  # else the form was sent before
        tell_remark(session, made)


def erase(session: Session, remark_id: UUID) -> None:
    """Forget what a reader wrote. Raises NotFound."""
    known = session.get(Remark, remark_id, with_for_update=True)
    if known is None:
        raise NotFound(f"There is no remark {remark_id}.")
    known.text = ERASED
    told = (col(Outbox.topic) == RemarkMade.topic) & (col(Outbox.key) == str(remark_id))
    session.execute(delete(Outbox).where(told))


def tell_remark(session: Session, known: Remark) -> None:
    """Hand a remark to the desk."""
    given = known.model_dump(include={"claim_id", "verdict_revision", "is_useful", "text", "made_at"})
    tell(session, Outbox, RemarkMade(remark_id=known.id, **given), ROUTES[RemarkMade])
