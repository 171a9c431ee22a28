"""Who may do what to a case: each act's condition, beside the role that it takes and the state in which it is possible."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review.dossier import Dossier, open_dossier
from services.review.models import Case, DeskRole, Person
from services.review.standing import before_approval
from services.review.workflow.acts import ROLES, is_possible
from shared.errors import NotAllowed


def allowed(dossier: Dossier) -> list[str]:
    """What whoever reads the dossier may do now, in the order of `ROLES`."""
    case = dossier.case
    return [
        act for act, role in ROLES.items() if is_possible(case, act) and _has(dossier, role) and _holds(act, dossier)
    ]


def edits(dossier: Dossier) -> bool:
    """Whether whoever reads the dossier is an editor of the case, everywhere or at its desk."""
    return _has(dossier, "editor")


def has_role(session: Session, case: Case, person: Person, role: str) -> bool:
    """Whether somebody has a role for this case: everywhere, or at its desk."""
    if person.may(role):
        return True
    return may_here(person, session.get(DeskRole, (case.desk_id, person.id)) if case.desk_id else None, role)


def may_here(person: Person, held: DeskRole | None, role: str) -> bool:
    """The same, of somebody whose role at the case's desk is known."""
    return person.may(role) or _has_at_desk(held, role)


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


def _has(dossier: Dossier, role: str) -> bool:
    """Whether whoever reads the dossier has a role for the case: everywhere, or at its desk."""
    return may_here(dossier.reader, dossier.role, role)


def _has_at_desk(held: DeskRole | None, role: str) -> bool:
    return held is not None and held.role in (role, "editor")


def _holds(act: str, dossier: Dossier) -> bool:
    """Whether nothing but state and role stands in the way of an act."""
    condition = CONDITIONS.get(act)
    return condition is None or condition(dossier)


def _is_free(dossier: Dossier) -> bool:
    return dossier.case.assignee_id is None


def _answers_for_it(dossier: Dossier) -> bool:
    """Whoever took the case, and editors."""
    return dossier.case.assignee_id == dossier.reader.id or edits(dossier)


def _may_work_on_it(dossier: Dossier) -> bool:
    """Nobody else took the case; editors may step in, as `refuse_if_taken_by_another` says."""
    return _is_free(dossier) or _answers_for_it(dossier)


def _can_be_released(dossier: Dossier) -> bool:
    return not _is_free(dossier) and _answers_for_it(dossier)


def _is_unpublished(dossier: Dossier) -> bool:
    """Readers never read a verdict on it."""
    return not dossier.case.published_revision


def _has_notice_to_post(dossier: Dossier) -> bool:
    """A notice waits for whoever reads the dossier to post it: somebody else wrote it."""
    last = dossier.notices[-1] if dossier.notices else None
    return last is not None and last.posted_at is None and last.written_by != dossier.reader.id


def _has_notice(dossier: Dossier) -> bool:
    """Readers read a notice."""
    posted = [one for one in dossier.notices if one.posted_at]
    return bool(posted) and posted[-1].stands


def _can_be_announced(dossier: Dossier) -> bool:
    return _is_unpublished(dossier) and _has_notice_to_post(dossier)


def _can_be_withdrawn(dossier: Dossier) -> bool:
    return _is_unpublished(dossier) and _has_notice(dossier)


def _can_be_merged(dossier: Dossier) -> bool:
    return _may_work_on_it(dossier) and _is_unpublished(dossier)


def _can_be_archived(dossier: Dossier) -> bool:
    return _may_work_on_it(dossier) and bool(dossier.standing_evidence)


def _has_checklist(dossier: Dossier) -> bool:
    return bool(dossier.checklist.items)


def _has_fields(dossier: Dossier) -> bool:
    return bool(dossier.checklist.fields)


def _has_statuses(dossier: Dossier) -> bool:
    """One is given, or could be."""
    return bool(dossier.case.status or dossier.checklist.statuses)


def _is_flagged(dossier: Dossier) -> bool:
    """A legal question is open."""
    return bool(dossier.case.legal)


def _is_not_flagged(dossier: Dossier) -> bool:
    return not _is_flagged(dossier)


def _has_alarms(dossier: Dossier) -> bool:
    return dossier.case.alarms > 0


def _can_be_seconded(dossier: Dossier) -> bool:
    """Whoever checks it a second time is another person, each time."""
    return not dossier.had_a_hand and not dossier.has_agreed


def _can_be_approved(dossier: Dossier) -> bool:
    """Whoever approves is another person, each time, and nothing that the desk asks for is lacking."""
    return not dossier.had_a_hand and not dossier.has_approved and not before_approval(dossier)


# What an act takes beside its role and the state of the case. What is not named here takes nothing more.
CONDITIONS: dict[str, Callable[[Dossier], bool]] = {
    "take": _is_free,
    "assign": _answers_for_it,
    "release": _can_be_released,
    "evidence": _may_work_on_it,
    "archive": _can_be_archived,
    "statement": _may_work_on_it,
    "describe": _may_work_on_it,
    "notice": _is_unpublished,
    "announce": _can_be_announced,
    "withdraw": _can_be_withdrawn,
    "question": _may_work_on_it,
    "tick": _has_checklist,
    "waive": _has_checklist,
    "fill": _has_fields,
    "status": _has_statuses,
    "flag": _is_not_flagged,
    "unflag": _is_flagged,
    "settle": _has_alarms,
    "check": _may_work_on_it,
    "merge": _can_be_merged,
    "accept": _may_work_on_it,
    "second": _can_be_seconded,
    "approve": _can_be_approved,
}
