"""What is stamped by an authority: the copies and the files that verdicts rest on, and each day the head of the history."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

from sqlmodel import Session, col, select

from services.review.models import Outbox, TimeStamp
from services.review.service import service
from services.review.stamps import Stamp
from shared import errands
from shared.contracts import ROUTES, HistoryHeadNoted, VerdictApproved
from shared.db import insert_if_absent, row_of
from shared.errands import Errand
from shared.outbox import tell

StampKind = Literal["copy", "file", "head"]


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
    """Have that stamped which a verdict rests on and which is not: it came before an authority was named."""
    for one in told.evidence:
        if one.archived and one.archived.stamped_at is None:
            order_stamp(session, "copy", one.archived.sha256)
        if one.file and one.file.stamped_at is None:
            order_stamp(session, "file", one.file.sha256)


def stamped_among(session: Session, kind: StampKind, digests: Iterable[str]) -> dict[str, datetime]:
    """Those of some that an authority has seen, and when."""
    chosen = select(TimeStamp).where(TimeStamp.kind == kind, col(TimeStamp.stamped).in_(asked := sorted(digests)))
    return {one.stamped: one.stamped_at for one in session.exec(chosen)} if asked else {}


def keep_stamp(session: Session, wanted: HaveStamped, stamp: Stamp, authority: str) -> None:
    """Keep what an authority answered. What is stamped already stays as it is: the earlier time is worth more."""
    given = {"authority": authority, "stamped_at": stamp.at, "response": stamp.response}
    row = row_of(TimeStamp, **wanted.model_dump(), **given)
    session.connection().execute(insert_if_absent(session, TimeStamp), [row])
    if wanted.kind == "head" and wanted.seq:
        _tell_stamped(session, session.get_one(TimeStamp, (wanted.kind, wanted.stamped)))


def _tell_stamped(session: Session, head: TimeStamp) -> None:
    """Publish the stamp of a head: whoever doubts the desk checks it by themselves."""
    message = HistoryHeadNoted(
        revision=head.seq or 0,
        hash=head.stamped,
        noted_at=head.stamped_at,
        authority=head.authority,
        stamped_at=head.stamped_at,
        stamp=b64encode(head.response).decode(),
    )
    tell(session, Outbox, message, ROUTES[HistoryHeadNoted])
