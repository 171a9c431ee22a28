"""The pages on how the newsroom works, as the desk shows them."""

from typing import get_args

from sqlmodel import Session

from services.review.models import Person
from services.review.schemas import PolicyRow
from services.review.workflow.policies import newest_policy
from shared.contracts import PolicyName
from shared.contracts.policies import languages, starter

NAMES: tuple[PolicyName, ...] = get_args(PolicyName)


def list_policies(session: Session) -> list[PolicyRow]:
    """Every page in every language: as it reads, or as it begins."""
    return [find_policy(session, name, language) for name in NAMES for language in languages()]


def find_policy(session: Session, name: PolicyName, language: str) -> PolicyRow:
    """One of them."""
    posted = newest_policy(session, name, language)
    if posted is None:
        return PolicyRow(name, language, 0, *starter(name, language))
    by = session.get_one(Person, posted.posted_by).name
    return PolicyRow(name, language, posted.revision, posted.title, posted.text, by, posted.posted_at)
