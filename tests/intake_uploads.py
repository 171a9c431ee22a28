"""A file of claims, how its columns are mapped on its page, and what came in of it."""

from sqlmodel import select

from services.intake.models import Claim
from services.intake.service import service as intake

FILE = "Claim,Who,Urgency\nBus 1 was late.,Jo Doe,2\n,Nobody,5\nBus 2 was late.,Ann Other,high\nBus 3 was late.,,\n"


def mapped(visitor, place, **fields):
    """The answer when these columns are said to be these fields."""
    return visitor.send(place, column=list(fields), field=list(fields.values()))


def claims():
    """What came in, by its text."""
    with intake.reading() as session:
        return sorted((one.record for one in session.exec(select(Claim))), key=lambda one: one.text)
