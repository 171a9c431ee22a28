"""The picture of a check that other sites show where somebody links to it: its rating, its headline.

`drawing` draws it, `fonts` finds letters for it, in the process that does errands; web processes send what is kept with the check,
and draw `at_once` what is asked for in the moment before.
"""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from services.publish import rendering
from services.publish.models import Card, Check, Outbox
from services.publish.service import service
from shared.clock import now
from shared.errands import Errand, order

VERSIONS = select(Card.claim_id, Card.version).where(col(Card.claim_id).in_(bindparam("ids", expanding=True)))


class DrawCard(Errand):
    """Draw the card of a check."""

    topic: ClassVar[str] = "card.draw"
    job: ClassVar[str] = "services.publish.errands.draw_card"
    claim_id: UUID


def order_cards(session: Session, checks: Sequence[Check]) -> None:
    """Have the cards of these drawn, but for those that are there."""
    ids = [check.claim_id for check in checks]
    kept: dict[UUID, str] = dict(session.exec(VERSIONS, params={"ids": ids}).all())
    wanted = {check.claim_id: found.version for check in checks if (found := rendering.card_of(check))}
    missing = [claim_id for claim_id, version in wanted.items() if kept.get(claim_id) != version]
    order(session, Outbox, service.name, [(DrawCard(claim_id=claim_id), None) for claim_id in missing])


def keep(session: Session, claim_id: UUID, version: str, image: bytes) -> None:
    """Keep a card, in place of the one before."""
    kept = session.get(Card, claim_id) or Card(claim_id=claim_id, version=version, drawn_at=now(), image=image)
    kept.version, kept.drawn_at, kept.image = version, now(), image
    session.add(kept)
