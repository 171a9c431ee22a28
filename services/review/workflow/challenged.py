"""Who had a part in a verdict that a reader challenges, who may decide, and how these are told."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.review.models import Approval, Case, Dispute, Hand, Notification, Person, SecondCheck, Verdict
from services.review.workflow.notifying import all_editors_for, notify


def ask_to_decide(session: Session, case: Case, dispute: Dispute, checked_by: UUID) -> None:
    """Tell those who may decide on a challenge, and whoever checked the verdict, unless they were told already. It is taken back
    from those who may decide no more and have not read it."""
    to = {one.id for one in deciders(session, case, dispute)} | {checked_by}
    about = (col(Notification.dispute_id) == dispute.id, col(Notification.kind) == "disputed")
    unread = col(Notification.read_at).is_(None)
    session.execute(delete(Notification).where(*about, unread, col(Notification.person_id).not_in(to)))
    told = set(session.exec(select(Notification.person_id).where(*about)))
    notify(session, "disputed", to - told, case, words=dispute.wrong, dispute_id=dispute.id)


def ask_to_decide_all(session: Session, case: Case) -> None:
    """The same for each open challenge to a case that came to another desk."""
    are_open = (col(Dispute.case_id) == case.id, col(Dispute.state) == "open")
    of_verdict = (col(Verdict.case_id) == Dispute.case_id) & (col(Verdict.revision) == Dispute.verdict_revision)
    chosen = select(Dispute, Verdict.checked_by).join(Verdict, of_verdict).where(*are_open)
    for dispute, checked_by in session.exec(chosen.order_by(col(Dispute.id))).all():
        ask_to_decide(session, case, dispute, checked_by)


def had_part(session: Session, dispute: Dispute, person_id: UUID) -> bool:
    """Whether somebody made or approved the revision that is challenged."""
    return person_id in who_had_part(session, dispute)


def who_had_part(session: Session, dispute: Dispute) -> set[UUID]:
    """Those who wrote the challenged revision, added evidence for it, rated it as a second checker, or approved it."""
    models: tuple[type[Hand] | type[Approval] | type[SecondCheck], ...] = (Hand, Approval, SecondCheck)
    part: set[UUID] = set()
    for model in models:
        mine = (col(model.case_id) == dispute.case_id, col(model.revision) == dispute.verdict_revision)
        part |= set(session.exec(select(model.person_id).where(*mine)))
    return part


def deciders(session: Session, case: Case, dispute: Dispute) -> list[Person]:
    """The editors who may decide, by name."""
    may = all_editors_for(session, case) - who_had_part(session, dispute)
    return list(session.exec(select(Person).where(col(Person.id).in_(may)).order_by(Person.name)).all())
