"""The rows of an upload are submitted, some at a time, each once: how far it is stands in the same transaction as the claims."""

from itertools import islice
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session

from services.intake.models import Outbox, Upload
from services.intake.service import service
from services.intake.uploads.files import Ready, mapped_rows, open_upload
from shared import errands
from shared.clock import now
from shared.errands import Errand
from shared.errors import NotAllowed

AT_ONCE = 200  # rows in one transaction; other writers wait no longer than that takes


class SendRows(Errand):
    """Submit the rows of an upload that come after the first `done` ones."""

    topic: ClassVar[str] = "send-rows"
    job: ClassVar[str] = "services.intake.errands.send_rows"

    upload_id: UUID
    done: int


def begin(session: Session, upload: Upload, rows: int) -> None:
    """Have an upload sent. Raises NotAllowed for one that is on its way, or was sent."""
    if upload.state != "waiting":
        raise NotAllowed("This file is being sent already, or was sent. Upload it again to send it again.")
    upload.state, upload.rows, upload.done = "sending", rows, 0
    _order(session, upload)


def begin_rows(session: Session, errand: SendRows) -> list[Ready] | None:
    """The rows that are next; None if that was done."""
    upload = session.get(Upload, errand.upload_id)
    if upload is None or upload.state != "sending" or upload.done != errand.done:
        return None
    with open_upload(upload) as table:
        return list(islice(mapped_rows(upload, table), errand.done, errand.done + AT_ONCE))


def end_rows(session: Session, upload: Upload, rows: list[Ready], new: int) -> None:
    """Note what became of rows, of which so many were new claims, and order the next."""
    reasons = [[one.row.number, one.refused] for one in rows if one.refused]
    upload.refused = [*upload.refused, *reasons]
    upload.done += len(rows)
    upload.new += new
    upload.known += len(rows) - len(reasons) - new
    if len(rows) < AT_ONCE:
        upload.state, upload.rows, upload.ended_at = "sent", upload.done, now()
    else:
        _order(session, upload)
    session.add(upload)


def _order(session: Session, upload: Upload) -> None:
    errands.order(session, Outbox, service.name, [(SendRows(upload_id=upload.id, done=upload.done), None)])
