"""What tests of notifications have: mail and chat that arrive here, and what each person was told."""

import pytest
from errand_runner import do_errands
from post_office import chat, mail_server
from sqlmodel import select

from services.review import queries
from services.review.models import Notification
from services.review.workflow import notifying
from shared.clock import now


@pytest.fixture
def mail():
    with mail_server() as (keeper, url):
        yield keeper, url


@pytest.fixture
def lines():
    with chat() as (lines, url):
        yield lines, url


@pytest.fixture
def review(start_service, mail, lines):
    return start_service("review", smtp_url=mail[1], chat_webhook_url=lines[1], mail_from="Desk <desk@paper.example>")


@pytest.fixture
def ben(people):
    return people["ben"]


@pytest.fixture
def told(review, people):
    """`told("ada")`: what a person was told, the newest first, as (kind, by, words)."""

    def look(name):
        with review.reading() as session:
            return [(one.kind, one.by, one.words) for one in queries.list_notifications(session, people[name], 50)]

    return look


@pytest.fixture
def unread(review, people):
    """The kinds of what somebody was told and has not read."""

    def look(name):
        mine = (Notification.person_id == people[name].id, Notification.read_at.is_(None))
        with review.reading() as session:
            return list(session.exec(select(Notification.kind).where(*mine).order_by(Notification.id)))

    return look


@pytest.fixture
def post(review):
    """Let the mail that was ordered go out now."""
    return lambda: do_errands(review, early=True)


@pytest.fixture
def hour(monkeypatch):
    """The hour that it is, which does not end while digests are chosen and ordered."""
    moment = now()
    monkeypatch.setattr(notifying, "now", lambda: moment)
    return moment.hour
