"""Links that work once: whoever is invited comes in by one, whoever lost a password gets a new one by one."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.review import history, links
from services.review.models import OneTimeLink, Outbox, Person
from services.review.passkeys import Made
from services.review.schemas import AcceptIn, InviteIn, RightsIn
from services.review.service import service
from services.review.workflow.passkeys import keep_passkey
from services.review.workflow.people import (
    add_person,
    give_rights,
    is_taken,
    refuse_unless_admin,
    renew_password,
)
from services.review.workflow.waiting import tell_what_waits
from shared import errands, pressing
from shared.clock import new_id, now
from shared.errands import Errand
from shared.errors import Invalid, NotFound

INVITATION_HOLDS, PASSWORD_HOLDS = timedelta(days=7), timedelta(hours=2)
KEPT = timedelta(days=30)
GONE = "This link opens nothing: it was used, has expired or was withdrawn. Ask an admin of the desk for another."


class MailLink(Errand):
    """Mail a link to whom it is for."""

    topic: ClassVar[str] = "mail link"
    job: ClassVar[str] = "services.review.errands.mail_link"
    link_id: UUID


class AnswerForgotten(Errand):
    """Somebody says that they forgot the password of this address. Whether anybody has it shows in no answer, nor in how long it
    takes: it is looked up when the errand is done."""

    topic: ClassVar[str] = "forgotten"
    job: ClassVar[str] = "services.review.errands.answer_forgotten"
    email: str


def invite(session: Session, found: InviteIn, by: Person) -> OneTimeLink:
    """Invite somebody, with what they may do here. Another invitation of the same address is withdrawn.

    Raises Forbidden for who is no admin, Invalid if the address is taken or a desk is not there.
    """
    refuse_unless_admin(by)
    history.take_turn(session)
    email = found.email.casefold()
    if is_taken(session, email):
        raise Invalid.field("email", "has to be an address that nobody here has or had")
    rights = RightsIn(role=found.role, desks=found.desks)
    give_rights(session, None, rights)
    _withdraw(session, (col(OneTimeLink.email) == email) & (col(OneTimeLink.kind) == "invitation"))
    made = _make(session, "invitation", email, by, INVITATION_HOLDS, rights=rights.model_dump())
    history.append(session, "invited", None, by.id, {"after": {"person": email} | made.rights})
    return made


def withdraw_invitation(session: Session, link_id: UUID, by: Person) -> None:
    """An invitation opens nothing any more. Raises Forbidden or NotFound."""
    refuse_unless_admin(by)
    history.take_turn(session)
    link = session.get(OneTimeLink, link_id, with_for_update=True)
    if link is None or link.kind != "invitation" or not link.is_open:
        raise NotFound("There is no such invitation that is open.")
    link.withdrawn_at = now()
    history.append(session, "invitation withdrawn", None, by.id, {"before": {"person": link.email}})


def accept(session: Session, token: str, found: AcceptIn) -> Person:
    """Come to the desk by an invitation. Raises NotFound if the link is not open, Invalid if name or password do not do."""
    return _come(session, token, found.name, found.password)


def accept_by_passkey(session: Session, token: str, name: str, made: Made, called: str) -> Person:
    """Come to the desk by an invitation, with a passkey in place of a password: made for `id_of`, and `called` so.

    Raises NotFound if the link is not open, Invalid if the name does not do or the passkey is somebody's.
    """
    person = _come(session, token, name, None)
    keep_passkey(session, made, called, person)
    return person


def id_of(link: OneTimeLink) -> UUID:
    """The id of whoever comes by an invitation. A passkey holds it, and is made before they are here."""
    return link.id


def make_password_link(session: Session, person: Person, by: Person | None, seed: bytes | None = None) -> OneTimeLink:
    """A link by which somebody chooses a new password; `by` is None for who asked for it themselves. What was made from this `seed`
    of a form a moment ago is that link.

    Raises Forbidden if `by` is no admin, NotFound if the person has left, NotAllowed if the seed was used long ago.
    """
    if by is not None:
        refuse_unless_admin(by)
    if not person.active:
        raise NotFound("Nobody active has this address.")
    history.take_turn(session)
    link_id = UUID(bytes=seed[:16], version=4) if seed else new_id()
    if before := session.get(OneTimeLink, link_id):
        pressing.refuse_later(before.made_at, before.used_at or before.withdrawn_at)
        return before
    _withdraw(session, (col(OneTimeLink.person_id) == person.id) & (col(OneTimeLink.kind) == "password"))
    made = _make(session, "password", person.email, by, PASSWORD_HOLDS, id=link_id, person_id=person.id)
    history.append(session, "password link made", None, by.id if by else None, {"after": {"person": person.email}})
    return made


def ask_password_link(session: Session, email: str) -> None:
    """Have a link to a new password mailed to this address, if somebody here has it."""
    errands.order(session, Outbox, service.name, [(AnswerForgotten(email=email), None)])


def use_password_link(session: Session, token: str, password: str) -> Person:
    """Choose a new password by a link. All sessions and tokens of before end; a second factor stays. Raises NotFound or Invalid."""
    history.take_turn(session)
    link = open_link(session, token, "password", lock=True)
    person = session.get(Person, link.person_id, with_for_update=True)
    if person is None or not person.active:
        raise NotFound(GONE)
    renew_password(session, person, password, person)
    link.used_at = now()
    return person


def open_link(session: Session, token: str, kind: str, lock: bool = False) -> OneTimeLink:
    """A link that may still be used. Raises NotFound."""
    link_id = links.id_in(service.settings.secret_key, token)
    link = session.get(OneTimeLink, link_id, with_for_update=lock) if link_id else None
    if link is None or link.kind != kind or not link.is_open:
        raise NotFound(GONE)
    return link


def address_of(link: OneTimeLink) -> str:
    """Where a link leads."""
    token = links.token_of(service.settings.secret_key, link.id)
    return f"{service.settings.public_base_url.rstrip('/')}/{link.kind}/{token}"


def tidy_links(session: Session) -> None:
    """Forget links that have long been over."""
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.expires_at) < now() - KEPT))


def list_invitations(session: Session) -> list[OneTimeLink]:
    """The invitations that are open, the latest first."""
    chosen = select(OneTimeLink).where(
        OneTimeLink.kind == "invitation",
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.withdrawn_at).is_(None),
        col(OneTimeLink.expires_at) > now(),
    )
    return list(session.exec(chosen.order_by(col(OneTimeLink.id).desc())))


def _come(session: Session, token: str, name: str, password: str | None) -> Person:
    history.take_turn(session)
    link = open_link(session, token, "invitation", lock=True)
    rights = RightsIn.model_validate(link.rights)
    roles = [rights.role] if rights.role else []
    person = add_person(session, name, link.email, password, roles, comes_invited=True, person_id=id_of(link))
    give_rights(session, person, rights, missing_desks=True)
    tell_what_waits(session, person)
    link.used_at, link.person_id = now(), person.id
    return person


def _make(session: Session, kind: str, email: str, by: Person | None, holds: timedelta, **more: Any) -> OneTimeLink:
    link = OneTimeLink(kind=kind, email=email, made_by=by.id if by else None, expires_at=now() + holds, **more)
    session.add(link)
    session.flush()
    if service.settings.smtp_url:
        errands.order(session, Outbox, service.name, [(MailLink(link_id=link.id), None)])
    return link


def _withdraw(session: Session, chosen: object) -> None:
    is_open = col(OneTimeLink.used_at).is_(None) & col(OneTimeLink.withdrawn_at).is_(None)
    session.execute(update(OneTimeLink).where(chosen, is_open).values(withdrawn_at=now()))  # type: ignore[arg-type]
