"""Who is told that something waits for them: whoever may decide now, and whoever becomes able to.

Each is told once, whichever way it came to them: a verdict was given, came to their desk, or they became a checker or an editor.
From whoever can't decide any more it is taken back.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import (
    USUAL_RULES,
    Case,
    Desk,
    DeskRole,
    Hand,
    HistoryEntry,
    Notice,
    Notification,
    Person,
    SecondCheck,
    Verdict,
)
from services.review.schemas import NotificationKind
from services.review.workflow.moves import CHECKED, has_role
from services.review.workflow.notifying import all_editors_for, editors_for, notify, take_back, without_a_hand

MOST = 50  # verdicts, those that stand first in the queue, of which a new checker or editor is told
# By which role that is done which is waited for.
DONE_BY: Mapping[str, str] = {"second": "checker", "to_approve": "editor", "to_post": "editor", "legal": "editor"}


def ask_for_approval(session: Session, case: Case) -> None:
    """Tell those whose turn it is that the verdict waits: second checkers, if the desk wants more of them, and then editors."""
    session.flush()
    verdict = session.get_one(Verdict, (case.id, case.revision))
    agreed = _agreed(session, case)
    wants_more = _wants_more(session, case, agreed)
    seconds = without_a_hand(session, case, "checker") - agreed if wants_more else set()
    editors = set() if wants_more else editors_for(session, case)
    take_back(session, case, "second", seconds)
    take_back(session, case, "to_approve", editors)
    _ask(session, "second", case, verdict, seconds)
    _ask(session, "to_approve", case, verdict, editors)


def ask_to_post(session: Session, case: Case) -> None:
    """Tell the case's editors of the notice that waits to be posted, as it was written last."""
    chosen = select(Notice).where(Notice.case_id == case.id).order_by(col(Notice.revision).desc())
    last = session.exec(chosen.limit(1)).first()
    if last is None or last.posted_at is not None:
        return
    editors = all_editors_for(session, case)
    take_back(session, case, "to_post", editors)
    once = f"to_post {case.id} {last.written_at.isoformat()}"
    notify(session, "to_post", editors, case, session.get(Person, last.written_by), last.headline, once=once)


def ask_about_legal(session: Session, case: Case, by: Person | None) -> None:
    """Tell the case's editors of the legal question that somebody raised, if it is open."""
    if not case.legal:
        return
    editors = all_editors_for(session, case)
    take_back(session, case, "legal", editors)
    once = f"legal {case.id} {case.legal['at']}"
    notify(session, "legal", editors, case, by, case.legal["reason"], once=once)


def who_flagged(session: Session, case: Case) -> UUID | None:
    """Who raised the legal question that is open."""
    raised = select(HistoryEntry.person_id).where(HistoryEntry.case_id == case.id, HistoryEntry.action == "flag")
    return session.exec(raised.order_by(col(HistoryEntry.seq).desc()).limit(1)).first()


def ask_at_new_desk(session: Session, case: Case) -> None:
    """A case came to another desk: what waits on it waits for that desk's people, and for the former one's no longer."""
    session.flush()
    if case.state == CHECKED and case.approved_at is None:
        ask_for_approval(session, case)
    ask_to_post(session, case)
    raised_by = who_flagged(session, case) if case.legal else None
    ask_about_legal(session, case, session.get(Person, raised_by) if raised_by else None)


def take_back_from(session: Session, person: Person) -> None:
    """Take back from somebody who may do less now what waits for those who may do more."""
    session.flush()
    unread = (Notification.person_id == person.id, col(Notification.read_at).is_(None))
    waits = select(Notification, Case).join(Case, col(Case.id) == Notification.case_id)
    for one, case in session.exec(waits.where(*unread, col(Notification.kind).in_(DONE_BY))).all():
        if not has_role(session, case, person, DONE_BY[one.kind]):
            session.delete(one)


def tell_what_waits(session: Session, person: Person) -> None:
    """Tell somebody who may do more only now what waits for them: verdicts, to be checked a second time or to be approved, and
    desks' ratings."""
    session.flush()
    held = select(DeskRole.desk_id, DeskRole.role).where(DeskRole.person_id == person.id)
    at_desks: dict[UUID, str] = dict(session.exec(held).all())
    if not (at_desks or person.roles):
        return
    mine = (Hand.person_id == person.id, Hand.case_id == Case.id, Hand.revision == Case.revision)
    worked_on = (col(Verdict.case_id) == Case.id) & (col(Verdict.revision) == Case.revision)
    waits = select(Case, Verdict).join(Verdict, worked_on)
    waits = waits.where(
        Case.state == CHECKED, col(Case.approved_at).is_(None), ~select(Hand.case_id).where(*mine).exists()
    )
    if not person.may("checker"):
        waits = waits.where(col(Case.desk_id).in_(at_desks))
    for case, verdict in session.exec(waits.order_by(col(Case.stands_since), col(Case.id)).limit(MOST)).all():
        agreed = _agreed(session, case)
        kind: NotificationKind = "second" if _wants_more(session, case, agreed) else "to_approve"
        if person.id not in agreed and has_role(session, case, person, DONE_BY[kind]):
            _ask(session, kind, case, verdict, {person.id})
    for desk in session.exec(select(Desk).order_by(col(Desk.id))).all():
        may_confirm = person.may("editor") or at_desks.get(desk.id) == "editor"
        if desk.proposal and desk.proposal["by"] != str(person.id) and may_confirm:
            by = session.get(Person, UUID(desk.proposal["by"]))
            notify(session, "ratings", {person.id}, desk, by, once=once_for_ratings(desk.proposal["id"]))


def once_for_ratings(proposal_id: str) -> str:
    """By what it is known that somebody was told of proposed ratings."""
    return f"ratings {proposal_id}"


def _agreed(session: Session, case: Case) -> set[UUID]:
    """Who checked the verdict a second time and agrees."""
    counted = (col(SecondCheck.case_id) == case.id, col(SecondCheck.revision) == case.revision, SecondCheck.counts)
    return set(session.exec(select(SecondCheck.person_id).where(*counted)))


def _wants_more(session: Session, case: Case, agreed: Collection[UUID]) -> bool:
    """Whether its desk wants more of them before an editor decides."""
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    return len(agreed) < (desk or USUAL_RULES).second_checks_needed


def _ask(session: Session, kind: NotificationKind, case: Case, verdict: Verdict, to: Collection[UUID]) -> None:
    """Say whose verdict waits. One that is given anew waits anew."""
    once = f"{kind} {case.id} {verdict.checked_at.isoformat()}"
    notify(session, kind, to, case, session.get(Person, verdict.checked_by), verdict.headline, once=once)
