"""What every input shares."""

from pydantic import BaseModel, ConfigDict


class In(BaseModel):
    """What comes from outside: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class NothingIn(In):
    """An action that needs no more than its name."""
