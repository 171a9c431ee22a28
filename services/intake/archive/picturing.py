"""Pictures of the pages of which there are copies: wanted when a page is kept, made by an errand of their own, as a browser takes
longer than all else of a visit. Without `INTAKE_BROWSER` there are none."""

import logging
import random
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlmodel import Session

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
LONGEST_PUT_OFF = 300.0  # seconds


class Picture(Errand):
    """Have a picture made of the page that a copy is of."""

    topic: ClassVar[str] = "picture"
    job: ClassVar[str] = "services.intake.errands.picture"

    copy_id: UUID
    put_off: int = 0  # how often the browser was busy


class Pictured(NamedTuple):
    """What came of it: a file, when the page looked so; or why there is none."""

    sha256: str | None
    bytes: int | None
    at: datetime | None
    reason: str | None


def order_picture(session: Session, copy: Copy) -> None:
    """Order a picture of a page that was just visited, if one can be made and there is none yet."""
    if service.settings.browser and copy.content_type in PAGES and copy.picture_sha256 is None:
        errands.order(session, Outbox, service.name, [(Picture(copy_id=copy.id), None)])


def begin_picture(session: Session, errand: Picture) -> tuple[str, int] | None:
    """The address of the page and the room there is; None if there is a picture, or another copy since."""
    copy = session.get(Copy, errand.copy_id)
    if copy is None or copy.picture_sha256 or session.get_one(Source, copy.source_id).copy_id != copy.id:
        return None
    return copy.landed_url, room_left(session)


def look_at(url: str, room: int, settings: Settings) -> Pictured:
    """Have the picture made, and keep it. No transaction is open meanwhile. Whatever goes wrong is an outcome."""
    if room <= 0:
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


def put_off_picture(session: Session, errand: Picture) -> None:
    """The browser is busy: come later, the later the more often that was so."""
    wait = min(2.0 ** min(errand.put_off + 1, 12), LONGEST_PUT_OFF) * random.uniform(0.5, 1.5)  # noqa: S311 - spread, not secret
    later = errand.model_copy(update={"put_off": errand.put_off + 1})
    errands.order(session, Outbox, service.name, [(later, now() + timedelta(seconds=wait))])


def end_picture(session: Session, errand: Picture, found: Pictured) -> None:
    """Note what came of it, and tell review."""
    copy = session.get_one(Copy, errand.copy_id)
    source = session.get_one(Source, copy.source_id, with_for_update=True)
    session.refresh(copy)
    if copy.picture_sha256:
        return
    copy.picture_sha256, copy.picture_bytes, copy.picture_at, copy.no_picture = found
    source.revision += 1
    session.flush()
    tell_review(session, source)


def _nothing(reason: str) -> Pictured:
    return Pictured(None, None, None, reason)
