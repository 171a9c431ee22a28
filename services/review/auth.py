"""Who is asking: people by a session of their browser, or by a personal token.

The signed cookie holds only a random id; the table of sign-ins says whether it still holds, and the person's row what
they may do, at each request. So signing out, revoking and a change of roles take effect at once.
"""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import g, request
from flask import session as cookie
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from services.review import queries
from services.review.models import Person, SignIn, SignInFailure, Token
from services.review.service import reading, transaction
from shared.clock import now
from shared.errors import Invalid, NotFound, TooManyRequests, Unauthenticated

Role = Literal["checker", "editor", "admin"]

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
NOTE_USE_EVERY = timedelta(minutes=5)
FAILURES, COUNTED_FOR = 10, timedelta(minutes=15)
SHORTEST_PASSWORD = 12
WRONG = "The e-mail address or the password is not right."

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # what an unknown address is checked against, so that it takes as long


def add_person(session: Session, name: str, email: str, password: str, roles: list[Role]) -> Person:
    """Somebody new at the desk. Raises Invalid if there is no name, the address is taken or the password is short.

    An address stays taken when its owner has left, so that the history speaks of one person by it.
    """
    if not name.strip() or not name.isprintable():
        raise Invalid.field("name", "has to be a name that people can see")
    if "@" not in email or not email.isprintable() or queries.is_known(session, email):
        raise Invalid.field("email", "has to be an address that nobody here has or had")
    person = Person(
        name=" ".join(name.split()),
        email=email.strip().casefold(),
        password_hash=hash_password(password),
        roles=list(roles),
    )
    session.add(person)
    session.flush()
    return person


def hash_password(password: str) -> str:
    """Argon2id with the library's parameters (RFC 9106, low memory). Raises Invalid if it is short."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid.field("password", f"has to have at least {SHORTEST_PASSWORD} characters")
    return _hasher.hash(password)


def sign_in(email: str, password: str) -> Person:
    """Open a session for this browser. Raises Unauthenticated, or TooManyRequests after ten wrong passwords."""
    who = sha256(f"{email.strip().casefold()}\x00{request.remote_addr}".encode()).hexdigest()
    with reading() as session:
        _refuse_guessing(session, who)
        person = queries.find_person(session, email)
    right = _is_right(person.password_hash if person else _NOBODY, password)
    with transaction() as session:
        if person is None or not right:
            session.add(SignInFailure(who=who))
        else:
            session.execute(delete(SignInFailure).where(col(SignInFailure.who) == who))
            _open(session, person)
    if person is None or not right:
        raise Unauthenticated(WRONG)
    return person


def sign_out() -> None:
    """End this browser's session."""
    found = _signed_in()
    cookie.clear()
    if found:
        with transaction() as session:
            _revoke(session, SignIn.id == found[1].id)


def revoke_sign_ins(person: Person, sign_in_id: object = None) -> None:
    """End one of a person's sessions, or all but this one."""
    current = _signed_in()
    chosen = col(SignIn.id) == sign_in_id if sign_in_id else col(SignIn.id) != (current[1].id if current else None)
    with transaction() as session:
        _revoke(session, (col(SignIn.person_id) == person.id) & chosen)


def current_person() -> Person | None:
    """Who is signed in with this browser; None if nobody is."""
    found = _signed_in()
    return found[0] if found else None


def current_sign_in() -> SignIn | None:
    """This browser's session."""
    found = _signed_in()
    return found[1] if found else None


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


def make_token(session: Session, person: Person, name: str, expires_at: datetime | None = None) -> str:
    """A personal token, `fdt_<id>_<secret>`. It can't be had again."""
    token_id, secret = secrets.token_hex(4), secrets.token_hex(24)
    session.add(Token(id=token_id, secret_hash=_digest(secret), person_id=person.id, name=name, expires_at=expires_at))
    return f"fdt_{token_id}_{secret}"


def renew(session: Session, person: Person, password: str) -> None:
    """A new password for somebody who lost theirs. Whatever was opened with the old one is closed, tokens too."""
    person.password_hash = hash_password(password)
    session.add(person)
    _revoke(session, col(SignIn.person_id) == person.id)
    session.execute(update(Token).where(col(Token.person_id) == person.id).values(revoked_at=now()))


def revoke_token(session: Session, person: Person, token_id: str) -> None:
    """From the next request on the token opens nothing. Raises NotFound if it is not this person's."""
    token = session.get(Token, token_id, with_for_update=True)
    if token is None or token.person_id != person.id:
        raise NotFound("You have no such token.")
    token.revoked_at = token.revoked_at or now()


def tidy(session: Session) -> None:
    """Forget sessions that ended long ago and wrong passwords that no longer count."""
    session.execute(delete(SignIn).where(col(SignIn.signed_in_at) < now() - LONGEST * 4))
    session.execute(delete(SignInFailure).where(col(SignInFailure.failed_at) < now() - COUNTED_FOR))


def _open(session: Session, person: Person) -> None:
    """A new session with a new id, whatever the browser brought."""
    secret = secrets.token_urlsafe(32)
    browser = (request.user_agent.string or "an unknown browser")[:200]
    session.add(SignIn(secret_hash=_digest(secret), person_id=person.id, browser=browser))
    cookie.clear()
    cookie["sign_in"] = secret
    cookie.permanent = True
    g.pop("signed_in", None)


def _signed_in() -> tuple[Person, SignIn] | None:
    if "signed_in" not in g:
        g.signed_in = _look_up(cookie.get("sign_in"))
    found: tuple[Person, SignIn] | None = g.signed_in
    return found


def _look_up(secret: str | None) -> tuple[Person, SignIn] | None:
    if not secret:
        return None
    with reading() as session:
        found = session.exec(
            select(Person, SignIn)
            .join(SignIn, col(SignIn.person_id) == Person.id)
            .where(SignIn.secret_hash == _digest(secret), col(SignIn.revoked_at).is_(None), Person.active)
        ).first()
    if found is None:
        return None
    person, held = found
    if held.seen_at < now() - IDLE or held.signed_in_at < now() - LONGEST:
        return None
    if held.seen_at < now() - NOTE_USE_EVERY:
        with transaction() as session:
            session.execute(update(SignIn).where(col(SignIn.id) == held.id).values(seen_at=now()))
    return person, held


def _note_use(token: Token) -> None:
    """The day is enough, and costs one write a day."""
    today = now().date()
    if token.last_used_on != today:
        with transaction() as session:
            session.execute(update(Token).where(col(Token.id) == token.id).values(last_used_on=today))


def _refuse_guessing(session: Session, who: str) -> None:
    recent = session.exec(
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.who == who, col(SignInFailure.failed_at) > now() - COUNTED_FOR)
    ).one()
    if recent >= FAILURES:
        raise TooManyRequests("Too many wrong passwords. Try again in a quarter of an hour.", retry_after=900)


def _revoke(session: Session, chosen: object) -> None:
    session.execute(update(SignIn).where(chosen).values(revoked_at=now()))  # type: ignore[arg-type]


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
