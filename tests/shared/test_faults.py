"""Whoever sent a value that does not hold is told so in words, not in those of who checks it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.faults import words_of


def no_smoking(room):
    if room == 13:
        raise ValueError("has no window")
    return room


class Guest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=2_000)] = "Ann"
    room: Annotated[int, Field(ge=1, le=5_000), AfterValidator(no_smoking)] = 1
    nights: Annotated[float, Field(gt=0, lt=30)] = 1
    board: Literal["none", "half", "full"] = "none"
    pays: bool = True
    arrives: AwareDatetime | None = None
    woken: datetime | None = None
    born: date | None = None
    booking: UUID | None = None
    wishes: Annotated[list[str], Field(max_length=2)] = []
    partner: "Guest | None" = None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"smokes": True}, "is not known here"),
        ({"name": 1}, "must be text"),
        ({"name": "a"}, "must have at least 2 characters"),
        ({"name": "a" * 2_001}, "must have at most 2,000 characters"),
        ({"room": "one"}, "must be a whole number"),
        ({"room": 1.5}, "must be a whole number"),
        ({"room": 0}, "must be at least 1"),
        ({"room": 5_001}, "must be at most 5000"),
        ({"room": 13}, "has no window"),
        ({"nights": "many"}, "must be a number"),
        ({"nights": 0}, "must be more than 0.0"),
        ({"nights": 30}, "must be less than 30.0"),
        ({"board": "more"}, "must be 'none', 'half' or 'full'"),
        ({"pays": "perhaps"}, "must be true or false"),
        ({"arrives": "2026-03-30T09:00:00"}, "must name its time zone"),
        ({"arrives": "at noon"}, "must be a date and a time"),
        ({"woken": "2026-13-01T09:00:00"}, "must be a date and a time"),
        ({"born": "in May"}, "must be a date, such as"),
        ({"booking": "7"}, "must be an id, such as"),
        ({"wishes": "tea"}, "must be a list"),
        ({"wishes": ["tea", "milk", "sugar"]}, "must have at most 2 entries"),
        ({"partner": "Jo"}, "must be an object"),
        ("Ann", "must be an object"),
    ],
)
def test_it_is_said_what_the_value_must_be(given, words):
    with pytest.raises(ValidationError) as wrong:
        Guest.model_validate(given)
    [error] = wrong.value.errors()
    assert words_of(error).startswith(words)


def test_what_is_missing_is_called_so():
    class Booking(BaseModel):
        guest: Guest

    with pytest.raises(ValidationError) as wrong:
        Booking.model_validate({})
    assert [words_of(one) for one in wrong.value.errors()] == ["is missing"]
