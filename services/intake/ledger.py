"""What review must know of intake's claims, and what intake knows from the others."""

from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake import workflow
from services.intake.models import Claim, Newsroom
from shared.contracts import ROUTES, CaseMoved, ClaimSubmitted, VerdictPublished
from shared.errors import NotFound
from shared.ledger import Entry


def told(session: Session) -> Iterator[Entry]:
    """Every claim at its newest revision."""
    claims = select(col(Claim.id), col(Claim.revision)).order_by(col(Claim.id)).execution_options(yield_per=1000)
    for claim_id, revision in session.exec(claims):
        for receiver in ROUTES[ClaimSubmitted]:
            yield Entry(ClaimSubmitted.topic, receiver.queue, str(claim_id), revision)


def known(session: Session) -> Iterator[Entry]:
    """Where each case stands and which verdicts are public, as far as intake was told."""
    chosen = (
        select(col(Claim.id), col(Claim.case_revision), col(Claim.published_revision))
        .order_by(col(Claim.id))
        .execution_options(yield_per=1000)
    )
    for claim_id, case_revision, published_revision in session.exec(chosen):
        if case_revision:
            yield Entry(CaseMoved.topic, "intake", str(claim_id), case_revision)
        if published_revision:
            yield Entry(VerdictPublished.topic, "intake", str(claim_id), published_revision)


def tell_again(session: Session, entry: Entry) -> None:
    """Tell review of a claim once more. Raises NotFound."""
    claim = session.get(Claim, UUID(entry.key))
    newsroom = session.get(Newsroom, claim.newsroom_id) if claim else None
    if claim is None or newsroom is None:
        raise NotFound(f"There is no claim {entry.key}.")
    workflow.tell_submitted(session, claim, newsroom.name)
