"""Review and publish tell what became of a claim."""

from uuid import UUID

from sqlmodel import Session

from services.intake import changes, seen, webhooks
from services.intake.changes import Noted
from services.intake.models import Claim
from shared.contracts import CaseMoved, VerdictPublished
from shared.errors import NotFound


def note_case_moved(session: Session, message: CaseMoved) -> None:
    """Review told where the case stands. Older news than what is known changes nothing."""
    claim = _lock(session, message.claim_id)
    if message.revision <= claim.case_revision:
        return
    before, shelf = webhooks.Standing.of(claim), seen.shelf_of(claim)
    claim.case_state = message.state
    claim.case_revision = message.revision
    claim.case_moved_at = message.moved_at
    claim.verdict_revision = message.verdict_revision
    claim.verdict_kind = message.kind
    claim.close_reason = message.close_reason
    if claim.merged_into is not None and message.merged_into is None:  # what was published was another's
        claim.unmerged_published += claim.published_revision
        claim.unmerged_revision, claim.published_revision, claim.verdict = message.revision, 0, None
    claim.merged_into = message.merged_into
    claim.settle()
    changes.note_all(session, [Noted(claim.newsroom_id, claim.id, "moved")])
    webhooks.tell_change(session, claim, before)
    if seen.shelf_of(claim) != shelf:
        seen.order_moving(session, claim)


def note_verdict_published(session: Session, message: VerdictPublished) -> None:
    """Publish told that readers can read a revision of the verdict. An older one than what is known changes nothing."""
    claim = _lock(session, message.claim_id)
    is_undone = message.merged_into is not None and message.case_revision < claim.unmerged_revision
    if is_undone or message.revision <= claim.published_revision:
        return
    before, shelf = webhooks.Standing.of(claim), seen.shelf_of(claim)
    claim.published_revision = message.revision
    claim.verdict = message.model_dump(mode="json")
    claim.settle()
    changes.note_all(session, [Noted(claim.newsroom_id, claim.id, "published")])
    webhooks.tell_change(session, claim, before)
    if claim.merged_into is None or seen.shelf_of(claim) != shelf:  # of a correction, too: stories are compared again
        seen.order_moving(session, claim)


def _lock(session: Session, claim_id: UUID) -> Claim:
    claim = session.get(Claim, claim_id, with_for_update=True)
    if claim is None:
        raise NotFound(f"There is no claim {claim_id}.")
    return claim
