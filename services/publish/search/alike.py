"""Checks that say what is asked, in whatever words: found by `shared.matching` among what is public, and nothing else.

A check's words are indexed when its page is rendered, what the models make of them by an errand a moment later.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.publish.models import MATCH_TABLES, Check, Facet
from services.publish.search.asking import Asked
from services.publish.service import service
from shared import matching
from shared.contracts import EXPLAINER, VerdictApproved
from shared.errands import Errand, Soon
from shared.matching import Entry, Found
from shared.matching.keeping import Keeper

CHECK = "check"
MOST = 20
SOON = timedelta(seconds=2)  # after its words are indexed the models read a check, with those that came meanwhile
PATIENCE = 1.0  # seconds that a reader has for a model
NEAR = 0.5  # cosine: from here on it is about what is asked, whatever its words


class Alike(NamedTuple):
    """Places of checks that probably say what is asked, and of others that are about it; the likeliest first."""

    likely: list[int]
    near: list[int]


index = Keeper(service, MATCH_TABLES)


class Encode(Errand):
    """Have the models read the checks that they have not read yet."""

    topic: ClassVar[str] = "encode"
    job: ClassVar[str] = "services.publish.errands.encode"


_soon = Soon(service, Encode(), SOON)


def keep(session: Session, check: Check, verdict: VerdictApproved) -> None:
    """Index a listed check's current revision."""
    more = " ".join(filter(None, (verdict.wording, *verdict.claim.tags)))
    text = check.claim_text or check.headline or ""
    index.put(
        session,
        [Entry(CHECK, check.claim_id, text, check.headline, more or None, check.claimant, verdict.claim.claimed_at,
               check.language)],
    )  # fmt: skip
    if index.tag:
        _soon.order(session)


def order_encoding(session: Session) -> None:
    """Have an errand make the vectors that are missing, unless one is at it."""
    if index.waits(session):
        index.order(session, Encode())


def find(session: Session, asked: Asked, question: str) -> Alike:
    """The checks that say what is asked."""
    answer = index.match(session, matching.Asked(question), MOST, PATIENCE)
    likely = [one.subject for one in answer.found if one.likelihood >= answer.weights.suggest]
    near = [one.subject for one in answer.found if one.subject not in likely and _cosine(one) >= NEAR]
    places = _places(session, asked, [*likely, *near])
    return Alike(*([places[one] for one in some if one in places] for some in (likely, near)))


def _places(session: Session, asked: Asked, claim_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The places of those that are under what is asked for."""
    if not claim_ids:
        return {}
    chosen = select(Check.claim_id, Check.position).where(
        col(Check.claim_id).in_(claim_ids), col(Check.position).between(asked.first, asked.last)
    )
    for kind, slug in asked.under.items():
        under = select(Facet.claim_id).where(Facet.claim_id == Check.claim_id, Facet.kind == kind, Facet.slug == slug)
        chosen = chosen.where(under.exists())
    if asked.standing:
        chosen = chosen.where(col(Check.kind) != "retraction", col(Check.rating_slug).is_distinct_from(EXPLAINER))
    return {claim_id: position for claim_id, position in session.exec(chosen) if position}


def _cosine(found: Found) -> float:
    return (found.signs.get("main", 0.0) + found.signs.get("whole", 0.0)) / 2
