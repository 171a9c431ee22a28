"""The queue: filtered, sorted, a page at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, false, func, literal_column, null, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from services.review.models import (
    OPEN_TABLE,
    USUAL_RULES,
    Approval,
    Case,
    CaseRead,
    CaseTag,
    Desk,
    DeskRole,
    Hand,
    Person,
    SecondCheck,
)
from services.review.queries.cases import rows_of
from services.review.queries.said import Said, look_for
from services.review.queries.words import findable
from services.review.schemas import CaseRow

MOST_COUNTED = 100
COMMON_TAG = 2_000  # cases from which on a tag is common
MOST_TEXTS = 1_000  # texts that say what is looked for: up to so many are looked up, of more each case is asked
MOST_OPEN_TEXTS = 2_000  # the same of open cases, of which there are few
OPEN = frozenset({"unverified", "checked"})


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
    """Some rows of the queue, the sort values after which the next page begins, and what was looked for in their texts."""

    rows: list[CaseRow]
    after: list[Any] | None
    said: Said | None = None


def list_queue(
    session: Session, wanted: Wanted, limit: int, after: Sequence[Any] | None = None, reader: Person | None = None
) -> Page:
    """A page of the queue, with what is new to `reader`. Pages are found by their place in the order: each costs the same."""
    columns, downwards = SORTS[wanted.sort]
    said = _said(session, wanted)
    if wanted.q is not None and said is None:
        return Page([], None)
    wanted = wanted._replace(q=None)
    if said is not None and _goes_along(said, wanted):
        found = said.along(_filtered(session, _with_reads(reader), wanted), after[0] if after else None, downwards)
        cases = _first_of(session, found, limit + 1)
    else:
        chosen, order = _along(session, wanted, said, _with_reads(reader))
        if after is not None:
            place = tuple_(*order)
            values = tuple_(
                *(bindparam(None, value, type_=column.type) for column, value in zip(columns, after, strict=True))
            )
            chosen = chosen.where(place < values if downwards else place > values)
        chosen = chosen.order_by(*(column.desc() if downwards else column.asc() for column in order))
        cases = [tuple(row) for row in session.execute(chosen.limit(limit + 1))]
    rows = rows_of(session, cases[:limit])
    last = cases[limit - 1][0] if len(cases) > limit else None
    return Page(rows, [getattr(last, column.key) for column in columns] if last else None, said)


def next_to_approve(session: Session, person: Person) -> Case | None:
    """The case of the first verdict in the queue on which this person may decide as an editor. None if all others wait for
    something else first: second checks, an answer to a legal question. What the desk's checklist asks before approval an editor
    ticks, and what other rules let through an editor sends back: these are theirs."""
    chosen = _filtered(session, select(Case), Wanted("checked", waits_for="approver"))
    chosen = chosen.outerjoin(Desk, col(Desk.id) == Case.desk_id).where(
        ~_is_on(Hand, person),
        ~_is_on(Approval, person),
        _agreed() >= func.coalesce(col(Desk.second_checks_needed), USUAL_RULES.second_checks_needed),
        cast(col(Case.legal), Text) == "{}",
    )
    if not person.may("editor"):
        edits = select(DeskRole.desk_id).where(DeskRole.person_id == person.id, DeskRole.role == "editor")
        chosen = chosen.where(col(Case.desk_id).in_(edits))
    found: Case | None = session.exec(chosen.order_by(*SORTS["rank"][0]).limit(1)).first()
    return found


def _agreed() -> Any:
    """How many second checks count for the revision that is worked on."""
    its = (col(SecondCheck.case_id) == Case.id, col(SecondCheck.revision) == Case.revision, SecondCheck.counts)
    return select(func.count()).select_from(SecondCheck).where(*its).scalar_subquery()


def _is_on(model: Any, person: Person) -> Any:
    """Whether a row of this person's is on the revision that is worked on."""
    mine = (model.case_id == col(Case.id)) & (model.revision == col(Case.revision))
    return sql_select(model.case_id).where(mine, model.person_id == person.id).exists()


def _said(session: Session, wanted: Wanted) -> Said | None:
    """What is looked for in the texts of the list, if anything is."""
    if wanted.q is None:
        return None
    if wanted.state in OPEN:
        return look_for(session, wanted.q, MOST_OPEN_TEXTS, OPEN_TABLE)
    return look_for(session, wanted.q, MOST_TEXTS)


def _goes_along(said: Said, wanted: Wanted) -> bool:
    """Whether a list is gone through along the texts that say what is asked for: by age, unless the list is so short that its cases
    are asked sooner than the texts of all others are passed over."""
    is_short = wanted.state in OPEN or wanted.assignee or wanted.claimant or wanted.alarmed or wanted.seen_before
    return said.is_sqlite and wanted.sort in BY_AGE and not said.is_rare and not is_short


def _first_of(session: Session, chosen: Any, most: int) -> list[tuple[Case, int | None]]:
    """The first cases, each once, of rows in which one stands as often as texts of it do. No more is read than that takes."""
    found: dict[UUID, tuple[Case, int | None]] = {}
    with session.execute(chosen.execution_options(yield_per=most)) as rows:
        for case, read in rows:
            found.setdefault(case.id, (case, read))
            if len(found) == most:
                break
    return list(found.values())


def _with_reads(reader: Person | None) -> Any:
    """Cases, each with the version of it that the reader has seen."""
    if reader is None:
        return sql_select(Case, null())
    mine = (col(CaseRead.case_id) == col(Case.id)) & (col(CaseRead.person_id) == reader.id)
    return sql_select(Case, col(CaseRead.version)).outerjoin(CaseRead, mine)


def count_queues(session: Session, wanted: Sequence[Wanted], *others: Any) -> list[int]:
    """How many cases each list holds, in one statement; counted up to a hundred: beyond that nobody asks for the number. Then what
    `others`, numbers as subqueries, are."""
    counts = [
        select(func.count()).select_from(_counted(session, one).limit(MOST_COUNTED).subquery()).scalar_subquery()
        for one in wanted
    ]
    return list(session.execute(sql_select(*counts, *others)).one())


def _counted(session: Session, wanted: Wanted) -> Any:
    chosen = _filtered(session, select(col(Case.id)), wanted)
    if wanted.q is None:
        return chosen
    said = _said(session, wanted)
    return chosen.where(false() if said is None else _says(said))


def _says(said: Said) -> Any:
    """Whether it was said on a case."""
    return col(Case.id).in_(select(said.ids.columns.case_id)) if said.is_rare else said.on_this


def _along(session: Session, wanted: Wanted, said: Said | None, chosen: Any) -> tuple[Any, tuple[Any, ...]]:
    """Those of the chosen cases that are wanted, and the columns by which they are ordered.

    By age, those with a tag are gone through along the tag, and those with rare words along what was found: no more cases are read
    than are shown. Other orders have an index of their own, along which each case is asked.
    """
    columns, _ = SORTS[wanted.sort]
    along: Any = None
    if said is not None and said.is_rare and wanted.sort in BY_AGE:
        ids = said.ids
        along = ids.columns.case_id
        chosen = chosen.join(ids, along == col(Case.id))
    elif said is not None:
        chosen = chosen.where(_says(said))
    if along is None and wanted.sort in BY_AGE and wanted.tag is not None:
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
