"""How often readers opened what the desk published."""

from sqlalchemy import ColumnElement, bindparam, case, update
from sqlmodel import Session, col, select

from services.review.models import Case, PageViews
from shared.contracts import PagesViewed
from shared.db import insert_if_absent, table_of


def note_viewed(session: Session, message: PagesViewed) -> None:
    """Publish told how often pages were opened on a day. Numbers only grow: told late or twice, they change nothing."""
    there = set(session.exec(select(Case.id).where(col(Case.id).in_([one.claim_id for one in message.views]))))
    told = sorted((one for one in message.views if one.claim_id in there), key=lambda one: one.claim_id)
    if not told:
        return
    absent = [{"case_id": one.claim_id, "day": message.day, "pages": 0, "frames": 0} for one in told]
    session.connection().execute(insert_if_absent(session, PageViews), absent)
    table = table_of(PageViews)
    raising = (
        update(table)
        .where(table.c.case_id == bindparam("of"), table.c.day == message.day)
        .values({name: _higher(table.c[name], bindparam(f"told_{name}")) for name in ("pages", "frames")})
    )
    rows = [{"of": one.claim_id, "told_pages": one.pages, "told_frames": one.frames} for one in told]
    session.connection().execute(raising, rows)


def _higher(known: ColumnElement[int], told: ColumnElement[int]) -> ColumnElement[int]:
    """The higher of two numbers, as both databases have it."""
    return case((known < told, told), else_=known)
