"""Sessions of browsers: how one is opened, with one factor or two, how long it holds, and how it ends.

A session gets a new id when it is opened and when the second factor is given, whatever the browser brought: an id that somebody
planted opens nothing.
"""

import ipaddress
import logging
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from flask import g, request
from flask import session as cookie
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.review import passwords, queries, workflow
from services.review.auth.guessing import (
    Counted,
    count,
    counted_for_code,
    counted_for_forgotten,
    counted_for_password,
    forget_failures,
    know_browser,
    note_failure,
    refuse_guessing,
)
from services.review.models import HouseRules, Person, SignIn
from services.review.service import reading, service, transaction
from services.review.workflow import invitations
from shared import pressing
from shared.clock import now
from shared.errors import Forbidden, Invalid, Unauthenticated

log = logging.getLogger(__name__)

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
WAITS_FOR = timedelta(minutes=10)  # a second factor
FRESH = timedelta(minutes=15)
NOTE_USE_EVERY = timedelta(minutes=5)
WRONG = "The e-mail address or the password is not right."
TOO_LATE = "Sign in anew: the code did not come in time."
WRONG_CODE = "This code is not right, or was used before."


class Seen(NamedTuple):
    """Who is signed in with this browser, by which session, and from which role on a second factor is required."""

    person: Person
    sign_in: SignIn
    required_from: str | None


def sign_in(email: str, password: str) -> SignIn:
    """Open a session for this browser. If it `waits`, `pass_code` has to follow.

    Raises Unauthenticated, or TooManyRequests after too many wrong passwords.
    """
    counted = counted_for_password(email)
    with reading() as session:
        refuse_guessing(session, counted)
        person = queries.find_person(session, email)
    right = passwords.is_right(person.password_hash if person else None, password)
    with transaction() as session:
        if person is None or not right:
            note_failure(session, counted, "a password")
        else:
            forget_failures(session, counted)
            waits = workflow.find_factor(session, person.id) is not None
            held = open_session(session, person, "password", waits)
    if person is None or not right:
        raise Unauthenticated(WRONG)
    return held


def pass_code(typed: str) -> None:
    """Give the second factor that this browser's session waits for: a code of the app, or a recovery code.

    Raises Unauthenticated or TooManyRequests.
    """
    waiting = _who_waits()
    if waiting is None:
        raise Unauthenticated(TOO_LATE)
    person, held = waiting
    secret = pressing.seed_of(service.settings.secret_key, held.id).hex()
    if held.revoked_at is not None:
        if not open_again(secret):
            raise Unauthenticated(TOO_LATE)
        return
    counted = counted_for_code(person.id)
    with transaction() as session:
        refuse_guessing(session, counted)
        way = workflow.use_code(session, person.id, typed, service.settings.secret_key)
        was_opened = way is None and _opened_by(session, secret) is not None  # by another press at the same time
        if way:
            forget_failures(session, counted)
            _revoke(session, col(SignIn.id) == held.id)
            open_session(session, person, way, secret=secret)
        elif not was_opened:
            note_failure(session, counted, "a code")
    if way is None and not (was_opened and open_again(secret)):
        raise Unauthenticated(WRONG_CODE)


def open_session(session: Session, person: Person, way: str, waits: bool = False, secret: str | None = None) -> SignIn:
    """A new session with a new id for this browser. With a `secret` that is made of a form that was sent, `open_again` finds it."""
    secret = secret or secrets.token_urlsafe(32)
    browser = (request.user_agent.string or "an unknown browser")[:200]
    address = shortened(request.remote_addr or "")
    held = SignIn(
        secret_hash=_digest(secret), person_id=person.id, browser=browser, address=address, way=way, waits=waits
    )
    session.add(held)
    _hold("waiting" if waits else "sign_in", secret)
    if not waits:
        know_browser(person.email)
        log.info("signed in by %s", way, extra={"person": str(person.id)})
    return held


def open_again(secret: str) -> bool:
    """Give this browser the session that a form has opened which it sends once more, as by a double click: the answer to the first
    press, with its cookie, is thrown away by the browser. Two minutes long; False if there is none."""
    with reading() as session:
        is_there = _opened_by(session, secret) is not None
    if is_there:
        _hold("sign_in", secret)
    return is_there


def confirm_self(person: Person, password: str) -> None:
    """See that it is really them who ask for something that could lock them out: by the password or, of who has none, by a sign-in
    a moment ago. Raises Invalid, Forbidden or TooManyRequests."""
    if not person.password_hash:
        held = current_sign_in()
        if held is None or held.signed_in_at < now() - FRESH:
            raise Forbidden("For this, sign in anew: your last sign-in was more than a quarter of an hour ago.")
        return
    counted = [Counted(f"confirm {person.id}", 10)]
    with transaction() as session:
        refuse_guessing(session, counted)
        right = passwords.is_right(person.password_hash, password)
        if right:
            forget_failures(session, counted)
        else:
            note_failure(session, counted, "a password")
    if not right:
        raise Invalid.field("password", "is not your password")


