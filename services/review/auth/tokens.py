"""Personal tokens: what opens the API, with the rights of whose they are."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256

from flask import request
from sqlalchemy import update
from sqlmodel import Session, col, select

from services.review.models import Person, Token
from services.review.service import reading, transaction
from shared import pressing
from shared.clock import now
from shared.errors import NotFound, Unauthenticated

SECRET_DIGITS = 48  # hexadecimal: 192 bits


def token_owner() -> Person:
    """Whose token came with the request. Raises Unauthenticated."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    parts = token.strip().split("_")
    if kind.lower() != "bearer" or len(parts) != 3 or parts[0] != "fdt" or not token.isascii():
        raise Unauthenticated("Send a personal token: Authorization: Bearer fdt_…")
    with reading() as session:
        found = session.exec(
            select(Token, Person).join(Person, col(Person.id) == Token.person_id).where(Token.id == parts[1])
        ).first()
    if found is None or not hmac.compare_digest(found[0].secret_hash, _digest(parts[2])):
        raise Unauthenticated("This token is not known.")
    made, person = found
    if made.revoked_at is not None or (made.expires_at is not None and made.expires_at <= now()) or not person.active:
        raise Unauthenticated("This token no longer opens anything.")
    _note_use(made)
    return person


def make_token(
    session: Session, person: Person, name: str, expires_at: datetime | None = None, seed: bytes | None = None
) -> str:
    """A personal token, `fdt_<id>_<secret>`. It can't be had again, but for what was made from this `seed` of a form a moment ago.
    Raises NotAllowed if the seed was used long ago, or for one that was revoked."""
    token_id, secret = (
        secrets.token_hex(4),
        seed.hex()[:SECRET_DIGITS] if seed else secrets.token_hex(SECRET_DIGITS // 2),
    )
    if seed:
        session.get_one(Person, person.id, with_for_update=True)  # of two presses at once the second finds the first's
        made = session.exec(
            select(Token).where(Token.person_id == person.id, Token.secret_hash == _digest(secret))
        ).first()
        if made:
            pressing.refuse_later(made.made_at, made.revoked_at)
            return f"fdt_{made.id}_{secret}"
    session.add(Token(id=token_id, secret_hash=_digest(secret), person_id=person.id, name=name, expires_at=expires_at))
    return f"fdt_{token_id}_{secret}"


def revoke_token(session: Session, person: Person, token_id: str) -> None:
    """From the next request on the token opens nothing. Raises NotFound if it is not this person's."""
    token = session.get(Token, token_id, with_for_update=True)
    if token is None or token.person_id != person.id:
        raise NotFound("You have no such token.")
    token.revoked_at = token.revoked_at or now()


def _note_use(token: Token) -> None:
    """The day is enough, and costs one write a day."""
    today = now().date()
    if token.last_used_on != today:
        with transaction() as session:
            session.execute(update(Token).where(col(Token.id) == token.id).values(last_used_on=today))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
