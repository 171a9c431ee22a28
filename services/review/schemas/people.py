"""Who works at the desk, as the API shows them."""

from pydantic import BaseModel


class PersonOut(BaseModel):
    """Somebody at the desk."""

    name: str
    email: str


class MeOut(PersonOut):
    """Whose token this is."""

    roles: list[str]
