"""A newsroom's uploaded files: kept until they are deleted, or a month after they were uploaded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from services.intake.models import Newsroom, Upload
from services.intake.uploads.files import header_of
from shared.clock import now
from shared.errors import NotAllowed, NotFound

MOST_KEPT = 100  # files of one newsroom
KEEP = timedelta(days=30)


def new_upload(newsroom_id: UUID, name: str, content: bytes) -> Upload:
    """A file, and what its columns are called; nothing is kept yet."""
    upload = Upload(newsroom_id=newsroom_id, name=name, content=content)
    upload.header = header_of(upload)
    return upload


def add_upload(session: Session, upload: Upload) -> None:
    """Keep a file, mapped as the newsroom's last one with the same columns was. Raises NotAllowed when the newsroom has as many as
    it may have."""
    session.get_one(Newsroom, upload.newsroom_id, with_for_update=True)  # so that two at once are counted
    mine = select(func.count()).select_from(Upload).where(Upload.newsroom_id == upload.newsroom_id)
    if session.exec(mine).one() >= MOST_KEPT:
        raise NotAllowed(f"There are {MOST_KEPT} files already. Delete one.")
    if before := _last_mapped(session, upload):
        upload.mapping, upload.zone, upload.mapped_like = dict(before.mapping), before.zone, before.name
    session.add(upload)


def map_upload(upload: Upload, mapping: dict[str, str], encoding: str | None, zone: str | None, *, test: bool) -> None:
    """Say which column holds what, how the file is to be read, and whether it is sent as a try. One that is on its way, or was
    sent, stays as it was."""
    if upload.state != "waiting":
        return
    if encoding != upload.encoding:
        upload.encoding = encoding
        upload.header = header_of(upload)
    upload.mapping, upload.mapped_like, upload.zone, upload.test = mapping, None, zone, test


def _last_mapped(session: Session, upload: Upload) -> Upload | None:
    """The newest of the newsroom's files with the same columns that somebody has said, or the columns' names have, what is what."""
    if upload.header is None:
        return None
    alike = select(Upload).where(Upload.newsroom_id == upload.newsroom_id, Upload.header == upload.header)
    alike = alike.order_by(col(Upload.id).desc()).options(defer(Upload.content))  # type: ignore[arg-type]
    return next((one for one in session.exec(alike) if one.mapping), None)


def own_upload(session: Session, upload_id: UUID, newsroom_id: UUID, lock: bool = False) -> Upload:
    """One of a newsroom's own. Raises NotFound."""
    upload = session.get(Upload, upload_id, with_for_update=lock or None)
    if upload is None or upload.newsroom_id != newsroom_id:
        raise NotFound("You have no file with this id.")
    return upload


def list_uploads(session: Session, newsroom_id: UUID) -> Sequence[Upload]:
    """A newsroom's files, the newest first, without what is in them."""
    mine = select(Upload).where(Upload.newsroom_id == newsroom_id).order_by(col(Upload.id).desc())
    return session.exec(mine.options(defer(Upload.content))).all()  # type: ignore[arg-type]


def tidy(session: Session) -> None:
    """Forget files that nobody needs any more. What was sent of them stays."""
    old = (col(Upload.made_at) < now() - KEEP, col(Upload.state) != "sending")
    session.execute(delete(Upload).where(*old))
