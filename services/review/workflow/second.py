"""The second checker: gives a rating of their own on a claim that was checked. The same goes on; another sends it back."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from services.review.dossier import open_dossier
from services.review.models import Case, Person, SecondCheck, Verdict
from services.review.schemas import SecondIn
from services.review.workflow.allowed import not_allowed
from services.review.workflow.hands import forget_approvals
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import notify, settle
from services.review.workflow.parting import SENT_BACK, free
from services.review.workflow.ratings import scale_of
from services.review.workflow.waiting import ask_for_approval
from shared.errors import Forbidden, Invalid


def second(session: Session, case_id: UUID, found: SecondIn, by: Person, seen: int | None = None) -> Case:
    """Give a rating of one's own. If it is the verdict's, that counts for what the desk asks before approval; if it is another,
    the claim goes back to its checker with both side by side.

    Raises Forbidden for whoever had a hand in the verdict, NotAllowed for who has agreed already, and Invalid for a rating
    that is not the desk's, or another than the verdict's without a note that says why.
    """
    case = begin(session, case_id, "second", by, seen)
    dossier = open_dossier(session, case, by)
    if dossier.had_a_hand:
        raise Forbidden("You had a hand in this revision; somebody else has to check it again.")
    if dossier.has_agreed:
        raise not_allowed(session, case, by, "You have checked this verdict already.")
    if found.rating not in (scale := [step.slug for step in scale_of(dossier.desk)]):
        raise Invalid.field("rating", f"has to be one of {', '.join(scale)}")
    verdict = session.get_one(Verdict, (case.id, case.revision), with_for_update=True)
    agrees = found.rating == verdict.rating
    if not agrees and not found.note:
        raise Invalid.field("note", "has to say why, because it is another rating than the verdict's")
    session.add(
        SecondCheck(
            case_id=case.id,
            revision=case.revision,
            person_id=by.id,
            rating=found.rating,
            agrees=agrees,
            note=found.note,
            counts=agrees,
        )
    )
    after = {"rating": found.rating, "agrees": agrees, "note": found.note}
    if agrees:
        ask_for_approval(session, case)
        return end(session, case, "second", by, {}, after)
    let_go(session, case)
    forget_approvals(session, case)
    settle(session, case, "to_approve")
    settle(session, case, "second")
    notify(session, "returned", {verdict.checked_by}, case, by, found.note or "")
    had_it = free(session, case, by, SENT_BACK)
    return end(session, case, "second differs", by, had_it, after | ({"assignee": None} if had_it else {}))


def let_go(session: Session, case: Case) -> None:
    """The verdict was sent back, or is given anew: what others made of it stays to be read, and counts no more."""
    mine = (col(SecondCheck.case_id) == case.id, col(SecondCheck.revision) == case.revision)
    session.execute(update(SecondCheck).where(*mine, col(SecondCheck.counts)).values(counts=False))
