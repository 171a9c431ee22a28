"""Taking a case out as a sealed file: who may, and that it is noted."""

from uuid import UUID

from sqlmodel import Session

from services.review import history
from services.review.models import Case, Person
from services.review.schemas import SealIn
from services.review.workflow.allowed import has_role
from services.review.workflow.moves import end
from shared.errors import Forbidden, NotFound


def refuse_unless_may_seal(session: Session, case_id: UUID, by: Person) -> Case:
    """The case. Raises NotFound, or Forbidden for who is no editor: what is taken out names people who are unnamed in public."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    if not has_role(session, case, by, "editor"):
        raise Forbidden("Only an editor may do this.")
    return case


def seal(session: Session, case_id: UUID, found: SealIn, digest: str, by: Person) -> Case:
    """Note that somebody took a case out, why, and by which seal. Raises NotFound or Forbidden."""
    history.take_turn(session)
    refuse_unless_may_seal(session, case_id, by)
    case = session.get_one(Case, case_id, with_for_update=True)
    return end(session, case, "sealed", by, {}, {"reason": found.reason, "seal": digest})
