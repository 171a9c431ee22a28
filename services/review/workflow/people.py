"""Who works at the desk: they come, change what they may do, and leave. Every act of administration stands in the history."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Desk, DeskRole, Dispute, Person, SignIn, Token
from services.review.passwords import hash_password
from services.review.schemas import RightsIn, Role
from services.review.workflow.owners import by_whom, tell_owner
from services.review.workflow.parting import give_back
from services.review.workflow.waiting import take_back_from, tell_what_waits
from shared.clock import new_id, now
from shared.errors import Forbidden, Invalid, NotAllowed, NotFound


def add_person(
    session: Session,
    name: str,
    email: str,
    password: str | None,
    roles: Iterable[Role],
    by: Person | None = None,
    comes_invited: bool = False,
    person_id: UUID | None = None,
) -> Person:
    """Somebody new at the desk; `by` is None for a command, or for who comes by themselves. `password` is None for who signs in
    otherwise, `person_id` None unless it had to be known before. Raises Invalid if there is no name, the address is taken or the
    password is short.

    An address stays taken when its owner has left, so that the history speaks of one person by it.
    """
    if not name.strip() or not name.isprintable():
        raise Invalid.field("name", "has to be a name that people can see")
    email = email.strip().casefold()
    if "@" not in email or not email.isprintable() or is_taken(session, email):
        raise Invalid.field("email", "has to be an address that nobody here has or had")
    hashed = "" if password is None else hash_password(password)
    person = Person(
        id=person_id or new_id(), name=" ".join(name.split()), email=email, password_hash=hashed, roles=list(roles)
    )
    session.add(person)
    session.flush()
    tell_what_waits(session, person)
    after = {"person": person.email, "roles": person.roles}
    act, who = ("invitation accepted", person.id) if comes_invited else ("person added", by.id if by else None)
    history.append(session, act, None, who, {"after": after})
    return person


def change_rights(session: Session, person_id: UUID, found: RightsIn, by: Person) -> Person:
    """Change what somebody may do, everywhere and at each desk.

    Raises Forbidden, NotFound, Invalid, or NotAllowed for the last admin.
    """
    person = _begin(session, person_id, by)
    if found.role != "admin":
        _refuse_for_last_admin(session, person)
    before = {"role": person.role, "desks": desks_of(session, person)}
    person.roles = [found.role] if found.role else []
    give_rights(session, person, found)
    after = {"role": found.role, "desks": desks_of(session, person)}
    if before != after:
        history.append(
            session, "rights changed", None, by.id, {"before": before, "after": {"person": person.email} | after}
        )
        take_back_from(session, person)
        give_back(session, person, by, f"{person.name} may not work on it any more")
        tell_what_waits(session, person)
    return person


def give_rights(session: Session, person: Person | None, found: RightsIn, missing_desks: bool = False) -> None:
    """Write down the roles at desks; with nobody, see only whether the desks are there. Raises Invalid if one is not, unless
    `missing_desks` may be passed over."""
    known = {one.slug: one.id for one in session.exec(select(Desk))}
    wanted = found.desks
    if unknown := [slug for slug in wanted if slug not in known]:
        if not missing_desks:
            raise Invalid.field("desks", f"there is no desk {unknown[0]}")
        wanted = {slug: role for slug, role in wanted.items() if slug in known}
    if person is None:
        return
    session.execute(delete(DeskRole).where(col(DeskRole.person_id) == person.id))
    session.add_all([DeskRole(desk_id=known[slug], person_id=person.id, role=role) for slug, role in wanted.items()])
    session.flush()


def desks_of(session: Session, person: Person) -> dict[str, str]:
    """The roles that somebody has at desks, by the desks' slugs."""
    chosen = select(Desk.slug, DeskRole.role).join(DeskRole, col(DeskRole.desk_id) == Desk.id)
    return dict(session.exec(chosen.where(DeskRole.person_id == person.id).order_by(Desk.slug)).all())


def deactivate(session: Session, person_id: UUID, by: Person | None) -> Person:
    """Let somebody in no more, from this moment. What they did stays; what they were working on goes back to the queue.

    `by` is None for a command. Raises Forbidden, NotFound, or NotAllowed for the last admin.
    """
    person = _begin(session, person_id, by)
    if not person.active:
        raise NotAllowed(f"{person.name} has been deactivated already.")
    _refuse_for_last_admin(session, person)
    person.active = False
    close_all(session, person.id)
    revoke_tokens(session, person.id)
    given_back = give_back(session, person, by, f"{person.name} is no longer at the desk")
    session.execute(
        update(Dispute)
        .where(col(Dispute.assignee_id) == person.id, col(Dispute.state) == "open")
        .values(assignee_id=None)
    )
    told = {"person": person.email, "claims given back": given_back}
    history.append(session, "person deactivated", None, by.id if by else None, {"after": told})
    return person


