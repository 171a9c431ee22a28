"""Claims arrive from intake."""

from sqlalchemy import delete
from sqlmodel import Session, col

from services.review import history
from services.review.models import Case, CaseTag
from services.review.workflow.moves import end
from shared.contracts import ClaimSubmitted


def open_case(session: Session, message: ClaimSubmitted) -> Case:
    """Open the case of a claim; or, if it is open, take in what is newer: another newsroom's submission, say."""
    history.take_turn(session)
    case = session.get(Case, message.claim_id, with_for_update=True)
    if case is None:
        return _open(session, message)
    if message.revision <= case.claim_revision:
        return case
    before = {"submissions": len(case.submissions)}
    _take_in(session, case, message)
    return end(session, case, "submitted again", None, before, {"submissions": len(message.submissions)})


def _open(session: Session, message: ClaimSubmitted) -> Case:
    case = Case(
        id=message.claim_id, claim_revision=0, claim={}, submissions=[], received_at=message.submitted_at, version=0
    )
    _take_in(session, case, message)
    return end(session, case, "submitted", None, {}, {"state": case.state, "submissions": len(message.submissions)})


def _take_in(session: Session, case: Case, message: ClaimSubmitted) -> None:
    """Keep the whole snapshot, so that whatever order messages come in, the newest stands."""
    case.claim_revision = message.revision
    case.claim = message.claim.model_dump(mode="json")
    case.submissions = [one.model_dump(mode="json") for one in message.submissions]
    case.urgency, case.due_at, case.test = message.claim.urgency, message.claim.due_at, message.claim.test
    session.add(case)
    session.flush()
    session.execute(delete(CaseTag).where(col(CaseTag.case_id) == case.id))
    session.add_all(CaseTag(case_id=case.id, tag=tag) for tag in set(message.claim.tags))
