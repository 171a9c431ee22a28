"""Who had a part in a verdict that a reader challenges, who may decide, and how these are told."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from services.review.models import Approval, Case, Dispute, Hand, Notification, Person, SecondCheck, Verdict
from services.review.workflow.allowed import has_role
from services.review.workflow.notifying import all_editors_for, notify

HAVE_PART: tuple[type[Hand] | type[Approval] | type[SecondCheck], ...] = (Hand, Approval, SecondCheck)


def ask_to_decide(session: Session, case: Case, dispute: Dispute, checked_by: UUID | None) -> None:
    """Tell those who may decide on a challenge, and whoever checked the verdict, unless they were told already. It is taken back
    from those who may decide no more and have not read it."""
    to = {one.id for one in deciders(session, case, dispute)} | ({checked_by} if checked_by else set())
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


def tell_of_challenges(session: Session, person: Person, may_edit: ColumnElement[bool], most: int) -> None:
    """Tell somebody who may decide only now of the open challenges that nobody in particular has, what is due first, unless they
    were told already or had a part in the verdict."""
    told = (col(Notification.dispute_id) == Dispute.id, Notification.person_id == person.id)
    waits = (Dispute.state == "open", col(Dispute.assignee_id).is_(None), may_edit)
    chosen = select(Dispute, Case).join(Case, col(Case.id) == Dispute.case_id).where(*waits)
    chosen = chosen.where(~select(Notification.id).where(*told, Notification.kind == "disputed").exists())
    for model in HAVE_PART:
        its = (col(model.case_id) == Dispute.case_id, col(model.revision) == Dispute.verdict_revision)
        chosen = chosen.where(~select(model.case_id).where(*its, model.person_id == person.id).exists())
    for dispute, case in session.exec(chosen.order_by(col(Dispute.due_at), col(Dispute.id)).limit(most)).all():
        notify(session, "disputed", {person.id}, case, words=dispute.wrong, dispute_id=dispute.id)


def take_back_challenges(session: Session, person: Person) -> None:
    """Take back from somebody who may do less now the challenges on which they may not decide any more; what concerns them
    because they checked the verdict stays."""
    of_verdict = (col(Verdict.case_id) == Dispute.case_id) & (col(Verdict.revision) == Dispute.verdict_revision)
    unread = (Notification.person_id == person.id, col(Notification.read_at).is_(None), Notification.kind == "disputed")
    its = select(Notification, Case).join(Dispute, col(Dispute.id) == Notification.dispute_id)
    its = its.join(Case, col(Case.id) == Dispute.case_id).join(Verdict, of_verdict)
    for one, case in session.exec(its.where(*unread, col(Verdict.checked_by).is_distinct_from(person.id))).all():
        if not has_role(session, case, person, "editor"):
            session.delete(one)


def had_part(session: Session, dispute: Dispute, person_id: UUID) -> bool:
    """Whether somebody made or approved the revision that is challenged."""
    return person_id in who_had_part(session, dispute)


def who_had_part(session: Session, dispute: Dispute) -> set[UUID]:
    """Those who wrote the challenged revision, added evidence for it, rated it as a second checker, or approved it."""
    part: set[UUID] = set()
    for model in HAVE_PART:
        mine = (col(model.case_id) == dispute.case_id, col(model.revision) == dispute.verdict_revision)
        part |= set(session.exec(select(model.person_id).where(*mine)))
    return part


def deciders(session: Session, case: Case, dispute: Dispute) -> list[Person]:
    """The editors who may decide, by name."""
    may = all_editors_for(session, case) - who_had_part(session, dispute)
    return list(session.exec(select(Person).where(col(Person.id).in_(may)).order_by(Person.name)).all())
