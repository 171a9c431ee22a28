"""What is told of the times that a claim was sent in: of the first one, and of the newest.

A claim that goes round is sent in ten thousand times. Whoever is told of it, the desk with each further time and whoever sent it in
with each answer, is told how often; were each time told of with every other, what is stored and sent would grow with their square.
"""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import and_, union_all
from sqlmodel import Session, col, select

from services.intake.models import Claim, Submission
from shared.contracts import MOST_SUBMISSIONS

T = TypeVar("T")


def told_of(session: Session, claim_ids: Sequence[UUID]) -> Sequence[Submission]:
    """The first submission of each of these claims and the newest ones, in the order in which they came."""
    of_them = col(Submission.claim_id).in_(claim_ids)
    since = col(Claim.submission_count) - (MOST_SUBMISSIONS - 1)
    newest = select(Submission).join(Claim, and_(col(Claim.id) == Submission.claim_id, col(Submission.number) > since))
    first = select(Submission).join(Claim, and_(col(Claim.id) == Submission.claim_id, since >= 1))
    chosen = union_all(first.where(of_them, Submission.number == 1), newest.where(of_them))
    found = session.scalars(select(Submission).from_statement(chosen)).all()
    return sorted(found, key=lambda one: (one.claim_id, one.number))


def those_told(every: Sequence[T]) -> Sequence[T]:
    """Of submissions of one claim in their order, of which the first is the claim's first: those that are told of."""
    if len(every) <= MOST_SUBMISSIONS:
        return every
    return [every[0], *every[-(MOST_SUBMISSIONS - 1) :]]
