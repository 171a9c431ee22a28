"""What a service is told about its index by its environment; each mixes it into its own settings."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

Likelihood = Annotated[float, Field(gt=0, lt=1)]


class MatchSettings(BaseModel):
    """See `deploy/env.example`."""

    match_models: Annotated[tuple[Literal["english", "many"], ...], NoDecode] = ("english", "many")
    match_encoder: str = "here"  # or off, or the path of the socket of a process that several share
    match_weights: Path | None = None  # a file of weights that were learned
    match_suggest: Likelihood | None = None  # from which likelihood on something is suggested; else as the weights say
    match_sure: Likelihood | None = None  # and from which on it is surely the same

    @field_validator("match_models", mode="before")
    @classmethod
    def _read_models(cls, value: Any) -> Any:
        """The environment has them with commas between; empty for no model at all."""
        return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value

    @field_validator("match_weights", "match_suggest", "match_sure", mode="before")
    @classmethod
    def _read_nothing(cls, value: Any) -> Any:
        return value or None
