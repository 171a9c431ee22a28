"""What readers say of verdicts: all that they wrote, as a list, and what a case shows of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.review.models import Case, DeskRole, Opinion, Person, Remark
from services.review.queries.disputes import MOST_COUNTED
from services.review.queries.people import name_of, people_by_id
from services.review.schemas import OpinionsOut, ReadersOut, RemarkOut, RemarkState
from services.review.workflow.allowed import may_here

IN_LIST = {"id", "case_id", "verdict_revision", "is_useful", "text", "made_at", "aside", "aside_at"}


def list_remarks(
    session: Session,
    person: Person,
    state: RemarkState,
    limit: int,
    case_id: UUID | None = None,
    after: Sequence[Any] | None = None,
) -> list[RemarkOut]:
    """The newest first, of all cases or of one; those after this place."""
    mine = (col(DeskRole.desk_id) == Case.desk_id) & (col(DeskRole.person_id) == person.id)
    chosen = select(Remark, Case, DeskRole).join(Case, col(Case.id) == Remark.case_id).outerjoin(DeskRole, mine)
    chosen = chosen.where(col(Remark.aside).is_(None) if state == "waiting" else col(Remark.aside) == state)
    if case_id is not None:
        chosen = chosen.where(Remark.case_id == case_id)
    if after is not None:
        chosen = chosen.where(col(Remark.id) < after[0])
    found = session.exec(chosen.order_by(col(Remark.id).desc()).limit(limit)).all()
    people = people_by_id(session, {one.aside_by for one, _, _ in found if one.aside_by})
    return [_remark(one, case, people, may_here(person, held, "checker")) for one, case, held in found]


def get_remark(session: Session, remark: Remark, person: Person) -> RemarkOut:
    """One of them, for who has just put it aside."""
    people = people_by_id(session, {remark.aside_by} if remark.aside_by else set())
    return _remark(remark, session.get_one(Case, remark.case_id), people, may_put_aside=True)


def waiting_remarks() -> Any:
    """How many nobody has put aside, counted up to a hundred: for `count_queues` to ask with the rest."""
    waiting = select(col(Remark.id)).where(col(Remark.aside).is_(None)).limit(MOST_COUNTED)
    return select(func.count()).select_from(waiting.subquery()).scalar_subquery()


def describe_readers(
    case: Case, opinions: Sequence[Opinion], remarks: Sequence[Remark], counted: Mapping[str, int], may: bool
) -> ReadersOut:
    """What a case shows: `remarks` are the newest, the oldest of these first; of `counted`, see `Neighbours`."""
    numbers = {"verdict_revision", "useful", "not_useful"}
    return ReadersOut(
        opinions=[OpinionsOut(**one.model_dump(include=numbers)) for one in reversed(opinions)],
        remarks=[_remark(one, case, {}, may) for one in reversed(remarks)],
        waiting=counted["waiting"],
        put_aside=counted["put_aside"],
    )


def _remark(one: Remark, case: Case, people: dict[UUID, Person], may_put_aside: bool) -> RemarkOut:
    given = one.model_dump(include=IN_LIST)
    return RemarkOut(**given, claim=case.text, aside_by=name_of(people, one.aside_by), may_put_aside=may_put_aside)
