"""What publish's edges ask of the database. Pages of lists are cut by dense numbers: page 5,000 costs what page 1 costs."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.publish.models import Check, Revision
from services.publish.schemas import CheckRow, CorrectionRow, NoticeRow
from services.publish.workflow import revisions_of
from shared.errors import NotFound

PER_PAGE = 20
IN_FEED = 50
MOST_NOTICES = 20


class Page(NamedTuple):
    """A page as it is sent."""

    body: bytes
    etag: str


def get_page(session: Session, path: str) -> Page | None:
    """The verdict page at a path such as "2026/01/the-slug": one read by its unique index."""
    row = session.exec(select(Check.page, Check.etag).where(Check.path == path)).first()
    return Page(row[0], row[1]) if row and row[0] is not None and row[1] is not None else None


def get_check(session: Session, claim_id: UUID) -> tuple[Check, Sequence[Revision]]:
    """A published check and its revisions, the first one first. Raises NotFound."""
    check = session.get(Check, claim_id)
    if check is None or check.path is None or check.revision == 0:
        raise NotFound("There is no published check with this id.")
    return check, revisions_of(session, claim_id)


def get_check_at(session: Session, path: str) -> tuple[Check, Sequence[Revision]]:
    """The check at a path and its revisions, the first one first. Raises NotFound."""
    check = session.exec(select(Check).where(Check.path == path)).first()
    if check is None or check.revision == 0:
        raise NotFound("There is no fact-check at this address.")
    return check, revisions_of(session, check.claim_id)


def list_checks(session: Session, page: int) -> tuple[list[CheckRow], bool]:
    """A page of the list, newest first, and whether there are older ones. Raises NotFound beyond the last page."""
    newest = session.exec(select(func.max(Check.position))).one() or 0
    top = _top(newest, page)
    rows = session.execute(
        select_columns(*_ROW)
        .where(col(Check.position) <= top, col(Check.position) > top - PER_PAGE)
        .order_by(col(Check.position).desc())
    ).all()
    return [CheckRow(*row) for row in rows], top > PER_PAGE


def list_notices(session: Session) -> list[NoticeRow]:
    """What is being checked and readers were told of, the newest first."""
    chosen = select(Check).where(Check.revision == 0, col(Check.notice_at).is_not(None), col(Check.test).is_(False))
    checks = session.exec(chosen.order_by(col(Check.notice_at).desc()).limit(MOST_NOTICES)).all()
    return [
        NoticeRow(path=check.path or "", headline=told.headline, claim_text=told.claim.text, as_of=told.as_of)
        for check in checks
        if (told := check.posted) and told.stands and check.case_state != "closed"
    ]


def list_latest(session: Session) -> list[CheckRow]:
    """The checks that were published or changed last, for feeds."""
    rows = session.execute(
        select_columns(*_ROW)
        .where(col(Check.position).is_not(None))
        .order_by(col(Check.updated_at).desc())
        .limit(IN_FEED)
    ).all()
    return [CheckRow(*row) for row in rows]


def list_corrections(session: Session, page: int) -> tuple[list[CorrectionRow], bool]:
    """A page of corrections and other changes, newest first, and whether there are older ones. Raises NotFound."""
    newest = session.exec(select(func.max(Revision.correction_number))).one() or 0
    top = _top(newest, page)
    before = aliased(Revision)
    rows = session.execute(
        select_columns(
            col(Check.path),
            col(Revision.revision),
            col(Revision.kind),
            col(Revision.change),
            col(Revision.headline),
            col(before.rating_slug),
            col(before.rating_label),
            col(Revision.rating_slug),
            col(Revision.rating_label),
            col(Revision.published_at),
        )
        .join(Check, col(Check.claim_id) == col(Revision.claim_id))
        .outerjoin(
            before,
            (col(before.claim_id) == col(Revision.claim_id)) & (col(before.revision) == col(Revision.revision) - 1),
        )
        .where(col(Revision.correction_number) <= top, col(Revision.correction_number) > top - PER_PAGE)
        .order_by(col(Revision.correction_number).desc())
    ).all()
    return [CorrectionRow(*row) for row in rows], top > PER_PAGE


_ROW = (
    col(Check.claim_id),
    col(Check.path),
    col(Check.headline),
    col(Check.summary),
    col(Check.kind),
    col(Check.change),
    col(Check.rating_slug),
    col(Check.rating_label),
    col(Check.claim_text),
    col(Check.claimant),
    col(Check.language),
    col(Check.first_published_at),
    col(Check.updated_at),
)


def _top(newest: int, page: int) -> int:
    top = newest - (page - 1) * PER_PAGE
    if page < 1 or (top < 1 and page > 1):
        raise NotFound("The list does not go on that far.")
    return top
