"""Who works at the desk."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.review.models import DeskRole, HouseRules, Person, RecoveryCode, SignIn, Token
from services.review.queries.words import findable
from services.review.schemas import PersonOut


def find_person(session: Session, email: str) -> Person | None:
    """An active person by e-mail address, whatever its case."""
    return session.exec(select(Person).where(Person.email == findable(email).casefold(), Person.active)).first()


def find_person_by_id(session: Session, person_id: UUID) -> Person | None:
    """An active person."""
    person = session.get(Person, person_id)
    return person if person and person.active else None


def list_people(session: Session) -> Sequence[Person]:
    """Everybody, by name."""
    return session.exec(select(Person).order_by(Person.name)).all()


def list_sign_ins(session: Session, person_id: UUID, since: datetime) -> Sequence[SignIn]:
    """A person's open sessions that were used since then, the latest first."""
    return session.exec(
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            col(SignIn.revoked_at).is_(None),
            col(SignIn.waits).is_(False),
            col(SignIn.seen_at) > since,
        )
        .order_by(col(SignIn.seen_at).desc())
    ).all()


def list_tokens(session: Session, person_id: UUID) -> Sequence[Token]:
    """A person's tokens that have not been revoked."""
    return session.exec(
        select(Token).where(Token.person_id == person_id, col(Token.revoked_at).is_(None)).order_by(col(Token.made_at))
    ).all()


def count_recovery_codes(session: Session, person_id: UUID) -> int:
    """How many of a person's recovery codes were not used yet."""
    left = (RecoveryCode.person_id == person_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(select(func.count()).select_from(RecoveryCode).where(*left)).one()


def house_rules(session: Session) -> HouseRules:
    """What admins decided for the whole newsroom."""
    return session.get(HouseRules, 1) or HouseRules()


def has_role_at_a_desk(session: Session, person_id: UUID, role: str) -> bool:
    """Whether somebody has this role, or a higher one, at some desk."""
    enough = ("editor", "checker") if role == "checker" else (role,)
    chosen = select(DeskRole.role).where(DeskRole.person_id == person_id, col(DeskRole.role).in_(enough))
    return session.exec(chosen.limit(1)).first() is not None


def people_by_id(session: Session, ids: set[UUID] | None = None) -> dict[UUID, Person]:
    """These people, or everybody, by id."""
    chosen = select(Person) if ids is None else select(Person).where(col(Person.id).in_(ids))
    return {person.id: person for person in session.exec(chosen)} if ids is None or ids else {}


def person_out(people: dict[UUID, Person], person_id: UUID | None) -> PersonOut | None:
    """One of these people, as others see them."""
    person = people.get(person_id) if person_id else None
    return PersonOut(name=person.name, email=person.email) if person else None


def name_of(people: dict[UUID, Person], person_id: UUID | None) -> str | None:
    """The name of one of these people."""
    person = person_out(people, person_id)
    return person.name if person else None
