"""Who works at the desk, as the API shows them."""

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from shared.fields import In, Line

Role = Literal["checker", "editor", "admin"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]  # what it has to be, `passwords` says


class PersonOut(BaseModel):
    """Somebody at the desk."""

    name: str
    email: str


class MeOut(PersonOut):
    """Whose token this is."""

    roles: list[str]


class HouseRulesIn(In):
    """What admins decide for the whole newsroom: from which role on a second factor is required at sign-in; None: from none."""

    second_factor_from: Role | None = None


class CodeIn(In):
    """A code of an app or, at sign-in, a recovery code."""

    code: Line


class PasswordIn(In):
    """One's password, to confirm that it is oneself. Who has none leaves it out."""

    password: Password = ""


class NewPasswordIn(PasswordIn):
    """A new password beside the old one."""

    new: Password
