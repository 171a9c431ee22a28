"""How the services are, for machines: what the page of operations shows."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.fields import In, Line
from shared.road import AtWork, Failed, Road, Run
from shared.status import MOST_ASKED, Note


class ServiceOut(BaseModel):
    """A service, with what its relay said last; none if it has said nothing for a while."""

    name: str
    note: Note | None
    relay_runs: bool | None = Field(
        description="Whether its relay has said something lately; null while Redis is away."
    )
    has_worker: bool | None = Field(description="Whether a worker takes its jobs; null while Redis is away.")


class OperationsOut(BaseModel):
    """How the services are. Without Redis there is what review knows of itself."""

    at: datetime
    redis_answers: bool
    services: list[ServiceOut]
    queues: list[Road]
    workers: list[AtWork]
    failed: list[Failed]
    scheduler: bool | None = Field(description="Whether a scheduler is at work; null while Redis is away.")
    schedule: list[Run]


class ReplayIn(In):
    """Parked messages that are to be sent again."""

    messages: list[UUID] = Field(min_length=1, max_length=MOST_ASKED)


class ReplayOut(BaseModel):
    """How many are on their way again; of another service, how many it was asked for."""

    count: int


class RunAgainIn(In):
    """A failed job that is to run again."""

    queue: Line
    job: Line
