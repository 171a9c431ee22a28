"""What can happen at intake: a claim is submitted; review and publish tell what became of it."""

import secrets
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from services.intake.models import Claim, Outbox, Submission
from services.intake.schemas import ClaimIn
from services.intake.wording import wording_hash
from shared import contracts
from shared.clock import now
from shared.contracts import ROUTES, CaseMoved, ClaimRecord, ClaimSubmitted, VerdictPublished
from shared.errors import NotFound
from shared.outbox import tell


class Submitted(NamedTuple):
    """A claim as it stands after a submission, the token of the receipt, and whether the claim is new."""

    claim: Claim
    receipt_token: str
    is_new: bool


def submit(
    session: Session, found: ClaimIn, newsroom_id: UUID, newsroom: str, api_key_id: str | None = None
) -> Submitted:
    """Take a claim in. The same wording again from the same newsroom is another submission of the same claim."""
    claim = _lock_same_wording(session, found, newsroom_id)
    is_new = claim is None
    if claim is None:
        claim = _add_claim(session, found, newsroom_id)
    if claim is None:  # somebody else added it between our two looks
        is_new, claim = False, _lock_same_wording(session, found, newsroom_id)
    assert claim is not None  # noqa: S101
    if not is_new:
        claim.revision += 1
        claim.changed_at = now()
    token = secrets.token_urlsafe(24)
    session.add(
        Submission(
            claim_id=claim.id,
            newsroom_id=newsroom_id,
            api_key_id=api_key_id,
            receipt_hash=Submission.hash_of(token),
            reason=found.reason,
            external_id=found.external_id,
        )
    )
    session.flush()
    tell_submitted(session, claim, newsroom)
    return Submitted(claim, token, is_new)


def tell_submitted(session: Session, claim: Claim, newsroom: str) -> None:
    """Tell review of a claim as it stands, with all its submissions."""
    submissions = session.exec(
        select(Submission).where(Submission.claim_id == claim.id).order_by(col(Submission.id))
    ).all()
    message = ClaimSubmitted(
        claim_id=claim.id,
        revision=claim.revision,
        submitted_at=claim.submitted_at,
        claim=claim.record,
        submissions=tuple(
            contracts.Submission(
                id=one.id,
                newsroom=newsroom,
                reason=one.reason,
                external_id=one.external_id,
                submitted_at=one.submitted_at,
            )
            for one in submissions
        ),
    )
    tell(session, Outbox, message, ROUTES[ClaimSubmitted])


def note_case_moved(session: Session, message: CaseMoved) -> None:
    """Review told where the case stands. Older news than what is known changes nothing."""
    claim = _lock(session, message.claim_id)
    if message.revision <= claim.case_revision:
        return
    claim.case_state = message.state
    claim.case_revision = message.revision
    claim.case_moved_at = message.moved_at
    claim.verdict_revision = message.verdict_revision
    claim.verdict_kind = message.kind
    claim.close_reason = message.close_reason
    claim.settle()


def note_verdict_published(session: Session, message: VerdictPublished) -> None:
    """Publish told that readers can read a revision of the verdict. An older one than what is known changes nothing."""
    claim = _lock(session, message.claim_id)
    if message.revision <= claim.published_revision:
        return
    claim.published_revision = message.revision
    claim.verdict = message.model_dump(mode="json")
    claim.settle()


def _lock(session: Session, claim_id: UUID) -> Claim:
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None:
        raise NotFound(f"There is no claim {claim_id}.")
    return claim


def _lock_same_wording(session: Session, found: ClaimIn, newsroom_id: UUID) -> Claim | None:
    return session.exec(
        select(Claim)
        .where(
            Claim.newsroom_id == newsroom_id, Claim.wording_hash == wording_hash(found.text), Claim.test == found.test
        )
        .with_for_update()
    ).first()


def _add_claim(session: Session, found: ClaimIn, newsroom_id: UUID) -> Claim | None:
    """A new claim; None if the same wording was added at the same moment (PostgreSQL; SQLite's writers queue)."""
    claim = Claim(
        newsroom_id=newsroom_id,
        wording_hash=wording_hash(found.text),
        received=_record(found).model_dump(mode="json"),
        test=found.test,
    )
    try:
        with session.begin_nested():
            session.add(claim)
            session.flush()
    except IntegrityError:
        return None
    return claim


def _record(found: ClaimIn) -> ClaimRecord:
    """The claim as it is carried on. Statements and requests for comment without an id get one."""
    given: dict[str, Any] = found.model_dump(mode="json", exclude={"reason", "external_id"})
    for items, letter in ((given["statements"], "s"), (given["requests_for_comment"], "r")):
        taken = {item["id"] for item in items}
        free = (f"{letter}{number}" for number in range(1, 1000) if f"{letter}{number}" not in taken)
        for item in items:
            item["id"] = item["id"] or next(free)
    return ClaimRecord.model_validate(given)
