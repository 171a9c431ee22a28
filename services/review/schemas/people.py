"""Who works at the desk, as the API shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.review.schemas.desks import Slug
from shared.fields import In, Line

Role = Literal["checker", "editor", "admin"]
DeskRoleName = Literal["checker", "editor"]
# What ends an address in a letter's head, or sets a name beside it (RFC 5322, 3.2.3), is none here: two people would be written to
Email = Annotated[Line, Field(pattern=r'^[^\s@()<>\[\]:;,"\\]+@[^\s@()<>\[\]:;,"\\]+$', max_length=200)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]  # what it has to be, `passwords` says


class PersonOut(BaseModel):
    """Somebody at the desk."""

    name: str
    email: str


class MeOut(PersonOut):
    """Whose token this is."""

    roles: list[str]


class HouseRulesIn(In):
    """What admins decide for the whole newsroom: from which role on a second factor is required at sign-in (None: from none), and
    whether readers are led to copies of evidence that public archives have."""

    second_factor_from: Role | None = None
    shows_archives: bool = True


class HouseRulesOut(BaseModel):
    """What admins decided for the whole newsroom."""

    second_factor_from: Role | None
    shows_archives: bool


class RightsIn(In):
    """What somebody may do: everywhere, and at desks, by their slugs. What holds everywhere holds at each desk."""

    role: Role | None = None
    desks: Annotated[dict[Slug, DeskRoleName], Field(max_length=200)] = {}


class InviteIn(RightsIn):
    """Whom to invite, and what they may do once they have come."""

    email: Email


class InvitationOut(BaseModel):
    """An invitation that is open. Whoever has the address comes in by it, once."""

    id: UUID
    email: str
    role: Role | None
    desks: dict[str, str]
    made_at: datetime
    expires_at: datetime
    url: str


class LinkOut(BaseModel):
    """A link that works once, and until when."""

    url: str
    expires_at: datetime


class MemberOut(PersonOut):
    """Somebody at the desk, as admins see them."""

    id: UUID
    active: bool
    role: Role | None
    desks: dict[str, str]
    second_factor: bool
    passkeys: int = 0
    claims: int  # that they are working on
    seen_at: datetime | None  # when a session of theirs was last used


class SessionOut(BaseModel):
    """A browser in which somebody is signed in: how (`way`), and from which network, without its end."""

    id: UUID
    browser: str
    address: str
    way: str
    signed_in_at: datetime
    seen_at: datetime


class SessionsOut(BaseModel):
    """Where somebody is signed in, the latest used first."""

    data: list[SessionOut]


class PeopleOut(BaseModel):
    """Everybody, by name, and the invitations that are open."""

    data: list[MemberOut]
    invitations: list[InvitationOut]


class TokenOut(BaseModel):
    """A personal token, without its secret."""

    id: str
    name: str
    made_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


class TokensOut(BaseModel):
    """One's personal tokens."""

    data: list[TokenOut]


class ActOut(BaseModel):
    """An act of administration, as the history has it."""

    seq: int
    at: datetime
    by: str | None
    action: str
    details: dict[str, Any] | None


class ActsOut(BaseModel):
    """Acts of administration, the latest first."""

    data: list[ActOut]
    next_cursor: str | None


class AcceptIn(In):
    """Who comes by an invitation: the name that colleagues and, by default, readers see, and a password."""

    name: Line
    password: Password


class ResetIn(In):
    """A new password, by a link."""

    password: Password


class CodeIn(In):
    """A code of an app or, at sign-in, a recovery code."""

    code: Line


class PasswordIn(In):
    """One's password, to confirm that it is oneself. Who has none leaves it out."""

    password: Password = ""


class NewPasswordIn(PasswordIn):
    """A new password beside the old one."""

    new: Password
