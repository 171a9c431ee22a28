"""Whose account is opened otherwise from now on is told at once: by a mail that nobody can switch off, and in the page.

The mail is an errand of its own. What waits to be told by mail otherwise is dropped when it is read in the page, and whoever has
got into an account reads there.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.review.models import Notification, Outbox, Person
from services.review.service import service
from shared import errands
from shared.clock import new_id, now
from shared.errands import Errand


class MailChange(Errand):
    """Mail somebody that what opens their account was changed."""

    topic: ClassVar[str] = "mail change"
    job: ClassVar[str] = "services.review.errands.mail_change"
    person_id: UUID
    words: str
    at: datetime


def tell_owner(session: Session, person: Person, words: str) -> None:
    """Tell somebody what was changed about their account, in words for them."""
    made = new_id()
    session.add(Notification(id=made, person_id=person.id, kind="account", words=words, once=str(made)))
    if service.settings.smtp_url:
        errand = MailChange(person_id=person.id, words=words, at=now())
        errands.order(session, Outbox, service.name, [(errand, None)])


def by_whom(person: Person, by: Person | None) -> str:
    """Who did something to somebody's account, behind the words for what was done."""
    if by is None:
        return ", by a command of whoever runs the desk"
    return "" if by.id == person.id else f", by {by.name}"
