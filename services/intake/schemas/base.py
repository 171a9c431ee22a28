"""What all that comes from outside has in common."""

from pydantic import BaseModel, ConfigDict


class In(BaseModel):
    """What comes from outside: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")
