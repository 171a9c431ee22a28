"""The rows of an upload are submitted, some at a time, each once: how far it is stands in the same transaction as the claims."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.intake.models import Outbox, Upload
from services.intake.service import service
from services.intake.uploads.files import Look, Ready
from shared import errands
from shared.clock import now
from shared.errands import Errand
from shared.errors import NotAllowed

AT_ONCE = 200  # rows in one transaction; other writers wait no longer than that takes
BUSY = timedelta(seconds=30)


class SendRows(Errand):
    """Submit the rows of an upload that have not been dealt with."""

    topic: ClassVar[str] = "send-rows"
    job: ClassVar[str] = "services.intake.errands.send_rows"

    upload_id: UUID


def begin(session: Session, upload: Upload, seen: Upload, look: Look) -> None:
    """Have an upload sent as it was `seen`; one that is on its way, or was sent, is not sent again. Raises NotAllowed for one
    that has been mapped anew."""
    if upload.state != "waiting":
        return
    if _way_of(upload) != _way_of(seen):
        raise NotAllowed("It has been mapped in another way meanwhile. Look at what would be sent now.")
    upload.state, upload.rows, upload.done = "sending", look.rows, 0
    upload.mapping = dict(look.mapping)  # as its columns' names said, if nothing was chosen
    errands.order(session, Outbox, service.name, [(SendRows(upload_id=upload.id), None)])


def _way_of(upload: Upload) -> tuple[object, ...]:
    return upload.mapping, upload.encoding, upload.zone, upload.test


def waiting(session: Session, errand: SendRows) -> Upload | None:
    """An upload that is being sent; None if that was done."""
    upload = session.get(Upload, errand.upload_id)
    return upload if upload and upload.state == "sending" else None


def put_off(session: Session, errand: SendRows) -> None:
    """Too many claims wait to be passed on: a little later."""
    errands.order(session, Outbox, service.name, [(errand, now() + BUSY)])


def note(upload: Upload, rows: Sequence[Ready], refused: Sequence[str | None], new: int) -> None:
    """Note what became of the next rows: why each was refused, if it was, and how many were new claims."""
    reasons = [[one.row.number, why] for one, why in zip(rows, refused, strict=True) if why]
    upload.refused = [*upload.refused, *reasons]
    upload.done += len(rows)
    upload.new += new
    upload.known += len(rows) - len(reasons) - new
    if len(rows) < AT_ONCE:
        upload.state, upload.rows, upload.ended_at = "sent", upload.done, now()
