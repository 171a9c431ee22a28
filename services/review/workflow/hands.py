"""Who had a hand in the revision that is worked on, and can no longer approve it."""

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col

from services.review.models import Approval, Case, Hand, Person


def had_a_hand(session: Session, case: Case, person: Person) -> bool:
    """Whether the person wrote this revision's verdict or added evidence for it."""
    return session.get(Hand, (case.id, case.revision, person.id)) is not None


def lend_a_hand(session: Session, case: Case, person: Person) -> None:
    """Remember that the person can't approve this revision any more; if they have, it no longer counts."""
    if not had_a_hand(session, case, person):
        forget_approvals(session, case, col(Approval.person_id) == person.id)
        session.add(Hand(case_id=case.id, revision=case.revision, person_id=person.id))


def forget_approvals(session: Session, case: Case, *whose: ColumnElement[bool]) -> None:
    """Approvals of the revision that is worked on count no more."""
    session.execute(
        delete(Approval).where(col(Approval.case_id) == case.id, col(Approval.revision) == case.revision, *whose)
    )
