"""Who works at the desk, and how they are known."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, cast, or_
from sqlmodel import Field, col

from services.review.models.base import Table
from shared.clock import new_id, now
from shared.db import Json
from shared.pressing import PressRow, press_indexes

RANK = ("checker", "editor", "admin")


def enough_for(role: str) -> tuple[str, ...]:
    """The roles with which one may what this one may."""
    return RANK[RANK.index(role) :]


class Person(Table, table=True):
    """Somebody who works at the desk."""

    __tablename__ = "people"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str
    email: str = Field(unique=True)  # case folded
    password_hash: str  # empty: there is no password
    roles: list[str] = Field(sa_type=Json)
    active: bool = True
    erased_at: datetime | None = None  # when all that told who they were was taken out
    created_at: datetime = Field(default_factory=now)

    @property
    def role(self) -> str | None:
        """The highest role that they have everywhere."""
        return next((role for role in ("admin", "editor", "checker") if role in self.roles), None)

    def may(self, role: str) -> bool:
        """Admins may what editors may, editors what checkers may. Nobody is above four eyes."""
        return any(mine in enough_for(role) for mine in self.roles)

    @classmethod
    def who_may(cls, role: str) -> ColumnElement[bool]:
        """`may`, as a condition of a query."""
        written = cast(col(cls.roles), Text)  # a list of these few words, on both databases
        return or_(*(written.contains(f'"{enough}"') for enough in enough_for(role)))


class Erasure(Table, table=True):
    """Somebody who is being erased: who they were, until nothing else says so."""

    __tablename__ = "erasures"

    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    number: int  # they become "former colleague N"
    name: str
    email: str
    is_only_handle: bool  # nobody else is meant by what stands before the @
    entries: int = 0  # of the history that were rewritten
    begun_at: datetime = Field(default_factory=now)


class SignIn(Table, table=True):
    """A session of a person's browser. The cookie holds a random id, this its digest."""

    __tablename__ = "sign_ins"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    secret_hash: str = Field(unique=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    browser: str = ""
    address: str = ""  # of the network: see `auth.sessions.shortened`
    way: str = "password"  # by which it was opened: password, code, recovery, passkey, provider
    waits: bool = False  # for the second factor; it opens nothing yet
    signed_in_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    revoked_at: datetime | None = None


class SignInFailure(Table, table=True):
    """A wrong password or code, for as long as it counts against the next try."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "who", "failed_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    who: str  # digest of what was guessed at and from where: see `auth.guessing`
    failed_at: datetime = Field(default_factory=now)


class SecondFactor(Table, table=True):
    """The app that shows a person's codes. Its secret is derived: see `codes.secret_of`."""

    __tablename__ = "second_factors"

    person_id: UUID = Field(foreign_key="people.id", primary_key=True)
    salt: str
    made_at: datetime = Field(default_factory=now)
    confirmed_at: datetime | None = None  # None: a first code was not typed yet
    last_step: int = 0  # of the newest code that was used: neither it nor an older one opens anything again


class RecoveryCode(Table, table=True):
    """A code on paper that stands in for the app, once. Only its digest is kept."""

    __tablename__ = "recovery_codes"

    code_hash: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    used_at: datetime | None = None


class HouseRules(Table, table=True):
    """What admins decided for the whole newsroom, in one row."""

    __tablename__ = "house_rules"

    id: int = Field(default=1, primary_key=True)
    second_factor_from: str | None = (
        None  # the lowest role that has to sign in with a second factor; None: nobody has to
    )
    shows_archives: bool = True  # whether readers are led to copies that public archives have


class Token(Table, table=True):
    """A personal token for the API, with that person's rights. Only the digest of its secret is kept."""

    __tablename__ = "tokens"

    id: str = Field(primary_key=True)
    secret_hash: str
    person_id: UUID = Field(foreign_key="people.id", index=True)
    name: str
    made_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_on: date | None = None  # the day, in UTC: enough to see that nobody needs it


class Press(PressRow, Table, table=True):
    """Forms that were sent."""

    __tablename__ = "presses"
    __table_args__ = press_indexes()
