"""What the API takes and gives about webhooks: endpoints, and what was delivered to them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.intake.examples import WEBHOOK_ENDPOINT_IN, WEBHOOK_ENDPOINT_MADE_OUT, WEBHOOK_ENDPOINT_OUT
from shared.fields import In, Line, Url

VerdictEvent = Literal["verdict.published", "verdict.corrected", "verdict.retracted"]
ClaimEvent = Literal["claim.state_changed", "claim.closed", "claim.merged", "claim.delayed"]
EndpointEvent = Literal["endpoint.disabled"]
EventType = Literal[ClaimEvent, VerdictEvent, EndpointEvent]
EVENTS: tuple[EventType, ...] = get_args(EventType)
PING = "test.ping"
About = Literal["own_claims", "all_verdicts"]
DisabledBecause = Literal["asked", "gone", "failing"]
DeliveryStatus = Literal["waiting", "held", "delivered", "given_up"]

Events = Annotated[
    list[EventType],
    Field(
        min_length=1,
        max_length=50,
        description="What it is told of. Of the corrections and the retraction of a verdict that it was told of it is "
        "told in any case.",
    ),
]


class _WithEvents(In):
    @field_validator("events", check_fields=False)
    @classmethod
    def _once_each(cls, value: list[EventType] | None) -> list[EventType] | None:
        return value and list(dict.fromkeys(value))


class WebhookEndpointIn(_WithEvents):
    """An address to be told of events."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [WEBHOOK_ENDPOINT_IN, {"url": WEBHOOK_ENDPOINT_IN["url"]}]}
    )

    url: Annotated[Url, Field(description="An https address on the public internet. Redirects are not followed.")]
    description: Annotated[Line | None, Field(description="For yourselves.")] = None
    about: Annotated[
        About,
        Field(description="Your own claims, or the verdict on whatever claim as soon as readers can read it."),
    ] = "own_claims"
    events: Annotated[
        Events | None, Field(description="What it is told of; all that there is unless you name some.")
    ] = None

    @model_validator(mode="after")
    def _events_fit(self) -> Self:
        can = events_about(self.about)
        if odd := [name for name in self.events or [] if name not in can]:
            raise ValueError(f"events: an endpoint about all verdicts is not told of {', '.join(odd)}")
        return self


class WebhookEndpointChange(_WithEvents):
    """What is to change of an endpoint. What is not named stays."""

    url: Url | None = None
    description: Line | None = None
    events: Events | None = None
    enabled: Annotated[
        bool | None, Field(description="`true` also puts an endpoint back in use that was failing; `false` stops it.")
    ] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("names nothing that is to change")
        if empty := [
            n for n in ("url", "events", "enabled") if n in self.model_fields_set and getattr(self, n) is None
        ]:
            raise ValueError(f"{empty[0]}: must not be null")
        return self


class WebhookEndpointOut(BaseModel):
    """An endpoint, and how it is doing. Its secret is never shown again."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK_ENDPOINT_OUT]})

    id: UUID
    url: str
    description: str | None
    about: About
    events: list[EventType]
    enabled: bool
    disabled_because: DisabledBecause | None = Field(
        description="Asked: by you. Gone: it answered 410. Failing: nothing was delivered for days."
    )
    disabled_at: datetime | None
    failing_since: datetime | None = Field(description="Since when nothing could be delivered.")
    secret_fingerprint: str = Field(description="The first 12 hexadecimal digits of the secret's SHA-256.")
    previous_secret_until: datetime | None = Field(description="Until then the secret before signs along.")
    created_at: datetime
    changed_at: datetime


class WebhookEndpointMadeOut(WebhookEndpointOut):
    """An endpoint with a new secret. Keep `secret`: it is shown once."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK_ENDPOINT_MADE_OUT]})

    secret: str = Field(description="`whsec_` and 32 bytes in base64, as Standard Webhooks libraries take it.")


class WebhookEndpointsOut(BaseModel):
    """Your endpoints, the oldest first."""

    data: list[WebhookEndpointOut]


class AttemptOut(BaseModel):
    """One try to deliver."""

    started_at: datetime
    took_ms: int
    status: int | None = Field(description="Of the answer, if there was one. Only 200 to 299 counts as delivered.")
    error: str | None = Field(description="Why it does not count as delivered.")


class AttemptWithAnswerOut(AttemptOut):
    """One try to deliver, and what was answered."""

    answer: str | None = Field(description="The first kilobyte of the answer's body.")


class DeliveryOut(BaseModel):
    """One event on its way to one endpoint."""

    id: UUID
    event_id: UUID = Field(description="What is sent as `webhook-id`, the same with each try.")
    type: str
    claim_id: UUID | None
    status: DeliveryStatus = Field(
        description="Waiting for its next try; held until the endpoint is enabled; delivered; or given up."
    )
    due_at: datetime | None = Field(description="When it is tried next.")
    created_at: datetime
    delivered_at: datetime | None
    attempts: list[AttemptOut] = Field(description="The oldest first.")


class DeliveryWithBodyOut(DeliveryOut):
    """A delivery with what is sent, and what was answered to each try."""

    body: dict[str, Any] = Field(description="What is sent.")
    attempts: list[AttemptWithAnswerOut]  # type: ignore[assignment]


class DeliveriesOut(BaseModel):
    """A page of deliveries, newest first."""

    data: list[DeliveryOut]
    next_cursor: str | None


def events_about(about: About) -> tuple[EventType, ...]:
    """What an endpoint about this can be told of. What becomes of a claim is for its own newsroom."""
    return EVENTS if about == "own_claims" else (*get_args(VerdictEvent), *get_args(EndpointEvent))
