"""Somebody of a newsroom in a browser."""

import re
from datetime import timedelta

from sqlmodel import select

from services.intake import visitors
from services.intake.models import Newsroom
from services.intake.service import service as intake


class Browser:
    """Somebody's browser at intake's pages."""

    def __init__(self, app):
        self.client = app.test_client()

    def open(self, path):
        return self.client.get(path)

    def send(self, path, page=None, **fields):
        """Send a form of a page, with its token."""
        shown = self.client.get(page or path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        return self.client.post(path, data={"csrf_token": token[1] if token else ""} | fields)


def link_for(newsroom="Wire Desk", hours=1):
    with intake.transaction() as session:
        owner = session.exec(select(Newsroom).where(Newsroom.name == newsroom)).one()
        return "/newsroom/sign-in/" + visitors.make_link(session, owner.id, timedelta(hours=hours))
