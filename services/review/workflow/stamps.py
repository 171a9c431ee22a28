"""What is stamped by an authority: the copies that verdicts rest on, and each day the head of the history."""

from typing import ClassVar, Literal

from sqlmodel import Session

from services.review.models import Outbox, TimeStamp
from services.review.service import service
from services.review.stamps import Stamp
from shared import errands
from shared.contracts import VerdictApproved
from shared.db import insert_if_absent, row_of
from shared.errands import Errand

StampKind = Literal["copy", "head"]


class HaveStamped(Errand):
    """Have something stamped. If the authority does not answer it is tried again, as every errand is."""

    topic: ClassVar[str] = "have stamped"
    job: ClassVar[str] = "services.review.errands.have_stamped"
    kind: StampKind
    stamped: str
    seq: int | None = None


def order_stamp(session: Session, kind: StampKind, stamped: str, seq: int | None = None) -> None:
    """Have something stamped, unless it is or nobody is named who could."""
    if service.settings.tsa_url and session.get(TimeStamp, (kind, stamped)) is None:
        errand = HaveStamped(kind=kind, stamped=stamped, seq=seq)
        errands.order(session, Outbox, service.name, [(errand, None)])


def order_stamps(session: Session, told: VerdictApproved) -> None:
    """Have those copies stamped that a verdict rests on and that are not: they were archived before an authority was named."""
    for one in told.evidence:
        if one.archived and one.archived.stamped_at is None:
            order_stamp(session, "copy", one.archived.sha256)


def keep_stamp(session: Session, wanted: HaveStamped, stamp: Stamp, authority: str) -> None:
    """Keep what an authority answered. What is stamped already stays as it is: the earlier time is worth more."""
    given = {"authority": authority, "stamped_at": stamp.at, "response": stamp.response}
    row = row_of(TimeStamp, **wanted.model_dump(), **given)
    session.connection().execute(insert_if_absent(session, TimeStamp), [row])