def ask_password_link(email: str) -> None:
    """Have a link to a new password mailed. Raises TooManyRequests for who asks again and again."""
    counted = counted_for_forgotten(email)
    with transaction() as session:
        refuse_guessing(session, counted)
        count(session, counted)
        invitations.ask_password_link(session, email)


def sign_out() -> None:
    """End this browser's session."""
    found = _seen()
    _forget_all_but_known()
    if found:
        with transaction() as session:
            _revoke(session, col(SignIn.id) == found.sign_in.id)


def revoke_sign_ins(person: Person, sign_in_id: object = None) -> None:
    """End one of a person's sessions, or all but this one."""
    current = _seen()
    chosen = col(SignIn.id) == sign_in_id if sign_in_id else col(SignIn.id) != (current.sign_in.id if current else None)
    with transaction() as session:
        _revoke(session, (col(SignIn.person_id) == person.id) & chosen)


def note_way(session: Session, way: str) -> None:
    """This browser's session, which a password opened, has shown more just now: a code, a passkey."""
    found = _seen()
    if found and found.sign_in.way == "password":
        session.execute(update(SignIn).where(col(SignIn.id) == found.sign_in.id).values(way=way))


def current_person() -> Person | None:
    """Who is signed in with this browser; None if nobody is."""
    found = _seen()
    return found.person if found else None


def current_sign_in() -> SignIn | None:
    """This browser's session."""
    found = _seen()
    return found.sign_in if found else None


def seed_of_press() -> bytes | None:
    """What the secret is derived from that the form makes which was sent; see `shared.pressing`. None if nobody is signed in."""
    held = current_sign_in()
    return pressing.seed_of(service.settings.secret_key, held.id) if held else None


def waiting_session() -> tuple[Person, SignIn] | None:
    """Whose session of this browser waits for a second factor, and that session."""
    found = _who_waits()
    return found if found and found[1].revoked_at is None else None


def lacks_factor() -> bool:
    """Whether this browser's session was opened by a password alone, though its person's role requires more."""
    found = _seen()
    if found is None or found.sign_in.way != "password" or found.required_from is None:
        return False
    if found.person.may(found.required_from):
        return True
    with reading() as session:
        return queries.has_role_at_a_desk(session, found.person.id, found.required_from)


def shortened(address: str) -> str:
    """A network address without its end: enough to tell home from elsewhere, not whose line it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.version == 4:
        return ".".join([*str(found).split(".")[:3], "…"])
    return ":".join([*found.exploded.split(":")[:3], "…"])


def tidy_sessions(session: Session) -> None:
    """Forget sessions that ended long ago."""
    session.execute(delete(SignIn).where(col(SignIn.signed_in_at) < now() - LONGEST * 4))


def _who_waits() -> tuple[Person, SignIn] | None:
    """The same, though its code may have come."""
    secret = cookie.get("waiting")
    if not secret:
        return None
    with reading() as session:
        chosen = select(Person, SignIn).join(SignIn, col(SignIn.person_id) == Person.id)
        return session.exec(
            chosen.where(
                SignIn.secret_hash == _digest(secret),
                col(SignIn.waits),
                col(SignIn.signed_in_at) > now() - WAITS_FOR,
                Person.active,
            )
        ).first()


def _opened_by(session: Session, secret: str) -> UUID | None:
    chosen = select(SignIn.id).where(SignIn.secret_hash == _digest(secret), col(SignIn.revoked_at).is_(None))
    return session.exec(chosen.where(col(SignIn.signed_in_at) > now() - pressing.AGAIN_FOR)).first()


def _hold(what: str, secret: str) -> None:
    """Have this browser hold a session, and nothing else that it brought but who has signed in with it."""
    _forget_all_but_known()
    cookie[what] = secret
    cookie.permanent = True
    g.pop("signed_in", None)


def _forget_all_but_known() -> None:
    known = cookie.get("known")
    cookie.clear()
    if known:
        cookie["known"] = known


def _seen() -> Seen | None:
    if "signed_in" not in g:
        g.signed_in = _look_up(cookie.get("sign_in"))
    found: Seen | None = g.signed_in
    return found


def _look_up(secret: str | None) -> Seen | None:
    if not secret:
        return None
    with reading() as session:
        found = session.exec(
            select(Person, SignIn, HouseRules.second_factor_from)
            .join(SignIn, col(SignIn.person_id) == Person.id)
            .outerjoin(HouseRules, col(HouseRules.id) == 1)
            .where(
                SignIn.secret_hash == _digest(secret),
                col(SignIn.revoked_at).is_(None),
                col(SignIn.waits).is_(False),
                Person.active,
            )
        ).first()
    if found is None:
        return None
    seen = Seen(*found)
    if seen.sign_in.seen_at < now() - IDLE or seen.sign_in.signed_in_at < now() - LONGEST:
        return None
    if seen.sign_in.seen_at < now() - NOTE_USE_EVERY:
        with transaction() as session:
            session.execute(update(SignIn).where(col(SignIn.id) == seen.sign_in.id).values(seen_at=now()))
    return seen


def _revoke(session: Session, chosen: object) -> None:
    session.execute(update(SignIn).where(chosen).values(revoked_at=now()))  # type: ignore[arg-type]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
