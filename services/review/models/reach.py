"""How often readers opened what the desk published, as publish counted it."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.review.models.base import Table


class PageViews(Table, table=True):
    """How often a case's page was opened on a day (by UTC), and its frame on other sites."""

    __tablename__ = "page_views"
    __table_args__ = (Index(None, "day", "case_id"),)

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    day: date = Field(primary_key=True)
    pages: int = 0
    frames: int = 0
