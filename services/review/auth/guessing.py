"""Wrong passwords and codes, and when nobody may try any more for a while.

Counted are those for one account from one network address, for one account from anywhere, and for any account from one address.
So neither a list of passwords for one account from many addresses gets far, nor one password for many accounts. A browser in which
that person has signed in before is counted by itself: somebody who guesses at an account does not lock its owner out.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from flask import request
from flask import session as cookie
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from services.review.models import SignInFailure
from shared.clock import now
from shared.errors import TooManyRequests

log = logging.getLogger(__name__)

COUNTED_FOR = timedelta(minutes=15)
FAILURES = 10  # of one account from one address, or from a browser that is known
FROM_ANYWHERE, FROM_ADDRESS = 50, 50
CODES = 5  # wrong ones, by whoever knows the password
KNOWN = 5  # people whose sign-in a browser is known by


class Counted(NamedTuple):
    """What failures are counted under, and how many there may be."""

    who: str
    most: int
    is_own: bool = True  # a success forgets them; it does not forget what somebody else may have done


def counted_for_password(email: str) -> list[Counted]:
    """What a wrong password for this address counts under, from where it is sent now."""
    email, address = email.strip().casefold(), request.remote_addr
    known = _known().get(_digest(email)[:16])
    if known:
        return [Counted(_digest("browser", email, known), FAILURES)]
    return [
        Counted(_digest("pair", email, address), FAILURES),
        Counted(_digest("account", email), FROM_ANYWHERE, is_own=False),
        Counted(_digest("address", address), FROM_ADDRESS, is_own=False),
    ]


def counted_for_code(person_id: object) -> list[Counted]:
    """What a wrong code of this person counts under."""
    return [Counted(_digest("code", person_id), CODES)]


def counted_for_forgotten(email: str) -> list[Counted]:
    """What it counts under that somebody forgot a password: each time a mail may go out."""
    return [Counted(_digest("forgotten", email.casefold()), 3), Counted(_digest("forgets", request.remote_addr), 20)]


def refuse_guessing(session: Session, counted: Sequence[Counted]) -> None:
    """Raises TooManyRequests, with Retry-After, if there were too many."""
    chosen = select(col(SignInFailure.who), func.count()).group_by(col(SignInFailure.who))
    recent = chosen.where(
        col(SignInFailure.who).in_([one.who for one in counted]), col(SignInFailure.failed_at) > now() - COUNTED_FOR
    )
    found = dict(session.exec(recent).all())
    if any(found.get(one.who, 0) >= one.most for one in counted):
        log.warning("guessing was refused", extra={"account": counted[0].who[:12]})
        raise TooManyRequests("Too many wrong tries. Try again in a quarter of an hour.", retry_after=900)


def note_failure(session: Session, counted: Sequence[Counted], what: str) -> None:
    """Count a wrong one."""
    log.warning("%s was refused", what, extra={"account": counted[0].who[:12]})
    count(session, counted)


def count(session: Session, counted: Sequence[Counted]) -> None:
    """Count one more."""
    session.add_all([SignInFailure(who=one.who) for one in counted])


def forget_failures(session: Session, counted: Sequence[Counted]) -> None:
    """It was right this time."""
    own = [one.who for one in counted if one.is_own]
    session.execute(delete(SignInFailure).where(col(SignInFailure.who).in_(own)))


def know_browser(email: str) -> None:
    """Remember, in the signed cookie, that this person has signed in with this browser."""
    known = _known()
    name = _digest(email)[:16]
    kept = {one: value for one, value in known.items() if one != name}
    cookie["known"] = dict([*kept.items(), (name, known.get(name) or secrets.token_hex(8))][-KNOWN:])


def tidy_failures(session: Session) -> None:
    """Forget those that no longer count."""
    session.execute(delete(SignInFailure).where(col(SignInFailure.failed_at) < now() - COUNTED_FOR))


def _known() -> dict[str, str]:
    found = cookie.get("known")
    return found if isinstance(found, dict) else {}


def _digest(*parts: object) -> str:
    return sha256("\x00".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
