"""Desks: their rules, their people, and which claims come to them."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import USUAL_RULES, Case, Desk, DeskRole, Person
from services.review.schemas import DeskIn, MoveIn, NewDeskIn
from services.review.workflow.acts import CHECKED
from services.review.workflow.moves import begin, end
from services.review.workflow.parting import count_no_more, free, give_back
from services.review.workflow.people import refuse_unless_admin
from services.review.workflow.ratings import give_ratings
from services.review.workflow.times import refuse_unless_in_order
from services.review.workflow.waiting import ask_at_new_desk, ask_by_new_rules, take_back_from, tell_what_waits
from shared.errors import Invalid, NotFound

WRITTEN = frozenset(DeskIn.model_fields) - {"members", "ratings"}


def move(session: Session, case_id: UUID, found: MoveIn, by: Person, seen: int | None = None) -> Case:
    """Give a case to another desk, whose rules it follows and whose people work on it from then on."""
    case = begin(session, case_id, "move", by, seen)
    before = rules_of(session, case)
    to = find_desk(session, found.desk) if found.desk else None
    case.desk_id = to.id if to else None
    session.flush()
    had_it = free(session, case, by, f"It is with {f'the desk {to.name}' if to else 'no desk'} now.")
    if case.state == CHECKED and case.approved_at is None:
        count_no_more(session, case)
    ask_at_new_desk(session, case)
    after = {"desk": to.name if to else None} | ({"assignee": None} if had_it else {})
    return end(session, case, "move", by, {"desk": before.name or None} | had_it, after)


def rules_of(session: Session, case: Case) -> Desk:
    """The desk that a case belongs to; for one that belongs to none, the usual rules."""
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    return desk or USUAL_RULES


def find_desk(session: Session, slug: str) -> Desk:
    """A desk by its slug. Raises Invalid: there is none."""
    desk = session.exec(select(Desk).where(Desk.slug == slug)).first()
    if desk is None:
        raise Invalid.field("desk", "there is no such desk")
    return desk


def desks_by_tags(session: Session) -> dict[UUID, AbstractSet[str]]:
    """The desks with the tags that each wants, the oldest first: the order in which a claim comes to one."""
    return {one.id: set(one.tags) for one in session.exec(select(Desk).order_by(col(Desk.id)))}


def desk_for(tags: Iterable[str], desks: Mapping[UUID, AbstractSet[str]]) -> UUID | None:
    """The desk that a claim with these tags comes to: the first of `desks` that wants one of them."""
    return next((desk for desk, wanted in desks.items() if not wanted.isdisjoint(tags)), None)


def make_desk(session: Session, found: NewDeskIn, by: Person) -> Desk:
    """Make a desk. Raises Forbidden for who is no admin, and Invalid if the slug is taken."""
    refuse_unless_admin(by)
    history.take_turn(session)
    if session.exec(select(Desk.id).where(Desk.slug == found.slug)).first():
        raise Invalid.field("slug", "belongs to another desk")
    desk = Desk(slug=found.slug, name=found.name)
    session.add(desk)
    return _write(session, desk, found, by, "desk made", {})


def change_desk(session: Session, slug: str, found: DeskIn, by: Person) -> Desk:
    """Change a desk. What is being checked there follows the new rules from now on; ratings that readers would see otherwise
    on what is published wait for a second person. Raises Forbidden or NotFound."""
    refuse_unless_admin(by)
    history.take_turn(session)
    desk = session.exec(select(Desk).where(Desk.slug == slug).with_for_update()).first()
    if desk is None:
        raise NotFound("There is no such desk.")
    return _write(session, desk, found, by, "desk changed", _rules(desk))


def _write(session: Session, desk: Desk, found: DeskIn, by: Person, act: str, before: dict[str, Any]) -> Desk:
    given = found.model_dump(mode="json")
    for name in WRITTEN:
        setattr(desk, name, given[name])
    refuse_unless_in_order(desk)
    session.add(desk)
    session.flush()
    at_desk = select(Person).join(DeskRole, col(DeskRole.person_id) == Person.id).where(DeskRole.desk_id == desk.id)
    former = session.exec(at_desk.order_by(col(Person.id))).all()
    session.execute(delete(DeskRole).where(col(DeskRole.desk_id) == desk.id))
    for place, one in enumerate(found.members):
        person = session.exec(select(Person).where(Person.email == one.email.casefold(), Person.active)).first()
        if person is None:
            raise Invalid.field(f"members/{place}/email", "nobody at the desk has this address")
        session.merge(DeskRole(desk_id=desk.id, person_id=person.id, role=one.role))
        tell_what_waits(session, person)
    for person in former:
        take_back_from(session, person)
        give_back(session, person, by, f"{person.name} is not at this desk any more")
    if before and before["second_checks_needed"] != desk.second_checks_needed:
        ask_by_new_rules(session, desk.id)
    give_ratings(session, desk, given["ratings"], by)
    after = _rules(desk) | {"members": given["members"]}
    history.append(session, act, None, by.id, {"before": before, "after": after})
    return desk


def _rules(desk: Desk) -> dict[str, Any]:
    return desk.model_dump(mode="json", exclude={"id", "made_at", "former", "scale_revision"})
