"""What somebody sent in about themselves: why they sent a claim, who they are, and their system's own number for it. It is
found by whoever runs the desk, and forgotten.

The claim itself stays, as it was received: it is what was said in public. Review is told anew, and forgets its copy; what it was
told before of the claim goes from the outbox, where it would be kept on.
"""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.intake.models import Claim, Newsroom, Outbox, Submission
from services.intake.workflow.submitting import tell_submitted
from shared.contracts import ClaimSubmitted
from shared.errors import NotFound


def find_submission(session: Session, which: UUID | str) -> Submission:
    """One submission, by its id or the token of its receipt. Raises NotFound."""
    place = Submission.id == which if isinstance(which, UUID) else Submission.receipt_hash == Submission.hash_of(which)
    found = session.exec(select(Submission).where(place)).first()
    if found is None:
        raise NotFound("There is no such submission.")
    return found


def erase_submission(session: Session, which: UUID | str) -> Submission:
    """Forget what came with one submission. Raises NotFound."""
    found = find_submission(session, which)
    claim = session.get_one(Claim, found.claim_id, with_for_update=True)
    session.refresh(found, with_for_update=True)
    found.reason = found.external_id = found.submitter = None
    claim.revision += 1
    session.flush()
    told = (col(Outbox.topic) == ClaimSubmitted.topic, col(Outbox.key) == str(claim.id))
    session.execute(delete(Outbox).where(*told))  # what comes now says all of it
    tell_submitted(session, claim, session.get_one(Newsroom, claim.newsroom_id))
    return found
