"""The queue: filtered, sorted, a page at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, false, func, literal_column, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from services.review import words
from services.review.models import Case, CaseRead, CaseTag, Desk, Person
from services.review.queries.cases import row_of
from services.review.queries.people import people_by_id
from services.review.queries.words import findable
from services.review.schemas import CaseRow

MOST_COUNTED = 100
COMMON_TAG = 2_000  # cases from which on a tag is common
MOST_TEXTS = 1_000  # of the texts in which what is looked for stands, the newest


# How the queue can be sorted: the columns, and whether they go down.
SORTS: dict[str, tuple[tuple[Any, ...], bool]] = {
    "rank": ((col(Case.stands_since), col(Case.id)), False),
    "urgency": ((col(Case.urgency), col(Case.id)), False),
    "oldest": ((col(Case.id),), False),
    "newest": ((col(Case.id),), True),
    "due": ((col(Case.due_at), col(Case.id)), False),
}

BY_AGE = frozenset({"oldest", "newest"})


class Wanted(NamedTuple):
    """What the queue is filtered by, and how it is sorted. None leaves a filter out."""

    state: str | None = None
    assignee: UUID | None = None
    unassigned: bool = False
    tag: str | None = None
    q: str | None = None
    desk: str | None = None  # its slug
    status: str | None = None  # in the desk's own words
    claimant: str | None = None  # a key of the directory
    alarmed: bool = False  # something has to be looked at
    seen_before: bool = False  # a candidate is surely the same, and nobody has decided
    waits_for: str | None = None  # "approver" or "site", among the checked
    sort: str = "rank"


class Page(NamedTuple):
    """Some rows of the queue, and the sort values after which the next page begins."""

    rows: list[CaseRow]
    after: list[Any] | None


def list_queue(
    session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None = None, reader: Person | None = None
) -> Page:
    """A page of the queue, with what is new to `reader`. Pages are found by their place in the order: each costs the same."""
    columns, downwards = SORTS[wanted.sort]
    chosen, order = _along(session, wanted)
    if after is not None:
        place = tuple_(*order)
        values = tuple_(
            *(bindparam(None, value, type_=column.type) for column, value in zip(columns, after, strict=True))
        )
        chosen = chosen.where(place < values if downwards else place > values)
    chosen = chosen.order_by(*(column.desc() if downwards else column.asc() for column in order))
    cases = session.exec(chosen.limit(limit + 1)).all()
    people = people_by_id(session, {case.assignee_id for case in cases if case.assignee_id})
    reads = _reads(session, [case.id for case in cases], reader)
    rows = [row_of(case, people, reads.get(case.id)) for case in cases[:limit]]
    last = cases[limit - 1] if len(cases) > limit else None
    return Page(rows, [getattr(last, column.key) for column in columns] if last else None)


def _reads(session: Session, case_ids: Sequence[UUID], reader: Person | None) -> dict[UUID, int]:
    if reader is None or not case_ids:
        return {}
    chosen = select(CaseRead.case_id, CaseRead.version).where(CaseRead.person_id == reader.id)
    return dict(session.exec(chosen.where(col(CaseRead.case_id).in_(case_ids))).all())


def count_queues(session: Session, wanted: Sequence[Wanted], *others: Any) -> list[int]:
    """How many cases each list holds, in one statement; counted up to a hundred: beyond that nobody asks for the number. Then what
    `others`, numbers as subqueries, are."""
    counts = [
        select(func.count())
        .select_from(_filtered(session, select(col(Case.id)), one).limit(MOST_COUNTED).subquery())
        .scalar_subquery()
        for one in wanted
    ]
    return list(session.execute(sql_select(*counts, *others)).one())


def _along(session: Session, wanted: Wanted) -> tuple[Any, tuple[Any, ...]]:
    """The cases that are wanted, and the columns by which they are ordered.

    By age, those with a tag or with words are gone through along the tag, or along what was found: no more cases are read than are
    shown. Other orders have an index of their own, along which each case is asked.
    """
    columns, _ = SORTS[wanted.sort]
    chosen: Any = select(Case)
    along: Any = None
    if wanted.sort in BY_AGE and wanted.q is not None and (texts := _texts(session, wanted.q)) is not None:
        found = select(texts.columns.case_id).distinct().subquery()
        along, wanted = found.columns.case_id, wanted._replace(q=None)
        chosen = chosen.join(found, along == col(Case.id))
    elif wanted.sort in BY_AGE and wanted.tag is not None:
        along = col(CaseTag.case_id)
        chosen = chosen.join(CaseTag, along == col(Case.id)).where(CaseTag.tag == findable(wanted.tag).casefold())
        if wanted.state is not None:
            # so written that no index of states is used: along it all would be read and sorted
            chosen = chosen.where(col(Case.state).concat("") == wanted.state)
        wanted = wanted._replace(tag=None, state=None)
    return _filtered(session, chosen, wanted, along), columns if along is None else (along,)


def _filtered(session: Session, chosen: Any, wanted: Wanted, along: Any = None) -> Any:
    """With what is wanted of a case. Its id is `along`, if the cases are gone through along something else."""
    chosen = _marked(_of_people(chosen, wanted), wanted)
    if wanted.claimant is not None:
        chosen = chosen.where(Case.claimant_key == wanted.claimant)
    if wanted.tag is not None:
        chosen = chosen.where(_tagged(session, findable(wanted.tag).casefold(), along))
    if wanted.status is not None:
        chosen = chosen.where(Case.status == findable(wanted.status))
    if wanted.desk is not None:
        chosen = chosen.where(
            Case.desk_id == select(Desk.id).where(Desk.slug == findable(wanted.desk)).scalar_subquery()
        )
    if wanted.q is not None:
        chosen = chosen.where(_says(session, wanted.q))
    if wanted.sort == "due":
        chosen = chosen.where(col(Case.due_at).is_not(None))
    return chosen


def _tagged(session: Session, tag: str, along: Any) -> Any:
    """Whether a case has a tag. A rare tag names its cases; for a common one each case along the list is asked."""
    case_id: Any = col(Case.id) if along is None else along
    tagged = select(CaseTag.case_id).where(CaseTag.tag == tag)
    counted = session.exec(select(func.count()).select_from(tagged.limit(COMMON_TAG).subquery())).one()
    if counted < COMMON_TAG:
        return case_id.in_(tagged)
    # OFFSET 0 has PostgreSQL ask, and not join all that have the tag
    return tagged.where(col(CaseTag.case_id) == case_id).correlate(case_id.table).offset(0).exists()


def _of_people(chosen: Any, wanted: Wanted) -> Any:
    if wanted.state is not None:
        chosen = chosen.where(Case.state == wanted.state)
    if wanted.assignee is not None:
        chosen = chosen.where(Case.assignee_id == wanted.assignee)
    if wanted.unassigned:
        chosen = chosen.where(col(Case.assignee_id).is_(None))
    return chosen


def _marked(chosen: Any, wanted: Wanted) -> Any:
    """By what is marked on a case. Marks are compared as their indexes have it, for these to be used."""
    if wanted.waits_for is not None:
        approved = col(Case.approved_at)
        chosen = chosen.where(approved.is_(None) if wanted.waits_for == "approver" else approved.is_not(None))
    if wanted.alarmed:
        chosen = chosen.where(col(Case.alarms) > literal_column("0"))
    if wanted.seen_before:
        chosen = chosen.where(col(Case.seen_before) > literal_column("0"))
    return chosen


def _says(session: Session, asked: str) -> Any:
    """Whether what is asked for was written on a case: its claim, statements, evidence, notes or verdict."""
    texts = _texts(session, asked)
    return false() if texts is None else col(Case.id).in_(select(texts.columns.case_id))


def _texts(session: Session, asked: str) -> Any:
    """The ids of cases on which it was written, one for each text; None if nothing is asked for that has letters or digits."""
    texts = words.found_by(session, asked, MOST_TEXTS)
    return None if texts is None else texts.columns(column("case_id", Uuid())).subquery()
