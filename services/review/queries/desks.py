"""The newsroom's desks."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, func, select

from services.review.models import Case, Desk, DeskRole, Outbox, Person
from services.review.queries.people import people_by_id
from services.review.schemas import DeskOut
from services.review.service import service
from services.review.workflow.waiting import WAITS_TO_BE_APPROVED, AskAnew
from shared.errands import queue_of


def list_desks(session: Session) -> Sequence[Desk]:
    """The desks, by name."""
    return session.exec(select(Desk).order_by(Desk.name)).all()


def describe_desks(session: Session, desks: Sequence[Desk]) -> list[DeskOut]:
    """These desks with their rules and the roles that people have there."""
    chosen = select(DeskRole, Person).join(Person, col(Person.id) == DeskRole.person_id).order_by(Person.name)
    members: dict[object, list[dict[str, str]]] = {}
    for role, person in session.exec(chosen.where(Person.active)):
        members.setdefault(role.desk_id, []).append({"email": person.email, "role": role.role})
    names = people_by_id(session, {UUID(desk.proposal["by"]) for desk in desks if desk.proposal})
    return [
        DeskOut.model_validate(
            desk.model_dump(exclude={"made_at"})
            | {"members": members.get(desk.id, []), "proposal": _proposal_of(desk, names)}
        )
        for desk in desks
    ]


def asked_anew(session: Session) -> dict[UUID, int]:
    """The desks whose checked verdicts are still being asked for by new rules, with how many are left."""
    ordered = (Outbox.queue == queue_of(service.name), col(Outbox.due_at).is_not(None), Outbox.job == AskAnew.job)
    left: dict[UUID, int] = {}
    for payload in session.exec(select(Outbox.payload).where(*ordered)).all():
        errand = AskAnew.model_validate_json(payload)
        theirs = (Case.desk_id == errand.desk_id, *WAITS_TO_BE_APPROVED, col(Case.id) > errand.after)
        count = session.exec(select(func.count()).select_from(Case).where(*theirs)).one()
        left[errand.desk_id] = max(left.get(errand.desk_id, 0), count)
    return left


def _proposal_of(desk: Desk, names: Mapping[UUID, Person]) -> dict[str, object] | None:
    return desk.proposal | {"by": names[UUID(desk.proposal["by"])].name} if desk.proposal else None
