"""Claims arrive from intake."""

from sqlmodel import Session

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
    case.claim_revision = message.revision
    case.submissions = _submissions(message)
    return end(session, case, "submitted again", None, before, {"submissions": len(message.submissions)})


def _open(session: Session, message: ClaimSubmitted) -> Case:
    case = Case(
        id=message.claim_id,
        claim_revision=message.revision,
        claim=message.claim.model_dump(mode="json"),
        submissions=_submissions(message),
        urgency=message.claim.urgency,
        due_at=message.claim.due_at,
        test=message.claim.test,
        received_at=message.submitted_at,
        version=0,
    )
    session.add(case)
    session.flush()
    session.add_all(CaseTag(case_id=case.id, tag=tag) for tag in message.claim.tags)
    return end(session, case, "submitted", None, {}, {"state": case.state, "submissions": len(message.submissions)})


def _submissions(message: ClaimSubmitted) -> list[dict[str, object]]:
    return [one.model_dump(mode="json") for one in message.submissions]
