"""What is found at the desk by words."""

from pydantic import BaseModel, Field

from services.review.schemas.cases import CaseRow, EarlierOut


class FoundCase(BaseModel):
    """A case on which the words stand."""

    case: CaseRow
    parts: list[str] = Field(
        description="Where they stand: claim, statement, question, evidence, note, verdict, notice, field."
    )


class SearchOut(BaseModel):
    """A page of the cases on which the words stand, the newest first, and others' fact-checks in which they stand."""

    data: list[FoundCase]
    earlier: list[EarlierOut]
    next_cursor: str | None
