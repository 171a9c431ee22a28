"""What people at the desk think of the reasons for which claims are sent in: opinions, and no acts on the case."""

from uuid import UUID

from sqlmodel import Session

from services.review.models import Case, Person, ReasonVote
from services.review.schemas import WeighIn
from services.review.workflow.allowed import has_role
from shared.clock import now
from shared.errors import Forbidden, NotFound


def weigh(session: Session, case_id: UUID, submission_id: UUID, found: WeighIn, by: Person) -> Case:
    """Say whether the reason of a submission is worth following, or say nothing of it any more. Raises NotFound where there is no
    such reason, Forbidden for who checks nothing here."""
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("There is no such case.")
    if not has_role(session, case, by, "checker"):
        raise Forbidden("You are not a checker.")
    if not any(one.id == submission_id and one.reason for one in case.sent_in):
        raise NotFound("No reason of this claim has that number.")
    vote = session.get(ReasonVote, (submission_id, by.id))
    if found.is_useful is None:
        if vote is not None:
            session.delete(vote)
        return case
    vote = vote or ReasonVote(submission_id=submission_id, person_id=by.id, case_id=case_id, is_useful=found.is_useful)
    vote.case_id, vote.is_useful, vote.voted_at = case_id, found.is_useful, now()
    session.add(vote)
    return case
