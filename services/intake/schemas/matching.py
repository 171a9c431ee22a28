"""What says the same as a text, as the API gives it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.intake.schemas.earlier import EarlierPublisherOut, EarlierRatingOut
from services.intake.schemas.verdicts import VerdictOut
from shared.contracts import State
from shared.fields import In, Language, Line, Text


def has_a_word(text: str) -> str:
    """The text. Raises ValueError if nothing in it could be looked for."""
    if not any(one.isalnum() for one in text):
        raise ValueError("has no word to look for: a letter or a digit")
    return text


class MatchIn(In):
    """What is asked: a claim of any length, and what helps to find it."""

    text: Annotated[Text, AfterValidator(has_a_word), Field(description="A claim, in its own words.")]
    speaker: Annotated[Line | None, Field(description="Who said it.")] = None
    context: Annotated[Text | None, Field(description="What was said before and after it.")] = None
    language: Annotated[Language | None, Field(description="Its language (BCP 47); else it is guessed.")] = None
    limit: Annotated[int, Field(ge=1, le=50, strict=True, description="How many.")] = 10


class DifferenceOut(BaseModel):
    """Something in which the two differ, as each has it; empty where one has nothing."""

    what: Literal["number", "unit", "date", "name", "denial", "opposite", "roles", "tense", "extent", "link", "word"]
    asked: str
    found: str


class MatchOut(BaseModel):
    """A claim, or a fact-check that was published before, that may say the same."""

    kind: Literal["claim", "earlier_check"] = Field(description="A claim of this desk, or a check that was imported.")
    id: UUID
    text: str
    language: str | None
    score: float = Field(description="How likely it says the same, from 0 to 1.")
    says: Literal["surely the same", "perhaps the same", "something like it"]
    state: State | None = Field(description="Of a claim.")
    url: str | None = Field(description="Where readers read the verdict, or the check.")
    verdict: VerdictOut | None = Field(description="Of a claim, the newest that readers can read.")
    rating: EarlierRatingOut | None = Field(
        description="Of an earlier check, what it came to in its publisher's words."
    )
    publisher: EarlierPublisherOut | None = Field(description="Of an earlier check.")
    differs: list[DifferenceOut]
    shared: list[str] = Field(description="Words that stand in both, the most telling first.")
    signs: dict[str, float] = Field(description="What the score was made of; docs/matching.md explains them.")


class MatchesOut(BaseModel):
    """What may say the same, the likeliest first."""

    data: list[MatchOut]
    method: Literal["words and meaning", "words"]
    note: str | None = Field(description="Why it was not looked for by meaning, if it should have been.")
    language: str = Field(description="The language in which it was looked for: as you said, or as it seems.")
    suggest: float = Field(description="From this score on it is perhaps the same.")
    sure: float = Field(description="And from this score on surely.")
