"""What intake's edges ask of the database."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.intake.models import ApiKey, Claim, Newsroom, Submission
from services.intake.schemas import ClaimOut, RatingOut, ReceiptOut, VerdictOut
from shared.errors import NotFound


def get_claim(session: Session, claim_id: UUID, newsroom_id: UUID) -> ClaimOut:
    """One of a newsroom's own claims. Others' claims are not found."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.newsroom_id != newsroom_id:
        raise NotFound("You have no claim with this id.")
    return describe(session, claim)


def list_claims(
    session: Session,
    newsroom_id: UUID,
    limit: int,
    state: str | None = None,
    since: datetime | None = None,
    before: UUID | None = None,
) -> tuple[list[ClaimOut], UUID | None]:
    """A newsroom's claims, newest first, and the id after which the next page begins.

    States are derived, so that they are sifted while reading; a page may look at many rows but keeps its order.
    """
    found: list[Claim] = []
    for claim in _newest_first(session, newsroom_id, since, before):
        if state is None or claim.state == state:
            found.append(claim)
        if len(found) > limit:
            break
    more = found[limit - 1].id if len(found) > limit else None
    return [describe(session, claim) for claim in found[:limit]], more


def describe(session: Session, claim: Claim) -> ClaimOut:
    """A claim as its newsroom sees it."""
    mine = session.exec(
        select(func.count(), func.min(Submission.external_id)).where(Submission.claim_id == claim.id)
    ).one()
    return ClaimOut(
        id=claim.id,
        state=claim.state,
        text=claim.record.text,
        close_reason=claim.close_reason if claim.state == "closed" else None,
        verdict=_verdict(claim),
        rechecking=claim.rechecking,
        submissions=mine[0],
        external_id=mine[1],
        test=claim.test,
        submitted_at=claim.submitted_at,
        changed_at=claim.changed_at,
        url=f"/v1/claims/{claim.id}",
    )


def get_receipt(session: Session, token: str) -> ReceiptOut:
    """What became of the submission whose receipt has this token."""
    row = session.exec(
        select(Submission, Claim)
        .join(Claim, col(Claim.id) == Submission.claim_id)
        .where(Submission.receipt_hash == Submission.hash_of(token))
    ).first()
    if row is None:
        raise NotFound("There is no receipt at this address.")
    submission, claim = row
    out = describe(session, claim)
    return ReceiptOut(
        **out.model_dump(include=set(ReceiptOut.model_fields)) | {"submitted_at": submission.submitted_at}
    )


def list_keys(session: Session) -> Sequence[tuple[ApiKey, str]]:
    """Every key with its newsroom's name."""
    return session.exec(
        select(ApiKey, Newsroom.name).join(Newsroom, col(Newsroom.id) == ApiKey.newsroom_id).order_by(Newsroom.name)
    ).all()


def _newest_first(session: Session, newsroom_id: UUID, since: datetime | None, before: UUID | None) -> Iterator[Claim]:
    chosen = select(Claim).where(Claim.newsroom_id == newsroom_id).order_by(col(Claim.id).desc())
    if since is not None:
        chosen = chosen.where(col(Claim.changed_at) >= since)
    if before is not None:
        chosen = chosen.where(col(Claim.id) < before)
    yield from session.exec(chosen.execution_options(yield_per=200))


def _verdict(claim: Claim) -> VerdictOut | None:
    told = claim.published
    if told is None:
        return None
    return VerdictOut(
        rating=RatingOut(**told.rating.model_dump(include=set(RatingOut.model_fields))),
        **told.model_dump(include=set(VerdictOut.model_fields) - {"rating"}),
    )
