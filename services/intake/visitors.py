"""People of newsrooms, in a browser: a link that the desk's admin made signs in once, and opens the newsroom's own pages.

There are no passwords: whoever has left a newsroom can't come back without a new link. The signed cookie holds only a random
secret; the table of visits says whether it still holds.
"""

import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import g, request
from flask import session as cookie
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from services.intake.auth import digest
from services.intake.models import Newsroom, NewsroomVisit, SignInLink
from services.intake.service import reading, service, transaction
from services.intake.workflow import blocked
from shared import pressing
from shared.clock import now
from shared.db import table_of
from shared.errors import NotFound

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
NOTE_USE_EVERY = timedelta(minutes=5)
NOT_A_LINK = (
    "This link does not work: it was used, is too old, or was not copied whole. Ask the fact-check desk for another."
)


class Visitor(NamedTuple):
    """Who is signed in with this browser: a newsroom. `visit_id` is this browser's session."""

    newsroom_id: UUID
    newsroom: str
    visit_id: UUID


def make_link(session: Session, newsroom_id: UUID, valid_for: timedelta) -> str:
    """The token of a link that signs in once. It can't be had again."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(token_hash=digest(token), newsroom_id=newsroom_id, expires_at=now() + valid_for))
    return token


def newsroom_of(session: Session, token: str) -> Newsroom:
    """Whom a link signs in. Raises NotFound for one that does not work any more, and
    Forbidden if its newsroom is blocked."""
    return session.get_one(Newsroom, _link(session, token).newsroom_id)


def sign_in(token: str) -> None:
    """Use a link up and open a session for this browser: the same one if the button is pressed twice, for a browser throws the
    first answer away, and its cookie with it. Raises NotFound."""
    secret = pressing.seed_of(service.settings.secret_key, pressing.NOBODY).hex()
    try:
        with transaction() as session:
            link = _link(session, token, lock=True)
            link.used_at = now()
            browser = (request.user_agent.string or "an unknown browser")[:200]
            session.add(NewsroomVisit(secret_hash=digest(secret), newsroom_id=link.newsroom_id, browser=browser))
    except NotFound:
        if not _was_opened(secret):
            raise
    cookie.clear()
    cookie["visit"] = secret
    cookie.permanent = True


def sign_out(visitor: Visitor, everywhere: bool = False) -> None:
    """End this browser's session; or all of the newsroom's, and links that were not used."""
    cookie.clear()
    with transaction() as session:
        if everywhere:
            sign_out_all(session, visitor.newsroom_id)
        else:
            mine = col(NewsroomVisit.id) == visitor.visit_id
            session.execute(update(NewsroomVisit).where(mine).values(revoked_at=now()))


def sign_out_all(session: Session, newsroom_id: UUID) -> int:
    """End every session of a newsroom, and make the links that were not used work no more. Returns how many sessions ended."""
    session.execute(delete(SignInLink).where(col(SignInLink.newsroom_id) == newsroom_id))
    held = (col(NewsroomVisit.newsroom_id) == newsroom_id, col(NewsroomVisit.revoked_at).is_(None))
    ended = session.connection().execute(update(table_of(NewsroomVisit)).where(*held).values(revoked_at=now()))
    return int(ended.rowcount)


def visitor() -> Visitor | None:
    """Who is signed in with this browser; None if nobody is."""
    if "visitor" not in g:
        g.visitor = _look_up(cookie.get("visit"))
    found: Visitor | None = g.visitor
    return found


def tidy(session: Session) -> None:
    """Forget visits that ended and links that can't be used any more."""
    session.execute(delete(NewsroomVisit).where(col(NewsroomVisit.signed_in_at) < now() - LONGEST * 4))
    session.execute(delete(SignInLink).where(col(SignInLink.expires_at) < now() - LONGEST))


def _was_opened(secret: str) -> bool:
    """Whether a form that is sent once more has opened this session a moment ago."""
    chosen = select(NewsroomVisit.id).where(NewsroomVisit.secret_hash == digest(secret))
    is_open = (col(NewsroomVisit.revoked_at).is_(None), col(NewsroomVisit.signed_in_at) > now() - pressing.AGAIN_FOR)
    with reading() as session:
        return session.exec(chosen.where(*is_open)).first() is not None


def _link(session: Session, token: str, lock: bool = False) -> SignInLink:
    link = session.get(SignInLink, digest(token), with_for_update=lock or None)
    if link is None or link.used_at is not None or link.expires_at <= now():
        raise NotFound(NOT_A_LINK)
    if session.get_one(Newsroom, link.newsroom_id).blocked_at is not None:
        raise blocked()
    return link


def _look_up(secret: str | None) -> Visitor | None:
    if not secret:
        return None
    with reading() as session:
        found = session.exec(
            select(NewsroomVisit, Newsroom)
            .join(Newsroom, col(Newsroom.id) == NewsroomVisit.newsroom_id)
            .where(NewsroomVisit.secret_hash == digest(secret), col(NewsroomVisit.revoked_at).is_(None))
        ).first()
    if found is None:
        return None
    visit, newsroom = found
    if visit.seen_at < now() - IDLE or visit.signed_in_at < now() - LONGEST:
        return None
    if visit.seen_at < now() - NOTE_USE_EVERY:
        with transaction() as session:
            session.execute(update(NewsroomVisit).where(col(NewsroomVisit.id) == visit.id).values(seen_at=now()))
    return Visitor(newsroom.id, newsroom.name, visit.id)
