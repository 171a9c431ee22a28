"""Who is told that something waits for them: whoever may decide now, and whoever becomes able to.

Each is told once, whichever way it came to them: a verdict was given, came to their desk, or they became a checker or an editor.
From whoever can't decide any more it is taken back.
"""

from collections.abc import Collection, Mapping
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, distinct, func, or_, true
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import (
    USUAL_RULES,
    Case,
    Desk,
    DeskRole,
    Hand,
    HistoryEntry,
    Notice,
    Notification,
    Outbox,
    Person,
    SecondCheck,
    Verdict,
)
from services.review.schemas import NotificationKind
from services.review.service import service
from services.review.workflow.acts import CHECKED, CLOSED, UNVERIFIED
from services.review.workflow.allowed import has_role
from services.review.workflow.challenged import ask_to_decide_all, take_back_challenges, tell_of_challenges
from services.review.workflow.notifying import all_editors_for, editors_for, notify, take_back, without_a_hand
from shared.errands import Errand, order

MOST = 50  # verdicts, notices, legal questions and challenges, the first in the queue, of which a new checker or editor is told
FIRST_IN_QUEUE = (col(Case.stands_since), col(Case.id))
WAITS_TO_BE_APPROVED = (Case.state == CHECKED, col(Case.approved_at).is_(None))
# By which role that is done which is waited for.
DONE_BY: Mapping[str, str] = {"second": "checker", "to_approve": "editor", "to_post": "editor", "legal": "editor"}
ASKED_AT_ONCE = 50  # verdicts in one transaction: other writers wait no longer than that takes
Condition = ColumnElement[bool]


class AskAnew(Errand):
    """Go on asking for approvals by a desk's new rules: of the cases after this one."""

    topic: ClassVar[str] = "desk.ask_anew"
    job: ClassVar[str] = "services.review.errands.ask_anew"

    desk_id: UUID
    after: UUID


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
    last = newest_notice(session, case.id)
    if last is None or last.posted_at is not None:
        return
    editors = all_editors_for(session, case)
    take_back(session, case, "to_post", editors)
    _ask_to_post(session, case, last, editors)


def newest_notice(session: Session, case_id: UUID, *which: Condition) -> Notice | None:
    """The newest version of a claim's notice, posted or not, or of those which are so."""
    chosen = select(Notice).where(Notice.case_id == case_id, *which).order_by(col(Notice.revision).desc())
    return session.exec(chosen.limit(1)).first()


def ask_about_legal(session: Session, case: Case, by: Person | None) -> None:
    """Tell the case's editors of the legal question that somebody raised, if it is open."""
    if not case.legal:
        return
    editors = all_editors_for(session, case)
    take_back(session, case, "legal", editors)
    _ask_about_legal(session, case, by, editors)


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
    ask_to_decide_all(session, case)


def take_back_from(session: Session, person: Person) -> None:
    """Take back from somebody who may do less now what waits for those who may do more."""
    session.flush()
    unread = (Notification.person_id == person.id, col(Notification.read_at).is_(None))
    waits = select(Notification, Case).join(Case, col(Case.id) == Notification.case_id)
    for one, case in session.exec(waits.where(*unread, col(Notification.kind).in_(DONE_BY))).all():
        if not has_role(session, case, person, DONE_BY[one.kind]):
            session.delete(one)
    take_back_challenges(session, person)


def ask_by_new_rules(session: Session, desk_id: UUID, after: UUID | None = None) -> None:
    """A desk asks for more second checks, or for fewer: what is checked there waits for others now.

    There may be thousands, so some are asked for at a time, by case, and an errand goes on after the last. Each stretch follows the
    rules that the desk has then, and asks nobody twice: one that is done again, or beside another, ends the same.
    """
    history.take_turn(session)
    waits = (Case.desk_id == desk_id, *WAITS_TO_BE_APPROVED)
    chosen = select(Case).where(*waits) if after is None else select(Case).where(*waits, col(Case.id) > after)
    cases = session.exec(chosen.order_by(col(Case.id)).limit(ASKED_AT_ONCE).with_for_update()).all()
    for case in cases:
        ask_for_approval(session, case)
    if len(cases) == ASKED_AT_ONCE:
        order(session, Outbox, service.name, [(AskAnew(desk_id=desk_id, after=cases[-1].id), None)])


