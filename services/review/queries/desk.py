"""What goes on at the desk: who looks at what, the newest act, and the lists that people keep."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from services.review.models import (
    PRESENT_FOR,
    Case,
    CaseRead,
    ChainHead,
    CommentRequest,
    Desk,
    Draft,
    HouseRules,
    Person,
    SavedList,
    Statement,
)
from services.review.schemas import ListOut
from shared.clock import now
from shared.gathering import Gathering

MOST_SAID = (
    200  # statements, and requests, on the other claims of a story, the newest, that are offered to be said again
)

THIS_CASE: Any = bindparam("case_id")
THIS_STORY = select(Case.story_key).where(Case.id == THIS_CASE).scalar_subquery()


def _of_story(model: Any) -> Any:
    """What stands on the story's other claims."""
    others = select(Case.id).where(Case.story_key == THIS_STORY, Case.id != THIS_CASE)
    standing = select(model).where(col(model.case_id).in_(others), col(model.struck_at).is_(None))
    return standing.order_by(col(model.id).desc()).limit(MOST_SAID)


BESIDE = Gathering(
    people=select(Person),
    desks=select(Desk),
    drafts=select(Draft).where(Draft.case_id == THIS_CASE, Draft.person_id == bindparam("person_id")),
    reads=select(CaseRead).where(CaseRead.case_id == THIS_CASE, col(CaseRead.seen_at) > bindparam("since")),
    rules=select(HouseRules),
    said=_of_story(Statement),
    asked=_of_story(CommentRequest),
)


class Beside(NamedTuple):
    """What a case page shows beside the case: everybody by id, the desks by name, what its reader has typed and not sent, by form,
    the names of those, but the reader, who have had it open in the last minute, what holds for the whole newsroom, and what stands
    on the other claims of its story, the newest first: who said what, and who was asked."""

    people: dict[UUID, Person]
    desks: list[Desk]
    drafts: dict[str, Draft]
    present: list[str]
    rules: HouseRules
    said: list[Statement]
    asked: list[CommentRequest]


def list_beside(session: Session, case_id: UUID, person: Person) -> Beside:
    """By one statement."""
    found = BESIDE.read(session, case_id=case_id, person_id=person.id, since=now() - PRESENT_FOR)
    people = {one.id: one for one in found["people"]}
    desks = sorted(found["desks"], key=lambda one: one.name)
    drafts = {one.form: one for one in found["drafts"]}
    present = sorted(people[one.person_id].name for one in found["reads"] if one.person_id != person.id)
    rules = next(iter(found["rules"]), HouseRules())
    return Beside(people, desks, drafts, present, rules, found["said"], found["asked"])


def count_in_hand(session: Session, people: Collection[UUID]) -> dict[UUID, int]:
    """How many open claims each of these people has, by their ids; whoever has none is not among them. Tries don't count."""
    theirs = (col(Case.assignee_id).in_(people), Case.state == "unverified", col(Case.test).is_(False))
    counted = select(Case.assignee_id, func.count()).where(*theirs).group_by(col(Case.assignee_id))
    return {person: claims for person, claims in session.exec(counted) if person}


def list_saved(session: Session, person: Person) -> list[ListOut]:
    """The lists that a person kept, and those that others share, by name."""
    mine = col(SavedList.person_id) == person.id
    chosen = select(SavedList, Person).join(Person, col(Person.id) == SavedList.person_id)
    return [
        ListOut(
            by=by.name,
            is_mine=one.person_id == person.id,
            **one.model_dump(include={"id", "name", "is_shared", "filters"}),
        )
        for one, by in session.exec(chosen.where(mine | col(SavedList.is_shared)).order_by(SavedList.name))
    ]


def list_present(session: Session, case_id: UUID, person: Person) -> list[str]:
    """The names of those, but this person, who have had a case open in the last minute."""
    chosen = select(Person.name).join(CaseRead, col(CaseRead.person_id) == Person.id)
    seen = col(CaseRead.seen_at) > now() - PRESENT_FOR
    others = chosen.where(CaseRead.case_id == case_id, seen, Person.id != person.id)
    return list(session.exec(others.order_by(Person.name)))


def last_look(session: Session, case_id: UUID, person: Person) -> datetime | None:
    """When this person was last noted to have a case open; None if never."""
    read = session.get(CaseRead, (person.id, case_id))
    return read.seen_at if read else None


def newest_act() -> Any:
    """The number of the newest act at the whole desk, 0 before the first: it grows with each. For `count_queues` to ask
    with the rest."""
    return func.coalesce(select(ChainHead.seq).limit(1).scalar_subquery(), 0)
