"""What may say the same as a case, what was decided about it, and how often that was right."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from services.review.models import Case, EarlierCheck, Person, Verdict
from services.review.queries.neighbours import DECISIONS, Neighbours, count_decisions
from services.review.queries.people import name_of
from services.review.scale import rating
from services.review.schemas import CandidateOut, MeasuredOut, PrecisionOut
from services.review.seen import index
from shared.matching.weights import MEASURED

RANKS = ("surely", "perhaps", "differs", "hardly")


def describe_candidates(near: Neighbours, people: dict[UUID, Person]) -> list[CandidateOut]:
    """What was found, and what was decided: what is open first, then the likeliest."""
    verdicts = {(one.case_id, one.revision): one for one in near.matched_verdicts}
    known = {
        one.id: _of_case(one, verdicts.get((one.id, one.published_revision or one.revision))) for one in near.matched
    }
    known |= {one.id: _of_check(one) for one in near.matched_checks}
    ordered = sorted(near.matches, key=lambda one: (one.state != "open", RANKS.index(one.says), -one.score, one.id))
    return [
        CandidateOut.model_validate(
            one.model_dump(exclude={"score"}) | known[one.subject] | {"decided_by": name_of(people, one.decided_by)}
        )
        for one in ordered
        if one.subject in known
    ]


def count_precision(session: Session) -> PrecisionOut:
    """How often what was suggested was right, by the newest decisions; tries don't count."""
    return describe_precision(dict(session.execute(count_decisions()).mappings().one()))


def describe_precision(counted: Mapping[str, int]) -> PrecisionOut:
    """The same of decisions that were counted already."""
    measured = MeasuredOut(**MEASURED._asdict()) if index.is_as_shipped else None
    return PrecisionOut(**{name: counted[name] or 0 for name in DECISIONS}, measured=measured)


def _of_case(one: Case, verdict: Verdict | None) -> dict[str, Any]:
    claimant = one.described.get("claimant") or one.claim.get("claimant") or {}
    return {
        "text": one.text,
        "claimant": claimant.get("name"),
        "language": one.claim.get("language"),
        "stands": one.state,
        "rating": _label_of(verdict) if verdict else None,
        "headline": verdict.headline if verdict else None,
        "url": one.url,
        "publisher": None,
        "at": one.received_at,
    }


def _label_of(verdict: Verdict) -> str:
    """A rating in its desk's words, as readers were told them."""
    told = (verdict.told or {}).get("rating") or {}
    return str(told.get("label") or rating(verdict.rating).label)


def _of_check(one: EarlierCheck) -> dict[str, Any]:
    shown = {"text", "claimant", "language", "rating", "headline", "url", "publisher"}
    return one.taken.model_dump(include=shown) | {"stands": None, "at": one.taken.published_at}