def tell_what_waits(session: Session, person: Person) -> None:
    """Tell somebody who may do more only now what waits for them: verdicts, to be checked a second time or to be approved,
    notices to be posted, legal questions, readers' challenges, and desks' ratings."""
    session.flush()
    held = select(DeskRole.desk_id, DeskRole.role).where(DeskRole.person_id == person.id)
    at_desks: dict[UUID, str] = dict(session.exec(held).all())
    if not (at_desks or person.roles):
        return
    may_check = true() if person.may("checker") else col(Case.desk_id).in_(at_desks)
    edited = [desk_id for desk_id, role in at_desks.items() if role == "editor"]
    may_edit = true() if person.may("editor") else col(Case.desk_id).in_(edited)
    _tell_of_verdicts(session, person, may_check, may_edit)
    _tell_of_notices(session, person, may_edit)
    _tell_of_legal(session, person, may_edit)
    tell_of_challenges(session, person, may_edit, MOST)
    for desk in session.exec(select(Desk).order_by(col(Desk.id))).all():
        may_confirm = person.may("editor") or at_desks.get(desk.id) == "editor"
        if desk.proposal and desk.proposal["by"] != str(person.id) and may_confirm:
            by = session.get(Person, UUID(desk.proposal["by"]))
            notify(session, "ratings", {person.id}, desk, by, once=once_for_ratings(desk.proposal["id"]))


def _tell_of_verdicts(session: Session, person: Person, may_check: Condition, may_edit: Condition) -> None:
    """Those on which they may decide, the first in the queue: which they had no hand in, and did not check a second time."""
    mine = (Hand.person_id == person.id, Hand.case_id == Case.id, Hand.revision == Case.revision)
    counted = (col(SecondCheck.case_id) == Case.id, col(SecondCheck.revision) == Case.revision, SecondCheck.counts)
    agreed = select(func.count(distinct(col(SecondCheck.person_id)))).where(*counted).scalar_subquery()
    needed = func.coalesce(col(Desk.second_checks_needed), USUAL_RULES.second_checks_needed)
    worked_on = (col(Verdict.case_id) == Case.id) & (col(Verdict.revision) == Case.revision)
    wants_more = agreed < needed
    waits = select(Case, Verdict, wants_more).join(Verdict, worked_on)
    waits = waits.outerjoin(Desk, col(Desk.id) == Case.desk_id).where(
        *WAITS_TO_BE_APPROVED,
        ~select(Hand.case_id).where(*mine).exists(),
        ~select(SecondCheck.id).where(*counted, SecondCheck.person_id == person.id).exists(),
        or_(and_(wants_more, may_check), and_(~wants_more, may_edit)),
    )
    for case, verdict, is_second in session.exec(waits.order_by(*FIRST_IN_QUEUE).limit(MOST)).all():
        _ask(session, "second" if is_second else "to_approve", case, verdict, {person.id})


def _tell_of_notices(session: Session, person: Person, may_edit: Condition) -> None:
    """Those that others wrote and somebody may still post."""
    its = select(Case, Notice).join(Notice, col(Notice.case_id) == Case.id)
    to_post = (col(Notice.posted_at).is_(None), Case.state == UNVERIFIED, Case.published_revision == 0)
    for case, last in session.exec(its.where(*to_post, may_edit).order_by(*FIRST_IN_QUEUE).limit(MOST)).all():
        _ask_to_post(session, case, last, {person.id})


def _tell_of_legal(session: Session, person: Person, may_edit: Condition) -> None:
    asked = (Case.state != CLOSED, cast(col(Case.legal), Text) != "{}", may_edit)
    for case in session.exec(select(Case).where(*asked).order_by(*FIRST_IN_QUEUE).limit(MOST)).all():
        raised_by = who_flagged(session, case)
        _ask_about_legal(session, case, session.get(Person, raised_by) if raised_by else None, {person.id})


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


def _ask_to_post(session: Session, case: Case, last: Notice, to: Collection[UUID]) -> None:
    """Say whose notice waits. One that is written anew waits anew."""
    once = f"to_post {case.id} {last.written_at.isoformat()}"
    notify(session, "to_post", to, case, session.get(Person, last.written_by), last.headline, once=once)


def _ask_about_legal(session: Session, case: Case, by: Person | None, to: Collection[UUID]) -> None:
    once = f"legal {case.id} {case.legal['at']}"
    notify(session, "legal", to, case, by, case.legal["reason"], once=once)
