"""A verdict, as the API gives it."""

from datetime import datetime

from pydantic import BaseModel, Field

from shared.contracts import RatingWords, RevisionKind, words_in


class RatingOut(BaseModel):
    """A step of the desk's scale; the numbers are None for ratings that say nothing about truth. `words` are the same in other
    languages, by their tags."""

    slug: str
    label: str
    value: int | None
    best: int | None
    worst: int | None
    words: dict[str, RatingWords] = {}

    def called(self, language: str) -> str:
        """Its name in a language; the desk's own if it has none there."""
        own = words_in(language, self.words)
        return own.label if own else self.label


class VerdictOut(BaseModel):
    """The verdict that readers see, and where."""

    rating: RatingOut
    headline: str
    summary: str
    url: str
    revision: int
    kind: RevisionKind
    change: str | None = Field(description="For a revision after the first: what changed and why.")
    published_at: datetime
