"""The state machine: which act is possible in which state, for whom, and how every act begins and ends.

Clients send acts, never states. All doors come through `begin`, so that no door can forget a rule.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from services.review import history, rank, words
from services.review.dossier import Dossier, open_dossier
from services.review.models import (
    NO_DESK,
    Approval,
    Case,
    Checklist,
    DeskRole,
    Hand,
    Outbox,
    Person,
)
from services.review.standing import before_approval
from services.review.workflow import outcomes, timing
from services.review.workflow.refusals import why_not
from services.review.workflow.underway import tell_work
from shared.clock import now
from shared.contracts import ROUTES, CaseMoved, Receiver
from shared.errors import Forbidden, NotAllowed, NotFound, PreconditionRequired, Stale
from shared.outbox import tell

UNVERIFIED, CHECKED, PUBLISHED, CLOSED = "unverified", "checked", "published", "closed"

# (state, act): the state after it. A published verdict that is taken up again stays public until it is replaced.
MOVES: dict[tuple[str, str], str] = {
    (UNVERIFIED, "take"): UNVERIFIED,
    (UNVERIFIED, "assign"): UNVERIFIED,
    (UNVERIFIED, "release"): UNVERIFIED,
    (UNVERIFIED, "plan"): UNVERIFIED,
    (UNVERIFIED, "tag"): UNVERIFIED,
    (UNVERIFIED, "note"): UNVERIFIED,
    (UNVERIFIED, "strike"): UNVERIFIED,
    (UNVERIFIED, "evidence"): UNVERIFIED,
    (UNVERIFIED, "archive"): UNVERIFIED,
    (UNVERIFIED, "statement"): UNVERIFIED,
    (UNVERIFIED, "describe"): UNVERIFIED,
    (UNVERIFIED, "ask"): UNVERIFIED,
    (UNVERIFIED, "reply"): UNVERIFIED,
    (UNVERIFIED, "question"): UNVERIFIED,
    (UNVERIFIED, "tick"): UNVERIFIED,
    (UNVERIFIED, "waive"): UNVERIFIED,
    (UNVERIFIED, "fill"): UNVERIFIED,
    (UNVERIFIED, "status"): UNVERIFIED,
    (UNVERIFIED, "flag"): UNVERIFIED,
    (UNVERIFIED, "unflag"): UNVERIFIED,
    (CHECKED, "tick"): CHECKED,
    (CHECKED, "waive"): CHECKED,
    (CHECKED, "fill"): CHECKED,
    (CHECKED, "status"): CHECKED,
    (CHECKED, "flag"): CHECKED,
    (CHECKED, "unflag"): CHECKED,
    (PUBLISHED, "status"): PUBLISHED,
    (PUBLISHED, "flag"): PUBLISHED,
    (PUBLISHED, "unflag"): PUBLISHED,
    (UNVERIFIED, "settle"): UNVERIFIED,
    (CHECKED, "settle"): CHECKED,
    (PUBLISHED, "settle"): PUBLISHED,
    (CLOSED, "settle"): CLOSED,
    (UNVERIFIED, "check"): CHECKED,
    (UNVERIFIED, "notice"): UNVERIFIED,
    (UNVERIFIED, "announce"): UNVERIFIED,
    (UNVERIFIED, "withdraw"): UNVERIFIED,
    (UNVERIFIED, "move"): UNVERIFIED,
    (UNVERIFIED, "schedule"): UNVERIFIED,
    (UNVERIFIED, "merge"): CLOSED,
    (UNVERIFIED, "accept"): UNVERIFIED,  # of another case it is a merge
    (UNVERIFIED, "refuse"): UNVERIFIED,
    (CHECKED, "refuse"): CHECKED,
    (UNVERIFIED, "close"): CLOSED,
    (CHECKED, "plan"): CHECKED,
    (CHECKED, "tag"): CHECKED,
    (CHECKED, "note"): CHECKED,
    (CHECKED, "strike"): CHECKED,
    (CHECKED, "ask"): CHECKED,
    (CHECKED, "reply"): CHECKED,
    (CHECKED, "withdraw"): CHECKED,
    (CHECKED, "move"): CHECKED,
    (CHECKED, "schedule"): CHECKED,
    (CHECKED, "second"): CHECKED,
    (CHECKED, "second differs"): UNVERIFIED,
    (CHECKED, "return"): UNVERIFIED,
    (CHECKED, "approve"): CHECKED,  # published once publish has confirmed it
    (PUBLISHED, "tag"): PUBLISHED,
    (PUBLISHED, "note"): PUBLISHED,
    (PUBLISHED, "strike"): PUBLISHED,
    (PUBLISHED, "ask"): PUBLISHED,
    (UNVERIFIED, "urge"): UNVERIFIED,  # if readers read a verdict already
    (CHECKED, "urge"): CHECKED,
    (PUBLISHED, "urge"): PUBLISHED,
    (PUBLISHED, "reply"): PUBLISHED,
    (PUBLISHED, "reopen"): UNVERIFIED,
    (CLOSED, "withdraw"): CLOSED,
    (CLOSED, "tag"): CLOSED,
    (CLOSED, "note"): CLOSED,
    (CLOSED, "strike"): CLOSED,
    (CLOSED, "unmerge"): UNVERIFIED,
    (CLOSED, "reopen"): UNVERIFIED,
    (CHECKED, "released"): CHECKED,
    (UNVERIFIED, "offered again"): UNVERIFIED,
    (UNVERIFIED, "sender blocked"): CLOSED,
    (CLOSED, "sender let in"): UNVERIFIED,
}

ROLES = {
    "take": "checker",
    "assign": "checker",
    "release": "checker",
    "plan": "checker",
    "tag": "checker",
    "note": "checker",
    "strike": "checker",
    "evidence": "checker",
    "archive": "checker",
    "statement": "checker",
    "describe": "checker",
    "ask": "checker",
    "reply": "checker",
    "urge": "checker",
    "question": "checker",
    "tick": "checker",
    "waive": "checker",
    "fill": "checker",
    "status": "checker",
    "flag": "checker",
    "unflag": "editor",
    "settle": "checker",
    "check": "checker",
    "notice": "checker",
    "announce": "editor",
    "withdraw": "editor",
    "move": "checker",
    "schedule": "editor",
    "second": "checker",
    "return": "editor",
    "approve": "editor",
    "merge": "checker",
    "accept": "checker",
    "refuse": "checker",
    "unmerge": "checker",
    "close": "editor",
    "reopen": "checker",
}

PLACED_BY = (
    "submissions", "submission_count", "also_submitted", "also_submission_count", "urgency", "kind", "planned", "ruled", "worth",
    "received_at", "due_at",
)  # fmt: skip # see `rank`
REWORDS = frozenset({"describe", "check", "unmerge"})  # after these it is compared again: see `seen`
SAW_IT = frozenset({"check", "second", "approve", "announce"})  # these must say which version they are about
WHILE_WAITING_FOR_SITE = frozenset({"note"})
WHILE_HELD = frozenset({"note", "schedule", "return"})


def begin(session: Session, case_id: UUID, act: str, by: Person, seen: int | None) -> Case:
    """Lock the case and see that this person may do this to it now.

    `seen` is the version of the case that the person looked at, None if they did not say. Raises NotFound, Forbidden,
    PreconditionRequired, Stale or NotAllowed (with `allowed`, what they may do).
    """
    history.take_turn(session)
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("There is no such case.")
    if not has_role(session, case, by, ROLES[act]):
        raise Forbidden(f"Only an {ROLES[act]} may do this." if ROLES[act] == "editor" else "You are not a checker.")
    if seen is None and act in SAW_IT:
        raise PreconditionRequired("Say by If-Match which version of the case you saw.")
    if seen is not None and seen != case.version:
        raise Stale("Somebody else has changed this case since you looked at it.", etag=etag(case))
    if not is_possible(case, act):
        raise not_allowed(session, case, by, why_not(case, act))
    return case


def end(
    session: Session, case: Case, act: str, by: Person | None, before: dict[str, Any], after: dict[str, Any]
) -> Case:
    """Note the act in the history; tell of it if it moved the case."""
    state = MOVES.get((case.state, act), case.state)
    case.version += 1
    place(case)
    _note_touch(case, act, state, by)
    if act in REWORDS:
        case.to_compare = 1
    if state != case.state:
        before, after = {"state": case.state} | before, {"state": state} | after
        was, case.state = case.state, state
        words.follow(session, [case.id])
        case.status, case.status_colour, case.status_words = None, None, {}  # it was about the work in the state before
        tell_moved(session, case)
        tell_followers(session, case)
        if state == CLOSED:
            outcomes.note_closed(session, [case], by.id if by else None, case.close_reason)
        elif was == CLOSED:
            outcomes.take_back(session, [case])
    tell_work(session, case)
    timing.note(session, case, act, by)
    history.append(session, act, case.id, by.id if by else None, {"before": before, "after": after})
    return case


def _note_touch(case: Case, act: str, state: str, by: Person | None) -> None:
    """When whoever works on a case last did something on it; work that lies idle is offered again."""
    if case.assignee_id is None or state != UNVERIFIED:
        case.touched_at = None
    elif case.touched_at is None or act == "assign" or (by is not None and by.id == case.assignee_id):
        case.touched_at = now()


def place(case: Case) -> None:
    """Give the case its place in the queue."""
    case.stands_since = rank.stands_since({name: getattr(case, name) for name in PLACED_BY})


def explain(case: Case) -> Sequence[rank.Factor]:
    """Why the case stands where it does in the queue, at this moment."""
    return rank.explained({name: getattr(case, name) for name in PLACED_BY}, now())


def tell_moved(session: Session, case: Case) -> None:
    """Tell intake and publish where the case stands now."""
    case.moved_version, case.moved_at = case.version, now()
    tell_standing(session, case, ROUTES[CaseMoved])


def tell_followers(session: Session, case: Case) -> None:
    """What was merged into a case moves with it."""
    followers = select(Case).where(Case.merged_into == case.id).order_by(col(Case.id)).with_for_update()
    for one in session.exec(followers).all():
        one.version += 1
        tell_moved(session, one)


def tell_standing(session: Session, case: Case, receivers: Sequence[Receiver]) -> None:
    """Tell these where a case stands. Of one that was merged into another, intake is told how that one stands."""
    for receiver in receivers:
        into = session.get(Case, case.merged_into) if case.merged_into and receiver.queue == "intake" else None
        tell(session, Outbox, moved(case, into), (receiver,))


def moved(case: Case, into: Case | None = None) -> CaseMoved:
    """Where a case stands, as it was last told; `into` is the one that it was merged into."""
    stands = into or case
    return CaseMoved.model_validate(
        {
            "claim_id": case.id,
            "revision": case.moved_version,
            "state": stands.state,
            "moved_at": case.moved_at or case.opened_at,
            "verdict_revision": stands.revision,
            "kind": stands.kind,
            "close_reason": stands.close_reason if stands.state == CLOSED else None,
            "merged_into": into.id if into else None,
        }
    )


def is_possible(case: Case, act: str) -> bool:
    """Whether the state allows the act, whoever does it."""
    if case.waits_for_site and act not in (WHILE_HELD if case.is_held else WHILE_WAITING_FOR_SITE):
        return False
    if (case.merged_into is not None and act == "reopen") or (case.merged_into is None and act == "unmerge"):
        return False
    if act == "urge" and not case.published_revision:
        return False
    return (case.state, act) in MOVES


def allowed(dossier: Dossier) -> list[str]:
    """What whoever reads the dossier may do now, in the order of the table."""
    case, person = dossier.case, dossier.reader
    mine = case.assignee_id == person.id
    free = case.assignee_id is None
    editor = edits(dossier)
    mine_to_do = {"editor": editor, "checker": person.may("checker") or _has_at_desk(dossier.role, "checker")}
    conditions = {
        "take": free,
        "assign": mine or editor,
        "release": not free and (mine or editor),
        "evidence": mine or free or editor,
        "archive": (mine or free or editor) and bool(dossier.standing_evidence),
        "statement": mine or free or editor,
        "describe": mine or free or editor,
        "notice": not case.published_revision,
        "announce": not case.published_revision and _waits_for(dossier),
        "withdraw": not case.published_revision and _has_notice(dossier),
        "question": mine or free or editor,
        "tick": bool(dossier.checklist.items),
        "waive": bool(dossier.checklist.items),
        "fill": bool(dossier.checklist.fields),
        "status": bool(case.status or dossier.checklist.statuses),
        "flag": not case.legal,
        "unflag": bool(case.legal),
        "settle": case.alarms > 0,
        "check": mine or free or editor,
        "merge": (mine or free or editor) and not case.published_revision,
        "accept": mine or free or editor,
        "second": not dossier.had_a_hand and not dossier.has_agreed,
        "approve": not dossier.had_a_hand and not dossier.has_approved and not before_approval(dossier),
    }
    return [
        act for act, role in ROLES.items() if is_possible(case, act) and mine_to_do[role] and conditions.get(act, True)
    ]


def edits(dossier: Dossier) -> bool:
    """Whether whoever reads the dossier is an editor of the case, everywhere or at its desk."""
    return dossier.reader.may("editor") or _has_at_desk(dossier.role, "editor")


def had_a_hand(session: Session, case: Case, person: Person) -> bool:
    """Whether the person wrote this revision's verdict or added evidence for it."""
    return session.get(Hand, (case.id, case.revision, person.id)) is not None


