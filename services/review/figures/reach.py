"""How many readers what was published had."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review.models import Case, Desk, PageViews, Verdict
from services.review.schemas import Column, FigureTable, PeriodIn

MOST = 1_000  # checks


def reach(session: Session, asked: PeriodIn) -> FigureTable:
    """How often the page of each check was opened in a period, and its frame on other sites, the most read first."""
    views = _views(asked)
    found = session.execute(
        select(views.c.pages, views.c.frames, col(Case.claim), col(Verdict.told), col(Verdict.url))
        .join(Case, col(Case.id) == views.c.case_id)
        .outerjoin(
            Verdict, (col(Verdict.case_id) == views.c.case_id) & (col(Verdict.revision) == col(Case.published_revision))
        )
        .order_by(views.c.pages.desc(), views.c.frames.desc(), views.c.case_id)
    )
    rows = [(*_named(claim, told), pages, frames, url) for pages, frames, claim, told, url in found]
    columns = [
        Column("Check"),
        Column("Rating"),
        Column("Page opened", "count"),
        Column("Frames shown", "count"),
        Column("Address"),
    ]
    note = f"As the site counted it until the last full hour, without tests and programs; the {MOST:,} most read."
    return FigureTable("reach", "What readers open", columns, rows, note)


def _views(asked: PeriodIn) -> Any:
    """The cases that were read most in a period, and how often."""
    counted = (
        select(
            col(PageViews.case_id),
            func.sum(PageViews.pages).label("pages"),
            func.sum(PageViews.frames).label("frames"),
        )
        .where(col(PageViews.day).between(asked.first, asked.last))
        .group_by(col(PageViews.case_id))
    )
    if asked.desk is not None:
        of_desk = select(col(Desk.id)).where(col(Desk.slug) == asked.desk).scalar_subquery()
        counted = counted.join(Case, col(Case.id) == col(PageViews.case_id)).where(col(Case.desk_id) == of_desk)
    most = counted.order_by(func.sum(PageViews.pages).desc(), col(PageViews.case_id)).limit(MOST)
    return most.subquery()


def _named(claim: dict[str, Any], told: dict[str, Any] | None) -> tuple[str, str | None]:
    """The headline and the rating that readers see; of what has a notice alone, the claim."""
    return (str(told["headline"]), str(told["rating"]["label"])) if told else (str(claim["text"]), None)
