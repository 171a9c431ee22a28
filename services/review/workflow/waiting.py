"""Who is told that something waits for them: whoever may decide now, and whoever becomes able to.

Each is told once, whichever way it came to them: a verdict was given, came to their desk, or they became an editor.
"""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from services.review.models import USUAL_RULES, Case, Desk, DeskRole, Hand, Person, SecondCheck, Verdict
from services.review.schemas import NotificationKind
from services.review.workflow.moves import CHECKED
from services.review.workflow.notifying import editors_for, notify, settle, without_a_hand

MOST = 50  # verdicts, those that stand first in the queue, of which a new editor is told


def ask_for_approval(session: Session, case: Case) -> None:
    """Tell those whose turn it is that the verdict waits: second checkers, if the desk wants more of them, and then editors."""
    session.flush()
    verdict = session.get_one(Verdict, (case.id, case.revision))
    agreed = _agreed(session, case)
    if _wants_more(session, case, agreed):
        to = without_a_hand(session, case, "checker") - agreed
        _ask(session, "second", case, verdict, to)
    else:
        settle(session, case, "second")
        _ask(session, "to_approve", case, verdict, editors_for(session, case))


def tell_what_waits(session: Session, person: Person) -> None:
    """Tell somebody who may be an editor only now what waits for one: verdicts, and desks' ratings."""
    session.flush()
    at_desks = select(DeskRole.desk_id).where(DeskRole.person_id == person.id, DeskRole.role == "editor")
    desks, everywhere = set(session.exec(at_desks)), person.may("editor")
    if not (desks or everywhere):
        return
    mine = (Hand.person_id == person.id, Hand.case_id == Case.id, Hand.revision == Case.revision)
    worked_on = (col(Verdict.case_id) == Case.id) & (col(Verdict.revision) == Case.revision)
    waits = select(Case, Verdict).join(Verdict, worked_on)
    waits = waits.where(
        Case.state == CHECKED, col(Case.approved_at).is_(None), ~select(Hand.case_id).where(*mine).exists()
    )
    if not everywhere:
        waits = waits.where(col(Case.desk_id).in_(desks))
    for case, verdict in session.exec(waits.order_by(col(Case.stands_since), col(Case.id)).limit(MOST)).all():
        if not _wants_more(session, case, _agreed(session, case)):
            _ask(session, "to_approve", case, verdict, {person.id})
    for desk in session.exec(select(Desk).order_by(col(Desk.id))).all():
        if desk.proposal and desk.proposal["by"] != str(person.id) and (everywhere or desk.id in desks):
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
