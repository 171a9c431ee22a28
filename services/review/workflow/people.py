"""Who works at the desk: they come, change what they may do, and leave. Every act of administration stands in the history."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Person, SignIn, Token
from services.review.passwords import hash_password
from services.review.schemas import Role
from shared.clock import now
from shared.errors import Forbidden, Invalid


def add_person(
    session: Session, name: str, email: str, password: str, roles: Iterable[Role], by: Person | None = None
) -> Person:
    """Somebody new at the desk; `by` is None for a command. Raises Invalid if there is no name, the address is taken or the
    password is short.

    An address stays taken when its owner has left, so that the history speaks of one person by it.
    """
    if not name.strip() or not name.isprintable():
        raise Invalid.field("name", "has to be a name that people can see")
    email = email.strip().casefold()
    if "@" not in email or not email.isprintable() or _is_taken(session, email):
        raise Invalid.field("email", "has to be an address that nobody here has or had")
    person = Person(name=" ".join(name.split()), email=email, password_hash=hash_password(password), roles=list(roles))
    session.add(person)
    session.flush()
    after = {"person": person.email, "roles": person.roles}
    history.append(session, "person added", None, by.id if by else None, {"after": after})
    return person


def renew_password(session: Session, person: Person, password: str, by: Person | None) -> None:
    """A new password for somebody who lost theirs. Whatever was opened with the old one is closed, tokens too."""
    history.take_turn(session)
    person.password_hash = hash_password(password)
    session.add(person)
    close_all(session, person.id)
    session.execute(
        update(Token).where(col(Token.person_id) == person.id, col(Token.revoked_at).is_(None)).values(revoked_at=now())
    )
    history.append(session, "password renewed", None, by.id if by else None, {"after": {"person": person.email}})


def change_password(session: Session, person: Person, password: str, kept: UUID | None) -> None:
    """A new password of one's own choice. One's other sessions end; the one that is `kept` and tokens stay."""
    history.take_turn(session)
    person = session.get_one(Person, person.id, with_for_update=True)
    person.password_hash = hash_password(password)
    close_all(session, person.id, kept)
    history.append(session, "password changed", None, person.id, {"after": {"person": person.email}})


def end_sessions(session: Session, person: Person, by: Person) -> None:
    """Sign somebody out everywhere. Raises Forbidden for who is no admin."""
    refuse_unless_admin(by)
    history.take_turn(session)
    close_all(session, person.id)
    history.append(session, "sessions ended", None, by.id, {"after": {"person": person.email}})


def close_all(session: Session, person_id: UUID, kept: UUID | None = None) -> None:
    """End a person's sessions, but for one."""
    open_ones = (col(SignIn.person_id) == person_id) & col(SignIn.revoked_at).is_(None)
    if kept is not None:
        open_ones &= col(SignIn.id) != kept
    session.execute(update(SignIn).where(open_ones).values(revoked_at=now()))


def refuse_unless_admin(by: Person) -> None:
    """Raises Forbidden for who is no admin."""
    if not by.may("admin"):
        raise Forbidden("Only an admin may do this.")


def _is_taken(session: Session, email: str) -> bool:
    return session.exec(select(Person.id).where(Person.email == email)).first() is not None
