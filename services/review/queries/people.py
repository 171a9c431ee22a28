"""Who works at the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.review.models import (
    Case,
    Desk,
    DeskRole,
    HistoryEntry,
    HouseRules,
    Passkey,
    Person,
    RecoveryCode,
    SecondFactor,
    SignIn,
    Token,
)
from services.review.queries.words import findable
from services.review.schemas import ActOut, InvitationOut, MemberOut, PersonOut, SessionOut
from services.review.workflow import invitations


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


def describe_sign_ins(session: Session, person_id: UUID, since: datetime) -> list[SessionOut]:
    """See `list_sign_ins`; as the API shows them."""
    shown = set(SessionOut.model_fields)
    return [SessionOut(**one.model_dump(include=shown)) for one in list_sign_ins(session, person_id, since)]


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


def find_seal(session: Session, digest: str) -> datetime | None:
    """When the history notes that a case was taken out under this seal; None if it does not."""
    sealed = select(HistoryEntry).where(HistoryEntry.action == "sealed").execution_options(yield_per=200)
    found = (one for one in session.exec(sealed) if one.details and one.details["after"].get("seal") == digest)
    return next((one.at for one in found), None)


def has_role_at_a_desk(session: Session, person_id: UUID, role: str) -> bool:
    """Whether somebody has this role, or a higher one, at some desk."""
    enough = ("editor", "checker") if role == "checker" else (role,)
    chosen = select(DeskRole.role).where(DeskRole.person_id == person_id, col(DeskRole.role).in_(enough))
    return session.exec(chosen.limit(1)).first() is not None


def describe_people(session: Session, person_id: UUID | None = None) -> list[MemberOut]:
    """Everybody as admins see them, by name, those who have left last; or one alone."""
    people = session.exec(
        select(Person)
        .where(*(() if person_id is None else (Person.id == person_id,)))
        .order_by(col(Person.active).desc(), Person.name, col(Person.id))
    ).all()
    desks: dict[UUID, dict[str, str]] = {}
    for held, slug in session.exec(select(DeskRole, Desk.slug).join(Desk, col(Desk.id) == DeskRole.desk_id)):
        desks.setdefault(held.person_id, {})[slug] = held.role
    factors = set(session.exec(select(SecondFactor.person_id).where(col(SecondFactor.confirmed_at).is_not(None))))
    passkeys = dict(_counted(session, col(Passkey.person_id), func.count()))
    open_cases = (col(Case.assignee_id).is_not(None), Case.state == "unverified")
    claims = dict(_counted(session, col(Case.assignee_id), func.count(), *open_cases))
    seen = dict(_counted(session, col(SignIn.person_id), func.max(col(SignIn.seen_at)), col(SignIn.waits).is_(False)))
    return [
        MemberOut(
            id=one.id,
            name=one.name,
            email=one.email,
            active=one.active,
            role=one.role,
            desks=desks.get(one.id, {}),
            second_factor=one.id in factors,
            passkeys=passkeys.get(one.id, 0),
            claims=claims.get(one.id, 0),
            seen_at=seen.get(one.id),
        )
        for one in people
    ]


def describe_invitations(session: Session) -> list[InvitationOut]:
    """The invitations that are open, the latest first."""
    return [
        InvitationOut(
            **one.model_dump(include={"id", "email", "made_at", "expires_at"}),
            **one.rights,
            url=invitations.address_of(one),
        )
        for one in invitations.list_invitations(session)
    ]


def list_acts(session: Session, most: int, before: int | None = None) -> list[ActOut]:
    """Acts of administration, which belong to no case, the latest first."""
    chosen = select(HistoryEntry).where(col(HistoryEntry.case_id).is_(None))
    if before is not None:
        chosen = chosen.where(HistoryEntry.seq < before)
    entries = session.exec(chosen.order_by(col(HistoryEntry.seq).desc()).limit(most)).all()
    people = people_by_id(session, {one.person_id for one in entries if one.person_id})
    return [
        ActOut(
            **one.model_dump(include={"seq", "at", "action", "details"}),
            by=name_of(people, one.person_id),
        )
        for one in entries
    ]


def _counted(session: Session, key: Any, value: Any, *where: Any) -> Sequence[Any]:
    return session.exec(select(key, value).where(*where).group_by(key)).all()


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
