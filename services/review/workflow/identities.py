"""Whoever comes by the newsroom's own sign-in: known from before, by a verified address, by an invitation, or by their groups."""

from collections.abc import Collection
from typing import NamedTuple

from sqlmodel import Session, select

from services.review import history
from services.review.models import Identity, OneTimeLink, Person
from services.review.schemas import RightsIn, Role
from services.review.workflow.invitations import list_invitations
from services.review.workflow.owners import tell_owner
from services.review.workflow.people import add_person, give_rights, is_last_admin
from services.review.workflow.waiting import take_back_from, tell_what_waits
from shared.clock import now
from shared.errors import Forbidden

RANK: tuple[Role, ...] = ("admin", "editor", "checker")


class Told(NamedTuple):
    """What the provider says of somebody. `role` is what their groups give them; None if groups are not asked."""

    issuer: str
    subject: str
    email: str
    is_verified: bool
    name: str
    role: Role | None
    has_groups: bool


def recognise(session: Session, told: Told, domains: Collection[str]) -> Person:
    """Whose sign-in this is. Raises Forbidden, with words for them, if they can't come in by it."""
    history.take_turn(session)
    known = session.get(Identity, (told.issuer, told.subject))
    person = session.get(Person, known.person_id, with_for_update=True) if known else None
    if person is None:
        _refuse_unbelievable(told, domains)
        person = _by_address(session, told) or _by_invitation(session, told) or _by_groups(session, told)
        if person.active:
            session.add(Identity(issuer=told.issuer, subject=told.subject, person_id=person.id))
            history.append(session, "provider linked", None, person.id, {"after": {"person": person.email}})
            tell_owner(
                session, person, "You signed in by the newsroom’s sign-in for the first time: it opens your account."
            )
    if not person.active:
        raise Forbidden("Your account at this desk is deactivated. Ask an admin of the desk.")
    if told.has_groups:
        _follow_groups(session, person, told.role)
    return person


def role_of(groups: Collection[str], roles: dict[str, Role]) -> Role | None:
    """The highest role that somebody's groups give them."""
    given = {role for group, role in roles.items() if group in groups}
    return next((role for role in RANK if role in given), None)


def _refuse_unbelievable(told: Told, domains: Collection[str]) -> None:
    """An address makes somebody who they are here only if the provider has seen that it is theirs."""
    if not told.email or not told.is_verified:
        raise Forbidden("The newsroom's sign-in does not say that your e-mail address is verified.")
    if domains and told.email.rpartition("@")[2] not in domains:
        raise Forbidden(f"Addresses such as {told.email} are not let in here by the newsroom's sign-in.")


def _by_address(session: Session, told: Told) -> Person | None:
    return session.exec(select(Person).where(Person.email == told.email).with_for_update()).first()


def _by_invitation(session: Session, told: Told) -> Person | None:
    open_ones: list[OneTimeLink] = [one for one in list_invitations(session) if one.email == told.email]
    if not open_ones:
        return None
    link = open_ones[0]
    rights = RightsIn.model_validate(link.rights)
    roles = [rights.role] if rights.role else []
    person = add_person(session, told.name, told.email, None, roles, comes_invited=True)
    give_rights(session, person, rights, missing_desks=True)
    tell_what_waits(session, person)
    link.used_at, link.person_id = now(), person.id
    return person


def _by_groups(session: Session, told: Told) -> Person:
    if told.role is None:
        raise Forbidden(f"Nobody at this desk has the address {told.email}. Ask an admin of the desk to invite you.")
    return add_person(session, told.name, told.email, None, [told.role])


def _follow_groups(session: Session, person: Person, role: Role | None) -> None:
    """The provider decides the role; but the last admin stays one, so that nobody is locked out by a slip there."""
    if person.role == role or (role != "admin" and is_last_admin(session, person)):
        return
    before, person.roles = person.role, [role] if role else []
    history.append(
        session,
        "rights changed",
        None,
        person.id,
        {"before": {"role": before}, "after": {"person": person.email, "role": role, "reason": "their groups"}},
    )
    take_back_from(session, person)
    tell_what_waits(session, person)
