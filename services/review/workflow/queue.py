"""The queue's own acts: set by hand where a case stands, hand out the next one, keep lists, remember what was read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case as sql_case
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import PRESENT_FOR, Case, CaseOutcome, CaseRead, CaseTag, Person, SavedList
from services.review.rank import USUAL_URGENCY
from services.review.schemas import ListIn, NothingIn, PlanIn, TagIn
from services.review.workflow import outcomes
from services.review.workflow.acts import CLOSED, UNVERIFIED
from services.review.workflow.desks import find_desk
from services.review.workflow.moves import begin, end
from services.review.workflow.work import take
from shared.clock import now
from shared.db import insert_if_absent
from shared.errors import Forbidden, Invalid, NotFound

MOST_LISTS = 50


def plan(session: Session, case_id: UUID, found: PlanIn, by: Person, seen: int | None = None) -> Case:
    """Set by hand how urgent a case is, when it is due, its tags, and where it stands in the queue."""
    case = begin(session, case_id, "plan", by, seen)
    before, case.planned = case.planned, found.model_dump(mode="json", exclude_none=True)
    lay_out(session, case)
    return end(session, case, "plan", by, before, case.planned)


def tag(session: Session, case_id: UUID, found: TagIn, by: Person, seen: int | None = None) -> Case:
    """Give a case tags, or take some off it; the others stay."""
    case = begin(session, case_id, "tag", by, seen)
    before = case.tags
    off = {one.casefold() for one in found.remove}
    kept = [one for one in dict.fromkeys([*before, *(one.casefold() for one in found.add)]) if one not in off]
    case.planned = case.planned | {"tags": kept}
    lay_out(session, case)
    return end(session, case, "tag", by, {"tags": before}, {"tags": kept})


def take_next(session: Session, by: Person, tag: str | None = None, desk: str | None = None) -> Case | None:
    """Take the claim that stands first among those that nobody has; of two who ask at once, each gets another. None if there is
    none."""
    history.take_turn(session)  # whoever asks meanwhile waits here, and then sees that this one is taken
    chosen = select(Case.id).where(Case.state == UNVERIFIED, col(Case.assignee_id).is_(None))
    if tag is not None:
        chosen = chosen.where(col(Case.id).in_(select(CaseTag.case_id).where(CaseTag.tag == tag)))
    if desk is not None:
        chosen = chosen.where(Case.desk_id == find_desk(session, desk).id)
    case_id = session.exec(chosen.order_by(col(Case.stands_since), col(Case.id)).limit(1)).first()
    return take(session, case_id, NothingIn(), by) if case_id else None


def lay_out(session: Session, case: Case) -> None:
    """Make a case's urgency, due time and tags what was set by hand, else by a rule, else as its newsroom sent it."""
    urgency, due_at = (_meant(case, name) for name in ("urgency", "due_at"))
    case.urgency = urgency or USUAL_URGENCY
    case.due_at = datetime.fromisoformat(due_at) if due_at else None
    tags = case.planned.get("tags", [*case.claim.get("tags", []), *case.ruled.get("tags", [])])
    if set(tags) != set(case.tags):
        case.tags = list(dict.fromkeys(tags))
        session.add(case)
        session.flush()
        session.execute(delete(CaseTag).where(col(CaseTag.case_id) == case.id))
        session.add_all(CaseTag(case_id=case.id, tag=tag) for tag in case.tags)
        if case.published_revision or case.state == CLOSED:
            outcomes.forget_days(session, col(CaseOutcome.case_id) == case.id)  # it counts for its tags


def _meant(case: Case, name: str) -> Any:
    return next((one[name] for one in (case.planned, case.ruled, case.claim) if one.get(name) is not None), None)


def keep_list(session: Session, found: ListIn, by: Person) -> SavedList:
    """Keep a list of the queue under a name. The same name again takes its place. Raises Invalid if one has too many."""
    mine = session.exec(select(SavedList).where(SavedList.person_id == by.id)).all()
    kept = next((one for one in mine if one.name.casefold() == found.name.casefold()), None)
    if kept is None and len(mine) >= MOST_LISTS:
        raise Invalid.field("name", f"you have {MOST_LISTS} lists; drop one first")
    kept = kept or SavedList(person_id=by.id, name=found.name, filters={})
    kept.name, kept.is_shared = found.name, found.is_shared
    kept.filters = found.model_dump(include={"view", "q", "tag", "desk", "status", "sort"}, exclude_none=True)
    session.add(kept)
    session.flush()
    return kept


def drop_list(session: Session, list_id: UUID, by: Person) -> None:
    """Drop a list: one's own, or as an editor one that is shared. Raises NotFound or Forbidden."""
    kept = session.get(SavedList, list_id)
    if kept is None or (kept.person_id != by.id and not kept.is_shared):
        raise NotFound("There is no such list.")
    if kept.person_id != by.id and not by.may("editor"):
        raise Forbidden("Only who made a list, or an editor, may drop it.")
    session.delete(kept)


def note_read(session: Session, case_id: UUID, version: int | None, by: Person) -> None:
    """Remember that somebody looks at a case, and at which version of it; None if it is the one they saw before."""
    moment = now()
    mine = (col(CaseRead.person_id) == by.id, col(CaseRead.case_id) == case_id)
    was_away = col(CaseRead.opened_at).is_(None) | (col(CaseRead.seen_at) < moment - PRESENT_FOR)
    seen = {"seen_at": moment, "opened_at": sql_case((was_away, moment), else_=col(CaseRead.opened_at))}
    if version is not None:
        seen["version"] = version
    if session.connection().execute(update(CaseRead).where(*mine).values(seen)).rowcount == 0:
        row = {"person_id": by.id, "case_id": case_id, "version": version or 0, "seen_at": moment, "opened_at": moment}
        session.connection().execute(insert_if_absent(session, CaseRead), [row])