def reactivate(session: Session, person_id: UUID, by: Person) -> Person:
    """Let somebody in again, with the rights that they had. Raises Forbidden, NotFound or NotAllowed."""
    person = _begin(session, person_id, by)
    if person.active:
        raise NotAllowed(f"{person.name} is at the desk.")
    if person.erased_at is not None:
        raise NotAllowed("Of this person nothing is known any more. Invite them anew.")
    person.active = True
    tell_what_waits(session, person)
    history.append(session, "person reactivated", None, by.id, {"after": {"person": person.email}})
    return person


def renew_password(session: Session, person: Person, password: str, by: Person | None) -> None:
    """A new password for somebody who lost theirs. Whatever was opened with the old one is closed, tokens too."""
    history.take_turn(session)
    person.password_hash = hash_password(password)
    session.add(person)
    close_all(session, person.id)
    revoke_tokens(session, person.id)
    history.append(session, "password renewed", None, by.id if by else None, {"after": {"person": person.email}})
    tell_owner(session, person, f"Your password was renewed{by_whom(person, by)}. All sessions and tokens ended.")


def change_password(session: Session, person: Person, password: str, kept: UUID | None) -> None:
    """A new password of one's own choice. One's other sessions end; the one that is `kept` and tokens stay."""
    history.take_turn(session)
    person = session.get_one(Person, person.id, with_for_update=True)
    person.password_hash = hash_password(password)
    close_all(session, person.id, kept)
    history.append(session, "password changed", None, person.id, {"after": {"person": person.email}})
    tell_owner(session, person, "Your password was changed. Your sessions in other browsers ended.")


def end_sessions(session: Session, person_id: UUID, by: Person) -> Person:
    """Sign somebody out everywhere. Raises Forbidden or NotFound."""
    person = _begin(session, person_id, by)
    close_all(session, person.id)
    history.append(session, "sessions ended", None, by.id, {"after": {"person": person.email}})
    return person


def end_session(session: Session, person_id: UUID, sign_in_id: UUID, by: Person) -> None:
    """End one session: one's own or, as an admin, anybody's. Raises Forbidden or NotFound."""
    history.take_turn(session)
    if person_id != by.id:
        refuse_unless_admin(session.get_one(Person, by.id, populate_existing=True))
    person, held = find_member(session, person_id), session.get(SignIn, sign_in_id, with_for_update=True)
    if held is None or held.person_id != person.id or held.revoked_at is not None:
        raise NotFound("There is no such session that is open.")
    held.revoked_at = now()
    history.append(session, "session ended", None, by.id, {"after": {"person": person.email}})


def find_member(session: Session, person_id: UUID) -> Person:
    """Somebody by id. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("There is nobody of this id.")
    return person


def close_all(session: Session, person_id: UUID, kept: UUID | None = None) -> None:
    """End a person's sessions, but for one."""
    open_ones = (col(SignIn.person_id) == person_id) & col(SignIn.revoked_at).is_(None)
    if kept is not None:
        open_ones &= col(SignIn.id) != kept
    session.execute(update(SignIn).where(open_ones).values(revoked_at=now()))


def revoke_tokens(session: Session, person_id: UUID) -> None:
    """End a person's tokens."""
    open_ones = (col(Token.person_id) == person_id) & col(Token.revoked_at).is_(None)
    session.execute(update(Token).where(open_ones).values(revoked_at=now()))


def refuse_unless_admin(by: Person) -> None:
    """Raises Forbidden for who is no admin."""
    if not by.may("admin"):
        raise Forbidden("Only an admin may do this.")


def is_last_admin(session: Session, person: Person) -> bool:
    """Whether nobody else would be left who may do what admins do."""
    others = select(Person.id).where(Person.active, Person.id != person.id, Person.who_may("admin"))
    return person.active and person.may("admin") and session.exec(others.limit(1)).first() is None


def is_taken(session: Session, email: str) -> bool:
    """Whether anybody has this address, those who have left too."""
    return session.exec(select(Person.id).where(Person.email == email)).first() is not None


def _begin(session: Session, person_id: UUID, by: Person | None) -> Person:
    """One act of administration after the other: two admins who take each other's role away at once can't both have it."""
    history.take_turn(session)
    if by is not None:
        refuse_unless_admin(session.get_one(Person, by.id, populate_existing=True))
    find_member(session, person_id)
    return session.get_one(Person, person_id, with_for_update=True, populate_existing=True)


def _refuse_for_last_admin(session: Session, person: Person) -> None:
    if is_last_admin(session, person):
        raise NotAllowed(f"{person.name} is the only admin. Make somebody else an admin first.")
