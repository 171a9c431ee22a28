"""Inbound webhooks: what the API takes and gives."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from shared.fields import In, ShortLine

WAY = r"[A-Za-z0-9_*-]+(\.[A-Za-z0-9_*-]+)*"
PATH = rf"^{WAY}(\|{WAY})*$"
HEADER = r"^[A-Za-z][A-Za-z0-9-]{0,99}$"
InboundField = Literal[
    "text", "external_id", "claimed_at", "language", "reason", "claimant.name", "appearances.0.url", "story.url",
    "story.headline",
]  # fmt: skip
TELEGRAM: dict[str, Any] = {
    "name": "Our Telegram bot",
    "header": "X-Telegram-Bot-Api-Secret-Token",
    "mapping": {
        "message.text|message.caption|channel_post.text|channel_post.caption": "text",
        "update_id": "external_id",
        "message.date|channel_post.date": "claimed_at",
    },
}
# Headers that say how a message is sent: whoever sends it, or a server on the way, writes them anew or goes by them.
OF_THE_WAY = {
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "date", "expect", "host", "keep-alive",
    "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


def _path(given: str) -> str:
    if not re.fullmatch(PATH, given):
        raise ValueError("must be names with dots between them, such as message.text, with bars between alternatives")
    return given


def _header_for_token(name: str) -> str:
    if not re.fullmatch(HEADER, name):
        raise ValueError("must be a header's name, such as X-Token: letters, digits and hyphens, up to 100")
    if name.lower() in OF_THE_WAY:
        raise ValueError(
            f"{name} can't hold a token: it says how the message is sent. Name another header, such as X-Token"
        )
    return name


Path = Annotated[
    str,
    Field(max_length=300),
    AfterValidator(_path),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 300, "pattern": PATH}),
]


class InboundHookIn(In):
    """An address that is to take messages of another system. `mapping` names the field of each path: names with dots between them,
    alternatives with bars. `each` is where the messages are if several come at once; `*` stands for every element of a list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TELEGRAM]})

    name: ShortLine
    header: Annotated[
        str,
        Field(
            description="In which the sender shows the token. Authorization takes it as Bearer, too. None that says how a message "
            "is sent, such as Host or Content-Length.",
        ),
        AfterValidator(_header_for_token),
        WithJsonSchema({"type": "string", "pattern": HEADER}),
    ] = "Authorization"
    each: Path | None = None
    mapping: Annotated[dict[Path, InboundField], Field(min_length=1, max_length=20)]
    test: bool = False

    @model_validator(mode="after")
    def _says_what_is_claimed(self) -> "InboundHookIn":
        fields = list(self.mapping.values())
        if "text" not in fields:
            raise ValueError("mapping must say where the text is")
        if len(fields) != len(set(fields)):
            raise ValueError("mapping names a field twice; give alternatives with bars: a.text|b.text")
        return self


class InboundHookOut(BaseModel):
    """An address, and what came in by it. Its token is never shown again."""

    id: UUID
    name: str
    url: str = Field(description="Where the other system is to send its messages.")
    header: str
    each: str | None
    mapping: dict[str, str]
    test: bool
    made_at: datetime
    used_at: datetime | None
    taken: int
    passed_over: int = Field(description="Messages without text.")
    error: str | None = Field(description="Why the last message that was refused was.")


class InboundHookMadeOut(InboundHookOut):
    """A new address, with its token. Keep it: it is shown once."""

    token: str


InboundOutcome = Literal["taken", "again", "passed_over", "refused"]


class InboundMessageOut(BaseModel):
    """A message that came in, and what became of it. The message itself is not kept."""

    id: UUID
    at: datetime
    outcome: InboundOutcome = Field(
        description="Taken in; taken in before (its sender sent it again); without text where the mapping looks for it; refused."
    )
    external_id: str | None
    claim_id: UUID | None = Field(description="The claim that it is.")
    detail: str | None = Field(
        description="Why it was refused or passed over. Names what a message without text holds instead, not what stands there."
    )
    beginning: str | None = Field(description="Of one that was refused: how what was read as its text begins.")


class InboundMessagesOut(BaseModel):
    """What came in by an address, the newest first. The newest thousand are kept."""

    data: list[InboundMessageOut]
    next_cursor: str | None


class InboundHooksOut(BaseModel):
    """Your inbound addresses."""

    data: list[InboundHookOut]


class InboundRefusedOut(BaseModel):
    """A message that was refused."""

    message: int = Field(description="Its number, counted from 1.")
    detail: str


class InboundOut(BaseModel):
    """What became of the messages. The answer is 200 also if some were refused: the sender would only send them again."""

    taken: int
    passed_over: int = Field(description="Messages without text.")
    refused: list[InboundRefusedOut] = []
