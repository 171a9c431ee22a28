"""Fact-checks that others published, as intake told of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from services.review.models.base import Table
from shared.contracts import EarlierCheckTaken
from shared.db import Json

IS_TO_COMPARE = text("to_compare > 0")


class EarlierCheck(Table, table=True):
    """A published fact-check of somebody else's. One that was removed is kept, so that what is told late does not bring it back."""

    __tablename__ = "earlier_checks"
    __table_args__ = (
        Index("ix_earlier_checks_to_compare", "id", sqlite_where=IS_TO_COMPARE, postgresql_where=IS_TO_COMPARE),
    )

    id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=BigInteger)
    removed: bool = False
    to_compare: int = 1  # 1 until it is indexed as it is told now
    told: dict[str, Any] = Field(sa_type=Json)  # contracts.EarlierCheckTaken

    @property
    def taken(self) -> EarlierCheckTaken:
        return EarlierCheckTaken.model_validate(self.told)
