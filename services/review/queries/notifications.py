"""What people were told."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from services.review.models import Case, Desk, Notification, NotificationChoice, Person
from services.review.queries.people import name_of, people_by_id
from services.review.schemas import USUAL_WAYS, ChoicesIn, NotificationOut

MOST_UNREAD = 100
MOST_TOLD = 50  # things in one letter


class ToTell(NamedTuple):
    """What is to be told to one person outside the page."""

    person: Person
    chat_name: str | None
    told: list[NotificationOut]


def list_notifications(
    session: Session, person: Person, limit: int, before: UUID | None = None
) -> list[NotificationOut]:
    """What a person was told, the newest first: what came before the one with this id."""
    chosen = select(Notification, Case).outerjoin(Case, col(Case.id) == Notification.case_id)
    chosen = chosen.where(Notification.person_id == person.id)
    if before is not None:
        chosen = chosen.where(col(Notification.id) < before)
    return _out(session, session.exec(chosen.order_by(col(Notification.id).desc()).limit(limit)).all())


def list_for_digest(session: Session, person: Person, limit: int) -> list[NotificationOut]:
    """What a person has not read, the newest first; nothing that is about a try."""
    chosen = select(Notification, Case).outerjoin(Case, col(Case.id) == Notification.case_id)
    unread = chosen.where(Notification.person_id == person.id, col(Notification.read_at).is_(None))
    no_try = unread.where(or_(col(Notification.case_id).is_(None), col(Case.test).is_(False)))
    return _out(session, session.exec(no_try.order_by(col(Notification.id).desc()).limit(limit)).all())


def find_notification(session: Session, person: Person, notification_id: UUID) -> NotificationOut | None:
    """One of those that a person was told; None if they were not."""
    chosen = select(Notification, Case).outerjoin(Case, col(Case.id) == Notification.case_id)
    mine = chosen.where(Notification.id == notification_id, Notification.person_id == person.id)
    return next(iter(_out(session, session.exec(mine).all())), None)


def count_unread(session: Session, person: Person) -> int:
    """How much a person was told and has not read; counted up to a hundred."""
    unread = select(col(Notification.id)).where(
        Notification.person_id == person.id, col(Notification.read_at).is_(None)
    )
    return session.exec(select(func.count()).select_from(unread.limit(MOST_UNREAD).subquery())).one()


def find_choices(session: Session, person_id: UUID) -> ChoicesIn:
    """How a person wants to be told."""
    chosen = session.get(NotificationChoice, person_id)
    if chosen is None:
        return ChoicesIn(ways={kind: list(ways) for kind, ways in USUAL_WAYS.items()})
    given = chosen.model_dump(include={"ways", "chat_name", "digest_hour", "digest_zone"})
    return ChoicesIn.model_validate(given | {"ways": USUAL_WAYS | chosen.ways})


def find_to_tell(session: Session, person_id: UUID, way: str) -> ToTell | None:
    """What an active person is still to be told by a way, the oldest first; what they read meanwhile is not. None for nothing."""
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return None
    chosen = select(Notification, Case).outerjoin(Case, col(Case.id) == Notification.case_id)
    unread = chosen.where(Notification.person_id == person_id, col(Notification.read_at).is_(None))
    rows = session.exec(unread.order_by(col(Notification.id))).all()
    told = _out(session, [(one, case) for one, case in rows if way in one.ways][:MOST_TOLD])
    choice = session.get(NotificationChoice, person_id)
    return ToTell(person, choice.chat_name if choice else None, told) if told else None


def _out(session: Session, rows: Sequence[tuple[Notification, Case | None]]) -> list[NotificationOut]:
    people = people_by_id(session, {one.by_id for one, _ in rows if one.by_id})
    about = {one.desk_id for one, _ in rows if one.desk_id}
    desks = {one.id: one for one in session.exec(select(Desk).where(col(Desk.id).in_(about)))} if about else {}
    return [
        NotificationOut(
            **one.model_dump(include={"id", "kind", "case_id", "dispute_id", "words", "made_at", "read_at"}),
            claim=case.text if case else None,
            desk=desks[one.desk_id].slug if one.desk_id else None,
            desk_name=desks[one.desk_id].name if one.desk_id else None,
            by=name_of(people, one.by_id),
        )
        for one, case in rows
    ]
