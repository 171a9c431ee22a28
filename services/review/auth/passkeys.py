"""Signing in by a passkey, and the challenges that are bound to a browser's session.

A challenge stands in the signed cookie, for one purpose and five minutes; answering it uses it up.
"""

import base64
import logging
import secrets
from datetime import timedelta
from typing import Any

from flask import session as cookie
from sqlmodel import Session

from services.review import passkeys
from services.review.auth.sessions import open_session
from services.review.models import Passkey, Person
from services.review.passkeys import Site
from services.review.service import service, transaction
from services.review.workflow.passkeys import tidy_challenges, use_up
from shared.clock import now
from shared.errors import BadRequest, Invalid, Unauthenticated

log = logging.getLogger(__name__)

HOLDS = timedelta(minutes=5)
NOT_KNOWN = "This passkey opens nothing here. Sign in by your password, and look at your account which ones you have."


def site() -> Site | None:
    """The desk as passkeys know it; None if its address can't have any."""
    return passkeys.site_of(service.settings.public_base_url)


def new_challenge(purpose: str) -> bytes:
    """A challenge for this browser alone."""
    value = secrets.token_bytes(32)
    cookie["challenge"] = [purpose, base64.b64encode(value).decode(), int(now().timestamp())]
    return value


def take_challenge(session: Session, purpose: str) -> bytes:
    """The challenge that this browser was given for a purpose, which is used up by this. Raises BadRequest."""
    found = cookie.pop("challenge", None)
    if not isinstance(found, list) or found[0] != purpose or found[2] < (now() - HOLDS).timestamp():
        raise BadRequest("This took too long. Try again.")
    value = base64.b64decode(found[1])
    if not use_up(session, value):
        raise BadRequest("This was answered already. Try again.")
    return value


def sign_in_by_passkey(answer: dict[str, Any]) -> Person:
    """Open a session for whoever holds this passkey. Raises BadRequest or Unauthenticated."""
    desk = site()
    with transaction() as session:
        challenge = take_challenge(session, "sign in")
        key = (
            session.get(Passkey, answer["id"], with_for_update=True)
            if desk and passkeys.is_id(answer.get("id"))
            else None
        )
        person = session.get(Person, key.person_id) if key else None
        opened = desk and key and person and person.active and _holds(desk, key, person, answer, challenge)
        if key and person and opened:
            key.last_used_at = now()
            open_session(session, person, "passkey")
    if person is None or not opened:
        log.warning("a passkey was refused", extra={"account": str(person.id) if person else "unknown"})
        raise Unauthenticated(NOT_KNOWN)
    return person


def tidy_passkeys(session: Session) -> None:
    """Forget challenges that can't be answered any more."""
    tidy_challenges(session, now() - HOLDS * 2)


def _holds(desk: Site, key: Passkey, person: Person, answer: dict[str, Any], challenge: bytes) -> bool:
    handle = answer.get("response", {}).get("userHandle") if isinstance(answer.get("response"), dict) else None
    if handle != base64.urlsafe_b64encode(person.id.bytes).decode().rstrip("="):
        return False
    try:
        key.sign_count = passkeys.read_used(desk, answer, challenge, key.public_key, key.sign_count)
    except Invalid:
        return False
    return True
