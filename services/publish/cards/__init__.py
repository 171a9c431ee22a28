"""The picture of a check that other sites show where somebody links to it: its rating, its headline.

`drawing` draws it, `fonts` finds letters for it: both are for the process that does errands, because web processes only send what
is kept with the check.
"""

from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.publish import rendering
from services.publish.models import Card, Check, Outbox
from services.publish.service import service
from shared.clock import now
from shared.errands import Errand, order


class DrawCard(Errand):
    """Draw the card of a check."""

    topic: ClassVar[str] = "card.draw"
    job: ClassVar[str] = "services.publish.errands.draw_card"
    claim_id: UUID


def order_card(session: Session, check: Check) -> None:
    """Have the card drawn, unless it is there."""
    found, kept = rendering.card_of(check), session.get(Card, check.claim_id)
    if found and (kept is None or kept.version != found.version):
        order(session, Outbox, service.name, [(DrawCard(claim_id=check.claim_id), None)])


def keep(session: Session, claim_id: UUID, version: str, image: bytes) -> None:
    """Keep a card, in place of the one before."""
    kept = session.get(Card, claim_id) or Card(claim_id=claim_id, version=version, drawn_at=now(), image=image)
    kept.version, kept.drawn_at, kept.image = version, now(), image
    session.add(kept)
