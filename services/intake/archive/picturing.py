"""Pictures of the pages of which there are copies: wanted when a page is kept, made by an errand of their own, as a browser takes
longer than all else of a visit. Without `INTAKE_BROWSER` there are none.

Which are wanted stands in the database, in the order in which they came. An errand has the first of them made, not one of its own:
so one that finds the browser busy has nothing to wait for, and whoever has the browser orders the next.
"""

import logging
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.archive.room import room_left
from services.intake.archive.told import tell_review
from services.intake.browsing import Browser, NoPicture, take_picture
from services.intake.models import Copy, Outbox, Source
from services.intake.parsing.words import said
from services.intake.service import service
from services.intake.settings import Settings
from shared import errands, stored
from shared.clock import now
from shared.errands import Errand

log = logging.getLogger(__name__)

PAGES = ("text/html", "application/xhtml+xml")
TRIED_AGAIN = timedelta(minutes=5)  # after the last try began; none takes so long


class Picture(Errand):
    """Have the picture made that has been wanted longest."""

    topic: ClassVar[str] = "picture"
    job: ClassVar[str] = "services.intake.errands.picture"


class Wanted(NamedTuple):
    """The page that is to be pictured, and how many bytes the archive still takes."""

    copy_id: UUID
    url: str
    room: int


class Pictured(NamedTuple):
    """What came of it: a file, when the page looked so; or why there is none."""

    sha256: str | None
    bytes: int | None
    at: datetime | None
    reason: str | None


def order_picture(session: Session, copy: Copy) -> None:
    """Want a picture of a page that was just visited, if one can be made and there is none yet."""
    if service.settings.browser and copy.content_type in PAGES and copy.picture_sha256 is None:
        copy.picture_due_at = copy.picture_due_at or now()
        errands.order(session, Outbox, service.name, [(Picture(), None)])


def order_next(session: Session) -> None:
    """Order the next picture, if one is wanted: after each, and now and then, should a process have died between the two."""
    if service.settings.browser and session.exec(_due().limit(1)).first():
        errands.order(session, Outbox, service.name, [(Picture(), None)])


def begin_picture(session: Session) -> Wanted | None:
    """What has been wanted longest, if anything is. Until it is done it comes behind all others, so that a page at which a process
    dies keeps none waiting."""
    if not service.settings.browser:
        return None
    copy = session.exec(_due().limit(1).with_for_update(skip_locked=True)).first()
    if copy is None:
        return None
    copy.picture_due_at = now() + TRIED_AGAIN
    return Wanted(copy.id, copy.landed_url, room_left(session))


def _due() -> SelectOfScalar[Copy]:
    """The copies of which a picture is wanted, the longest first."""
    wanted = select(Copy).where(col(Copy.picture_due_at).is_not(None), col(Copy.picture_due_at) <= now())
    return wanted.order_by(col(Copy.picture_due_at), col(Copy.id))


def look_at(wanted: Wanted, settings: Settings) -> Pictured:
    """Have the picture made, and keep it. No transaction is open meanwhile. Whatever goes wrong is an outcome."""
    url = wanted.url
    if wanted.room <= 0:
        return _nothing("The archive is full.")
    try:
        content = take_picture(url, Browser(settings.browser, settings.browser_arguments), settings.private_hosts)
        return Pictured(stored.keep(settings.archive_folder, content, stored.WEBP), len(content), now(), None)
    except NoPicture as reason:
        log.warning("no picture", extra={"url": url, "why": str(reason)})
        return _nothing(said(reason))
    except OSError:
        log.exception("the archive can't be written to, or the browser not be started")
        return _nothing("The picture could not be stored.")


def end_picture(session: Session, copy_id: UUID, found: Pictured) -> None:
    """Note what came of it, and tell review."""
    copy = session.get_one(Copy, copy_id)
    source = session.get_one(Source, copy.source_id, with_for_update=True)
    session.refresh(copy)
    copy.picture_due_at = None
    if copy.picture_sha256:
        return
    copy.picture_sha256, copy.picture_bytes, copy.picture_at, copy.no_picture = found
    source.revision += 1
    session.flush()
    tell_review(session, source)


def _nothing(reason: str) -> Pictured:
    return Pictured(None, None, None, reason)
