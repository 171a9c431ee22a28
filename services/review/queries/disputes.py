"""Readers' challenges, as lists and whole."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, tuple_
from sqlmodel import Session, col, select

from services.review import workflow
from services.review.models import Case, Dispute, Person
from services.review.queries.people import name_of, people_by_id, person_out
from services.review.schemas import DisputeOut, DisputeRow, PersonOut
from shared.contracts import DisputeState
from shared.errors import NotFound

MOST_COUNTED = 100


def list_disputes(
    session: Session, state: DisputeState, limit: int, after: Sequence[Any] | None = None
) -> list[DisputeRow]:
    """The open ones, what is due first at the top; or the decided ones, the latest first. Those after this place."""
    order: tuple[Any, ...] = (col(Dispute.due_at if state == "open" else Dispute.decided_at), col(Dispute.id))
    chosen = select(Dispute, Case).join(Case, col(Case.id) == col(Dispute.case_id)).where(Dispute.state == state)
    if after is not None:
        place = tuple_(*order)
        values = tuple_(*(bindparam(None, value, type_=one.type) for one, value in zip(order, after, strict=True)))
        chosen = chosen.where(place > values if state == "open" else place < values)
    chosen = chosen.order_by(*(one.asc() if state == "open" else one.desc() for one in order))
    return _rows(session, session.exec(chosen.limit(limit)).all())


def describe_disputes(found: Sequence[tuple[Dispute, Case]], people: dict[UUID, Person]) -> list[DisputeRow]:
    """Challenges as a list shows them."""
    return [
        DisputeRow(
            **one.model_dump(include=set(DisputeRow.model_fields) - {"claim", "assignee"}),
            claim=case.text,
            assignee=person_out(people, one.assignee_id),
        )
        for one, case in found
    ]


def open_disputes() -> Any:
    """How many wait for a decision, counted up to a hundred: for `count_queues` to ask with the rest."""
    waiting = select(col(Dispute.id)).where(Dispute.state == "open").limit(MOST_COUNTED)
    return select(func.count()).select_from(waiting.subquery()).scalar_subquery()


def get_dispute(session: Session, dispute_id: UUID, person: Person) -> DisputeOut:
    """A challenge, whole, as this person may act on it. Raises NotFound."""
    found = session.get(Dispute, dispute_id)
    if found is None:
        raise NotFound("There is no such dispute.")
    return describe_dispute(session, found, person)


def describe_dispute(session: Session, found: Dispute, person: Person) -> DisputeOut:
    """See `get_dispute`."""
    case = session.get_one(Case, found.case_id)
    part = workflow.who_had_part(session, found)
    deciders = workflow.deciders(session, case, found)
    people = people_by_id(session, part | {one for one in (found.decided_by, found.assignee_id) if one})
    (row,) = _rows(session, [(found, case)])
    is_open = found.state == "open"
    return DisputeOut(
        **row.model_dump(exclude={"assignee"}),
        **found.model_dump(
            include={"reason", "url", "contact", "language", "received_at", "answer", "is_public", "kind"},
        ),
        assignee=row.assignee,
        decided_by=name_of(people, found.decided_by),
        had_part=sorted(people[one].name for one in part),
        deciders=[PersonOut(name=one.name, email=one.email) for one in deciders],
        allowed=[
            *(("assign",) if is_open and workflow.has_role(session, case, person, "editor") else ()),
            *(("decide",) if is_open and person.id in {one.id for one in deciders} else ()),
        ],
        etag=workflow.dispute_etag(found),
    )


def _rows(session: Session, found: Sequence[tuple[Dispute, Case]]) -> list[DisputeRow]:
    return describe_disputes(found, people_by_id(session, {one.assignee_id for one, _ in found if one.assignee_id}))


def place_of(row: DisputeRow) -> list[Any]:
    """Where a row stands in its list."""
    return [row.due_at if row.state == "open" else row.decided_at, row.id]
