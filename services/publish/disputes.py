"""Readers' challenges to verdicts, as publish has a part in them: it takes them in, hands them to the desk, and says what became
of them.

A receipt's address is made from what was sent and the showing of the form, so that a form sent twice is one challenge, and who goes
back and writes something else has sent another.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.publish import places, sites, workflow
from services.publish.models import Check, Dispute, Outbox
from services.publish.schemas import DisputeIn
from services.publish.service import service
from shared.contracts import ROUTES, DisputeMoved, VerdictDisputed
from shared.db import insert_if_absent
from shared.errors import NotFound
from shared.outbox import tell

ERASED = "Erased, because the reader wished so."


def dispute(session: Session, claim_id: UUID, found: DisputeIn, showing: str, language: str) -> str:
    """Take in a challenge to the verdict on a claim and hand it to the desk. Returns its receipt's token. Raises NotFound.

    `showing` names the showing of the form that was sent; the same words sent once more change nothing.
    """
    check = session.get(Check, claim_id)
    if check is None or check.revision == 0:
        raise NotFound("There is no verdict on this claim that could be challenged.")
    token = receipt_of(showing, found)
    made = Dispute(
        claim_id=check.claim_id,
        receipt_hash=digest(token),
        verdict_revision=check.revision,
        language=language,
        **found.model_dump(),
    )
    session.connection().execute(insert_if_absent(session, Dispute), made.model_dump())
    if session.get(Dispute, made.id):  # else the form was sent before
        tell_disputed(session, made)
    return token


def note_moved(session: Session, message: DisputeMoved) -> None:
    """The desk told where a challenge stands. The desk has it now: how to reach the reader is forgotten here.

    When it is decided in public, the verdict's page says so. Older news than what is known changes nothing.
    """
    check = places.lock(session, message.claim_id)
    known = session.get(Dispute, message.dispute_id, with_for_update=True)
    if known is None:
        raise NotFound(f"There is no dispute {message.dispute_id}.")
    if message.revision <= known.moved_revision:
        return
    known.moved_revision, known.told = message.revision, message.model_dump(mode="json")
    if known.contact is not None:
        known.contact = None
        _drop_told(session, known)
    if message.is_public and known.number is None and not check.test:
        known.number = places.next_number(session, "disputes", sites.numbered(check.site))
    session.flush()
    if message.is_public:
        workflow.render_again(session, check.claim_id)


def erase(session: Session, dispute_id: UUID) -> None:
    """Forget what a reader wrote; what was decided stays, and the page that tells of it is made anew. Raises NotFound."""
    known = session.get(Dispute, dispute_id, with_for_update=True)
    if known is None:
        raise NotFound(f"There is no dispute {dispute_id}.")
    known.wrong = known.reason = ERASED
    known.contact = known.url = None
    _drop_told(session, known)
    session.flush()
    if known.number is not None:
        workflow.render_again(session, known.claim_id)


def tell_disputed(session: Session, known: Dispute) -> None:
    """Hand a challenge to the desk."""
    message = VerdictDisputed(
        dispute_id=known.id,
        disputed_at=known.made_at,
        moved=known.moved,
        **known.model_dump(
            include={"claim_id", "verdict_revision", "wrong", "reason", "url", "contact", "language"},
        ),
    )
    tell(session, Outbox, message, ROUTES[VerdictDisputed])


def receipt_of(showing: str, found: DisputeIn) -> str:
    """The token of the receipt for these words from this showing of the form."""
    sent = json.dumps([showing, found.model_dump(mode="json")]).encode()
    made = hmac.digest(service.settings.secret_key.encode(), b"receipt of a challenge: " + sent, "sha256")
    return urlsafe_b64encode(made[:24]).decode()


def digest(token: str) -> str:
    """What is kept of a receipt's token."""
    return sha256(token.encode()).hexdigest()


def _drop_told(session: Session, known: Dispute) -> None:
    """The desk has it: what told of it is no longer needed."""
    told = (col(Outbox.topic) == VerdictDisputed.topic) & (col(Outbox.key) == str(known.id))
    session.execute(delete(Outbox).where(told))
