"""A newsroom's uploaded files: kept until they are deleted, or a month after they were uploaded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from services.intake.models import Newsroom, Upload
from shared.clock import now
from shared.errors import NotAllowed, NotFound

MOST_KEPT = 100  # files of one newsroom
KEEP = timedelta(days=30)


def add_upload(session: Session, newsroom_id: UUID, name: str, content: bytes) -> Upload:
    """Keep a file. Raises NotAllowed when the newsroom has as many as it may have."""
    session.get_one(Newsroom, newsroom_id, with_for_update=True)  # so that two at once are counted
    mine = select(func.count()).select_from(Upload).where(Upload.newsroom_id == newsroom_id)
    if session.exec(mine).one() >= MOST_KEPT:
        raise NotAllowed(f"There are {MOST_KEPT} files already. Delete one.")
    upload = Upload(newsroom_id=newsroom_id, name=name, content=content)
    session.add(upload)
    return upload


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