def _waits_for(dossier: Dossier) -> bool:
    """Whether a notice waits for whoever reads the dossier to post it."""
    last = dossier.notices[-1] if dossier.notices else None
    return last is not None and last.posted_at is None and last.written_by != dossier.reader.id


def _has_notice(dossier: Dossier) -> bool:
    """Whether readers read a notice."""
    posted = [one for one in dossier.notices if one.posted_at]
    return bool(posted) and posted[-1].stands


def checklist_of(session: Session, case: Case) -> Checklist:
    """What the case's desk asks of its verdict."""
    desk_id = case.desk_id or NO_DESK
    return session.get(Checklist, desk_id) or Checklist(desk_id=desk_id)


def has_role(session: Session, case: Case, person: Person, role: str) -> bool:
    """Whether somebody has a role for this case: everywhere, or at its desk."""
    if person.may(role):
        return True
    return _has_at_desk(session.get(DeskRole, (case.desk_id, person.id)) if case.desk_id else None, role)


def _has_at_desk(held: DeskRole | None, role: str) -> bool:
    return held is not None and held.role in (role, "editor")


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


def not_allowed(session: Session, case: Case, person: Person, detail: str, **more: Any) -> NotAllowed:
    """The refusal, with what is allowed instead."""
    return NotAllowed(detail, allowed=allowed(open_dossier(session, case, person)), **more)


def refuse_if_taken_by_another(session: Session, case: Case, person: Person) -> None:
    """A case is worked on by whoever took it; editors may step in. Raises NotAllowed, with the name."""
    if case.assignee_id in (None, person.id) or has_role(session, case, person, "editor"):
        return
    raise not_allowed(session, case, person, f"{name_of(session, case.assignee_id)} is working on this case.")


def name_of(session: Session, person_id: UUID | None) -> str:
    """A person's name."""
    return session.exec(select(Person.name).where(col(Person.id) == person_id)).first() or "Somebody"


def etag(case: Case) -> str:
    """The version as If-Match and ETag carry it (RFC 9110, a strong one)."""
    return f'"v{case.version}"'
