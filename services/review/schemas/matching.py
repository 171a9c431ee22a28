"""What may say the same as a claim, and what is decided about it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts import EvidenceStance, State
from shared.fields import In, Text


class SameIn(In):
    """What was found says the same. `stance` is what a fact-check of others' does to the claim, as evidence."""

    match_id: UUID
    note: Text | None = None
    stance: EvidenceStance = "context"


class DiffersIn(In):
    """What was found says something else."""

    match_id: UUID
    note: Text | None = None


class DifferenceOut(BaseModel):
    """Something in which the two differ, as each has it; empty where one has nothing."""

    what: Literal["number", "unit", "date", "name", "denial", "opposite", "roles", "tense", "extent", "link", "word"]
    ours: str
    theirs: str


class CandidateOut(BaseModel):
    """A case, or a fact-check that others published, that may say the same; and who decided what."""

    id: UUID = Field(description="What `accept` and `refuse` take as match_id.")
    kind: Literal["case", "earlier_check"]
    subject: UUID = Field(description="The id of the case or the fact-check.")
    state: Literal["open", "accepted", "refused"]
    says: Literal["surely", "perhaps", "differs", "hardly"] = Field(
        description="How likely it says the same, in a word; `differs`: but for a number, a name, a date or a denial it would."
    )
    likelihood: float
    method: Literal["words and meaning", "words"]
    signs: dict[str, float] = Field(description="What it was made of; docs/matching.md explains them.")
    shared: list[str] = Field(description="Words that stand in both, the most telling first.")
    differs: list[DifferenceOut]
    text: str
    claimant: str | None
    language: str | None
    stands: State | None = Field(description="The state of a case.")
    rating: str | None = Field(description="In the words of the desk, or of whoever published it.")
    headline: str | None
    url: str | None = Field(description="Where readers read the verdict, or the check.")
    publisher: str | None
    at: datetime | None = Field(description="When the claim came in, or the check was published.")
    found_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str | None


class MeasuredOut(BaseModel):
    """What the weights that were shipped came to where it was measured: shares of suggestions that were right."""

    surely: float
    perhaps: float
    source: str


class PrecisionOut(BaseModel):
    """Of how many suggestions that people decided on how many were right: of those that were said to be surely the same, and of
    the others. The newest 500 count."""

    surely_right: int
    surely: int
    perhaps_right: int
    perhaps: int
    measured: MeasuredOut | None = Field(
        None,
        description="Elsewhere; null where this desk has weights or thresholds of its own, of which nothing was measured.",
    )


class RepeatOut(BaseModel):
    """One time the claim was made or repeated: who, where, when, and as whose case it came."""

    at: datetime | None
    how: Literal["said", "appeared", "sent_in"] = Field(
        description="Somebody said it, it stood somewhere, a newsroom sent it."
    )
    who: str | None
    title: str | None
    url: str | None
    medium: str | None
    case_id: UUID
    text: str


class MatchingOut(BaseModel):
    """How what may say the same is looked for, and how often it was right."""

    texts: int = Field(description="How many claims and fact-checks of others' are indexed.")
    waiting: int = Field(description="How many of them the models have not read yet.")
    models: str = Field(description="Which models, with their versions; empty if words alone are compared.")
    suggest: float = Field(description="From this likelihood on it is perhaps the same.")
    sure: float = Field(description="And from this one on surely.")
    precision: PrecisionOut


class FiguresOut(BaseModel):
    """How weights do on decisions that were held out."""

    first: float = Field(description="Of the accepted candidates, how many stand first.")
    precision: float = Field(
        description="Of what is said to be surely the same, how much is; half of what comes in being known."
    )
    recall: float = Field(description="Of what is the same, how much is said to be so surely.")
    sure: float = Field(description="The likelihood from which on that is said.")


class WeightsOut(BaseModel):
    """What a file of weights holds, for REVIEW_MATCH_WEIGHTS."""

    order: dict[str, float]
    likely: dict[str, float]
    bias: float
    suggest: float
    sure: float


class TunedOut(BaseModel):
    """What can be learned from the desk's decisions. Nothing uses it by itself."""

    accepted: int = Field(description="Claims with an accepted candidate.")
    refused: int = Field(description="Claims whose candidates were all refused.")
    learned_from: int
    held_out: int
    before: FiguresOut | None = Field(
        description="The weights that are in use; null where there is too little to learn from."
    )
    after: FiguresOut | None
    weights: WeightsOut | None
    note: str | None = Field(description="What is missing.")
